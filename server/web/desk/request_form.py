"""The form of a request as typed, and what it means. Every field is text; what is not needed stays empty."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from firmware_protocol.times import CHINA
from server.custody.facts import Checkout
from server.custody.policy.votes import MeetingEvidence
from server.custody.policy.words import FOR_OTHERS, LEAVES_THE_HALL, SEALS_PAPERS, Matter, Meeting, Mode
from server.documents.intake.cells import Refusal
from server.documents.intake.dates import read_date
from server.documents.intake.numbers import read_amount_cents, read_term_months, whole_number
from server.usecases.file_checkout import FileCheckout
from server.web.desk.forms import Typed
from server.web.language import N_, Translate

COUNT_MAX = 99_999
NUMBER_EXPECTED = N_("这里写整数，例如 113。")
MOMENT_EXPECTED = N_("请选日期和时间。")
_read_people = whole_number("人", "位", "名", least=0, most=COUNT_MAX)


def read_moment(text: str) -> datetime | Refusal:
    """A moment in the hall as a browser writes it: 2026-11-24T17:00."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=CHINA)
    except ValueError:
        return Refusal("moment")


READERS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "copies": (whole_number("份", most=999), N_("份数写整数，例如 4。")),
    "pages": (whole_number("页", most=9999), N_("页数写整数，例如 6。")),
    "amount": (read_amount_cents, N_("金额写数字就好，例如 247000 或 24.7万。")),
    "term": (read_term_months, N_("期限写几年，例如 3；不满一年写“7个月”。")),
    "expected": (read_moment, MOMENT_EXPECTED),
    "meeting_held": (read_date, N_("日期写成 2026-11-23 或 2026年11月23日 都可以，年月日要写全。")),
    "meeting_noticed": (read_date, N_("日期写成 2026-11-23 或 2026年11月23日 都可以，年月日要写全。")),
    "meeting_expected": (_read_people, NUMBER_EXPECTED),
    "meeting_present": (_read_people, NUMBER_EXPECTED),
    "meeting_agreed": (_read_people, NUMBER_EXPECTED),
}
"""How a field is read that is more than text, and what to say where it cannot be."""


