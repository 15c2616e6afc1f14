"""What the API takes. A field it does not know is refused, and so is a text without an end."""

from datetime import date

from pydantic import AwareDatetime, ConfigDict, Field

from server.custody.corrections import Correction
from server.custody.policy.votes import MeetingEvidence
from server.custody.policy.words import Matter, Meeting, Mode
from server.usecases.file_checkout import FileCheckout
from server.web.storable import Storable


class Input(Storable):
    """Every body that is sent here."""

    model_config = ConfigDict(extra="forbid")


class Credentials(Input):
    """Phone number and password."""

    phone: str = Field(max_length=32)
    password: str = Field(max_length=128)


class NewMeeting(Input):
    """A meeting that decided. `expected` is everyone entitled to vote."""

    kind: Meeting
    held_on: date
    noticed_on: date | None = None
    expected: int = Field(ge=0, le=10**6)
    present: int = Field(ge=0, le=10**6)
    agreed: int = Field(ge=0, le=10**6)


class NewCheckout(Input):
    """A request. `amount_cents` in hundredths of 元; `holder` defaults to whoever files it.

    What else is needed depends on mode, matter and amount: the policy in force says it, and the refusal repeats it.
    """

    items: list[str] = Field(max_length=200)
    purpose: str = Field(max_length=200)
    mode: Mode = Mode.ON_SITE
    matter: Matter = Matter.ROUTINE
    document: str = Field("", max_length=200)
    counterparty: str = Field("", max_length=200)
    amount_cents: int | None = Field(None, ge=0, le=10**15)
    term_months: int | None = Field(None, ge=0, le=10**4)
    copies: int | None = Field(None, ge=0, le=10**6)
    pages: int | None = Field(None, ge=0, le=10**6)
    place: str = Field("", max_length=200)
    meeting: NewMeeting | None = None
    transaction: str = Field("", max_length=64)
    companion: str = Field("", max_length=200)
    expected_at: AwareDatetime | None = None
    reader: str = Field("", max_length=200)
    letter: str = Field("", max_length=200)
    holder: str | None = Field(None, max_length=64)
    attachments: list[str] = Field([], max_length=60)

    def asked(self, by: str, corrects: str | None = None) -> FileCheckout:
        """The request as `by` files it, or files it anew."""
        plain = self.model_dump(exclude={"items", "meeting", "attachments"})
        meeting = None if self.meeting is None else MeetingEvidence(**self.meeting.model_dump())
        return FileCheckout(
            by=by,
            items=tuple(self.items),
            attachments=tuple(self.attachments),
            meeting=meeting,
            corrects=corrects,
            **plain,
        )


class NewApproval(Input):
    """An approver's answer. A no ends the request and needs a reason; with a `correction` it is sent back instead.

    `shown` is that of the request as it was read: once it or its documents have changed, the answer does not count.
    """

    agrees: bool
    shown: str = Field(min_length=1, max_length=16)
    reason: str = Field("", max_length=500)
    correction: Correction | None = None


class NewDeposit(Input):
    """What is to be put in; no items means everything that is registered and not in."""

    cooperative: str = Field(min_length=1, max_length=64)
    items: list[str] = Field([], max_length=500)


class NewRevocation(Input):
    """Why a permit is taken back."""

    reason: str = Field(max_length=500)
