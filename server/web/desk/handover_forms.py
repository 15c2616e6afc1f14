"""The forms of a handover as typed. What cannot be read counts as not written, and the rules say what is missing."""

from typing import TypeVar

from pydantic import Field

from server.custody.handovers.states import Found, HandoverKind, Part, Resolution
from server.custody.states import ItemKind, SealType
from server.usecases.count_handover import AddSurprise, CountLine, SettleLine
from server.usecases.open_handover import OpenHandover
from server.web.desk.forms import Typed
from server.web.troubles import NotFound

E = TypeVar("E", HandoverKind, Found, Resolution, Part, ItemKind)
COLUMNS_MAX = 40


class OpeningForm(Typed):
    """A new handover: what kind, why, and who hands over to whom where that is asked."""

    kind: str = Field("", max_length=16)
    reason: str = Field("", max_length=300)
    outgoing: str = Field("", max_length=32)
    incoming: str = Field("", max_length=32)

    def asked(self, by: str, cooperative: str) -> OpenHandover:
        """What is asked for; raises `NotFound` for a kind that there is not."""
        return OpenHandover(
            by=by,
            cooperative=cooperative,
            kind=chosen(HandoverKind, self.kind),
            reason=self.reason,
            outgoing=self.outgoing,
            incoming=self.incoming,
        )


class ReasonForm(Typed):
    """Anything that only needs a reason."""

    reason: str = Field("", max_length=300)


class CountForm(Typed):
    """What was found of one line."""

    found: str = Field("", max_length=16)
    condition: str = Field("", max_length=200)
    note: str = Field("", max_length=300)

    def asked(self, by: str, handover: str, item: str) -> CountLine:
        """What is asked for; raises `NotFound` for a finding that there is not."""
        return CountLine(
            by=by,
            handover=handover,
            item=item,
            found=chosen(Found, self.found),
            condition=self.condition,
            note=self.note,
        )


class SettleForm(Typed):
    """How a difference is settled; `columns` and `values` belong together, one by one."""

    resolution: str = Field("", max_length=20)
    note: str = Field("", max_length=300)
    name: str = Field("", max_length=200)
    columns: list[str] = Field([], max_length=COLUMNS_MAX)
    values: list[str] = Field([], max_length=COLUMNS_MAX)

    def asked(self, by: str, handover: str, item: str) -> SettleLine:
        """What is asked for; raises `NotFound` for a resolution that there is not."""
        return SettleLine(
            by=by,
            handover=handover,
            item=item,
            resolution=chosen(Resolution, self.resolution),
            note=self.note,
            name=self.name,
            details=tuple(zip(self.columns, self.values, strict=False)),
        )


class SurpriseForm(Typed):
    """A thing that lies there and is not in the book."""

    kind: str = Field("", max_length=16)
    seal_type: str = Field("", max_length=32)
    name: str = Field("", max_length=200)
    number: str = Field("", max_length=64)
    reason: str = Field("", max_length=300)

    def asked(self, by: str, handover: str) -> AddSurprise:
        """What is asked for; raises `NotFound` for a kind that there is not."""
        return AddSurprise(
            by=by,
            handover=handover,
            kind=chosen(ItemKind, self.kind),
            name=self.name,
            number=self.number,
            reason=self.reason,
            seal_type=SealType(self.seal_type) if self.seal_type in set(SealType) else None,
        )


class SignatureForm(Typed):
    """A signature by one's own session: the part, and the hash of the list that was shown."""

    part: str = Field("", max_length=16)
    content: str = Field("", max_length=64)


class SignatureHereForm(SignatureForm):
    """A signature on the one tablet: with it the signer's own phone number and password."""

    phone: str = Field("", max_length=32)
    password: str = Field("", max_length=128, repr=False)


def chosen(words: type[E], code: str) -> E:
    """The word of this code; raises `NotFound` for one that no page of ours sends."""
    found = next((word for word in words if word == code), None)
    if found is None:
        raise NotFound
    return found
