"""The papers a page offers, each in its formats."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.documents.papers.files import FORMATS
from server.documents.papers.printing import FORMS
from server.web.language import Translate


@dataclass(frozen=True, slots=True)
class OfferedFormat:
    """One button: the word of the format, and what it asks for (`seal_register.pdf`)."""

    word: str
    paper: str


@dataclass(frozen=True, slots=True)
class OfferedPaper:
    """One paper with its buttons."""

    title: str
    formats: tuple[OfferedFormat, ...]


def papers(forms: Iterable[str], _: Translate) -> tuple[OfferedPaper, ...]:
    """These forms, in the order given."""
    return tuple(
        OfferedPaper(
            _(FORMS[form].title),
            tuple(OfferedFormat(each.title, f"{form}.{name}") for name, each in FORMATS.items()),
        )
        for form in forms
    )
