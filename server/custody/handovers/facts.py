"""What custody knows of a handover: itself, a line for each thing, and the signatures under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.custody.handovers.states import Found, HandoverKind, HandoverState, Part, Resolution, SignedBy
from server.custody.states import ItemKind, ItemState, SealType


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One handover of a cooperative's things. `items` are its lines in order; `place` the compartment (`CAB-01/7`).

    `outgoing` and `incoming` are persons, named where one hands over to another (岗位变动). `salt` (hex) is part of the
    signed content, so that its hash gives nothing away once names and notes are erased. A handover that
    `is_demonstration` was done by nobody: it stands for what a demonstration's people are said to have done. `bundle`
    is shared by the lists of one cabinet that were opened together.
    """

    id: str
    kind: HandoverKind
    cooperative: str
    place: str
    state: HandoverState
    reason: str
    salt: str
    opened_by: str
    opened_at: datetime
    items: tuple[str, ...] = ()
    outgoing: str | None = None
    incoming: str | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    is_demonstration: bool = False
    bundle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverLine:
    """One thing on the list, as the list names it: what people sign does not move when the register does.

    `book` is where the thing was on record when the line was listed or last counted; `is_expected` whether it should
    then be seen at counting. `at_cabinet`: a cabinet reported it inside, behind its own door. `added_reason` says why a
    thing stands here that the register had not known.
    """

    handover: str
    item: str
    number: int
    kind: ItemKind
    name: str
    key: str
    seal_type: SealType | None
    details: Mapping[str, str]
    book: ItemState
    is_expected: bool = True
    found: Found | None = None
    condition: str = ""
    note: str = ""
    counted_by: str | None = None
    counted_at: datetime | None = None
    at_cabinet: bool = False
    resolution: Resolution | None = None
    resolution_note: str = ""
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    added_reason: str = ""

    @property
    def id(self) -> str:
        """A line is known by its handover and its thing."""
        return line_id(self.handover, self.item)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverSignature:
    """That one person signed, in one part, the list with this `content` (hex). Void once the list was changed."""

    handover: str
    part: Part
    person: str
    content: str
    signed_by: SignedBy
    signed_at: datetime
    voided_at: datetime | None = None

    @property
    def id(self) -> str:
        """A handover has one signature of each part."""
        return signature_id(self.handover, self.part)

    @property
    def is_valid(self) -> bool:
        """Whether it still counts."""
        return self.voided_at is None


def line_id(handover: str, item: str) -> str:
    """Under which id a line is known."""
    return f"{handover}/{item}"


def signature_id(handover: str, part: Part) -> str:
    """Under which id a signature is known."""
    return f"{handover}/{part}"
