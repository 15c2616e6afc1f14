"""What an applicant states on the 审批表: the same fields on the form, in the event and in the fact."""

from dataclasses import dataclass, fields
from datetime import datetime

from server.custody.policy.votes import MeetingEvidence
from server.custody.policy.words import LEAVES_THE_HALL, Matter, Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Texts are tidy, '' where nothing was written. `amount_cents` in hundredths of 元.

    `transaction` is the number of a public transaction, `companion` who carries along, `reader` and `letter` the member
    or authority that reads and its paper, `expected_at` when the applicant means to bring everything back.
    """

    mode: Mode = Mode.ON_SITE
    matter: Matter = Matter.ROUTINE
    purpose: str = ""
    document: str = ""
    counterparty: str = ""
    amount_cents: int | None = None
    term_months: int | None = None
    copies: int | None = None
    pages: int | None = None
    place: str = ""
    meeting: MeetingEvidence | None = None
    transaction: str = ""
    companion: str = ""
    expected_at: datetime | None = None
    reader: str = ""
    letter: str = ""

    @property
    def off_site(self) -> bool:
        """Whether what is taken leaves the house (外带)."""
        return self.mode in LEAVES_THE_HALL


STATED = tuple(each.name for each in fields(Stated))


def stated_of(source: Stated) -> Stated:
    """What is stated in a larger thing (a request on its way, a checkout), by itself."""
    return Stated(**{name: getattr(source, name) for name in STATED})
