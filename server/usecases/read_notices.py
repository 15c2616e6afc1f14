"""People read what they were told, and say how they want to hear of things. Neither is anything the log speaks of."""

from dataclasses import dataclass

from server.custody.notices.contacts import Contact, refuse_contact
from server.custody.refusals import Refused
from server.store.notices import mark_read, save_contact
from server.store.work import Work
from server.usecases.refusing import acting, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotices:
    """Somebody has read a notice of theirs, or (None) all."""

    by: str
    notice: str | None = None


def read_notices(work: Work, asked: ReadNotices) -> None:
    """Mark them; other people's notices are not touched."""
    mark_read(work.connection, asked.by, work.now, asked.notice)


def choose_contact(work: Work, chosen: Contact) -> Contact | Refused:
    """Keep a person's own choice, or say why not."""
    acting(work, chosen.person)
    if (refused := refuse_contact(chosen)) is not None:
        return refuse(work, refused, chosen.person)
    save_contact(work.connection, chosen)
    return chosen