class RequestForm(Typed):
    """A new request, or one that is corrected, as typed. `find` only looks for things to choose."""

    cooperative: str = Field("", max_length=32)
    corrects: str = Field("", max_length=64)
    find: str = Field("", max_length=64)
    items: list[str] = Field([], max_length=200)
    attachments: list[str] = Field([], max_length=60)
    mode: Mode = Mode.ON_SITE
    matter: Matter = Matter.ROUTINE
    place: str = Field("", max_length=200)
    expected: str = Field("", max_length=32)
    companion: str = Field("", max_length=200)
    reader: str = Field("", max_length=200)
    letter: str = Field("", max_length=200)
    purpose: str = Field("", max_length=200)
    document: str = Field("", max_length=200)
    copies: str = Field("", max_length=16)
    pages: str = Field("", max_length=16)
    counterparty: str = Field("", max_length=200)
    amount: str = Field("", max_length=32)
    term: str = Field("", max_length=32)
    transaction: str = Field("", max_length=64)
    meeting_kind: str = Field("", max_length=32)
    meeting_noticed: str = Field("", max_length=32)
    meeting_held: str = Field("", max_length=32)
    meeting_expected: str = Field("", max_length=16)
    meeting_present: str = Field("", max_length=16)
    meeting_agreed: str = Field("", max_length=16)
    holder: str = Field("", max_length=32)

    @property
    def has_meeting(self) -> bool:
        """Whether the part about the vote has been written in."""
        return any(value for name, value in self if name.startswith("meeting_"))

    def mistakes(self, _: Translate) -> dict[str, str]:
        """What cannot be read, by field."""
        written = {name: text for name in READERS if (text := getattr(self, name).strip())}
        return {name: _(READERS[name][1]) for name, text in written.items() if self._read(name) is None}

    def asked(self, by: str) -> FileCheckout:
        """What is asked for; what cannot be read, or belongs to another use, counts as not written."""
        is_sealing = self.mode in SEALS_PAPERS
        return FileCheckout(
            by=by,
            items=tuple(self.items),
            attachments=tuple(self.attachments),
            corrects=self.corrects or None,
            holder=self.holder or None,
            mode=self.mode,
            purpose=self.purpose,
            **(self._of_sealing() if is_sealing else {}),
            **(self._of_leaving() if self.mode in LEAVES_THE_HALL else {}),
            **(self._of_others() if self.mode in FOR_OTHERS else {}),
        )

    def _of_sealing(self) -> dict[str, Any]:
        """A routine matter has no counterparty and no money: what was written for another one does not count."""
        return {
            "matter": self.matter,
            **({} if self.matter is Matter.ROUTINE else self._of_deal()),
            "document": self.document,
            "copies": self._read("copies"),
            "pages": self._read("pages"),
        }

    def _of_deal(self) -> dict[str, Any]:
        return {
            "counterparty": self.counterparty,
            "amount_cents": self._read("amount"),
            "term_months": self._read("term"),
            "transaction": self.transaction,
            "meeting": self._meeting(),
        }

    def _of_leaving(self) -> dict[str, Any]:
        return {"place": self.place, "expected_at": self._read("expected"), "companion": self.companion}

    def _of_others(self) -> dict[str, Any]:
        return {"reader": self.reader, "letter": self.letter}

    def _meeting(self) -> MeetingEvidence | None:
        """The meeting, once everything that makes one is written."""
        held, expected = self._read("meeting_held"), self._read("meeting_expected")
        present, agreed = self._read("meeting_present"), self._read("meeting_agreed")
        if self.meeting_kind not in set(Meeting) or None in (held, expected, present, agreed):
            return None
        return MeetingEvidence(
            kind=Meeting(self.meeting_kind),
            held_on=held,
            noticed_on=self._read("meeting_noticed"),
            expected=expected,
            present=present,
            agreed=agreed,
        )

    def _read(self, name: str) -> Any:  # noqa: ANN401 - as the table says
        value = READERS[name][0](getattr(self, name))
        return None if isinstance(value, Refusal) else value


def form_of(checkout: Checkout) -> RequestForm:
    """The form as it would have been typed for this checkout, to be corrected."""
    meeting = checkout.meeting
    return RequestForm.model_construct(
        cooperative=checkout.cooperative,
        corrects=checkout.id,
        items=list(checkout.items),
        holder=checkout.holder,
        mode=checkout.mode,
        matter=checkout.matter,
        **{name: getattr(checkout, name) for name in _SAME},
        copies=_typed(checkout.copies),
        pages=_typed(checkout.pages),
        amount="" if checkout.amount_cents is None else f"{checkout.amount_cents / 100:.2f}",
        term="" if checkout.term_months is None else f"{checkout.term_months}个月",
        expected="" if checkout.expected_at is None else f"{checkout.expected_at.astimezone(CHINA):%Y-%m-%dT%H:%M}",
        **_meeting_fields(meeting),
    )


_SAME = ("place", "companion", "reader", "letter", "purpose", "document", "counterparty", "transaction")


def _meeting_fields(meeting: MeetingEvidence | None) -> dict[str, Any]:
    if meeting is None:
        return {}
    return {
        "meeting_kind": str(meeting.kind),
        "meeting_noticed": "" if meeting.noticed_on is None else meeting.noticed_on.isoformat(),
        "meeting_held": meeting.held_on.isoformat(),
        "meeting_expected": str(meeting.expected),
        "meeting_present": str(meeting.present),
        "meeting_agreed": str(meeting.agreed),
    }


def _typed(number: int | None) -> str:
    return "" if number is None else str(number)
