"""People are told: each notice once, one delivery a person and round, and what was chased is an entry of the log."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from firmware_protocol.times import write_time
from server.custody.notices.deliveries import Channel, Delivery, DeliveryState
from server.custody.notices.ladder import is_urgent, rung_of
from server.custody.notices.messengers import ROBOT_PREFIX, Messengers
from server.custody.notices.notice import Notice, Stage
from server.custody.notices.telling import untold
from server.store.bookmarks import save_bookmark
from server.store.notices import contact, save_delivery, save_notices, told_before
from server.store.work import Work
from server.usecases.notices_now import DAILY_READER, READER, Due


@dataclass(frozen=True, slots=True)
class TellPeople:
    """What a look came to, and the ways out of the house that are set up."""

    due: Due
    messengers: Messengers = field(default_factory=Messengers)


@dataclass(frozen=True, slots=True)
class Told:
    """The notices that are in the inboxes now and were not before."""

    notices: tuple[Notice, ...]


def tell_people(work: Work, asked: TellPeople) -> Told:
    """Put what is new into the inboxes and on its way out. Safe to repeat: what was told is not told again."""
    due = asked.due
    fresh = untold(due.notices, told_before(work.connection, [each.id for each in due.notices]))
    for recipient, notices in _by_recipient(fresh).items():
        delivery = _delivery(work, recipient, notices, asked.messengers)
        if delivery is not None:
            save_delivery(work.connection, delivery)
        save_notices(work.connection, notices, work.now, delivery.id if delivery else None)
    _record_chasing(work, fresh)
    save_bookmark(work.connection, READER, due.position)
    if due.day:
        save_bookmark(work.connection, DAILY_READER, due.day)
    return Told(fresh)


def new_delivery(work: Work, recipient: str, channel: Channel) -> Delivery:
    """A delivery to this recipient that may go out at once."""
    return Delivery(
        id=work.new_id("delivery"),
        recipient=recipient,
        channel=channel,
        state=DeliveryState.WAITING,
        made_at=work.now,
        next_at=work.now,
    )


def _delivery(work: Work, recipient: str, notices: Sequence[Notice], ways: Messengers) -> Delivery | None:
    """How these notices leave the house, or None where they stay in the inbox."""
    robot = ways.robot(recipient)
    if robot is not None:
        return new_delivery(work, recipient, robot.channel)
    is_pressing = any(is_urgent(each.topic, each.stage) for each in notices)
    if ways.mail is None or not contact(work.connection, recipient).wants(is_urgent=is_pressing):
        return None
    return new_delivery(work, recipient, Channel.MAIL)


def _record_chasing(work: Work, notices: Iterable[Notice]) -> None:
    """That somebody was told of something overdue can be shown later: by whom it was held up, and who knew when."""
    chased: defaultdict[tuple[str, Stage], list[Notice]] = defaultdict(list)
    for each in notices:
        rung = rung_of(each.topic, each.stage)
        if rung is not None and rung.is_entry and not each.recipient.startswith(ROBOT_PREFIX):
            chased[each.subject, each.stage].append(each)
    for (checkout, stage), told in sorted(chased.items()):
        about = {"checkout": checkout, "cooperative": told[0].cooperative, "stage": stage}
        persons = sorted(each.recipient for each in told)
        work.record("overdue_told", {**about, "persons": persons, "due_at": write_time(told[0].at)})


def _by_recipient(notices: Iterable[Notice]) -> Mapping[str, list[Notice]]:
    grouped: defaultdict[str, list[Notice]] = defaultdict(list)
    for each in notices:
        grouped[each.recipient].append(each)
    return grouped
