"""What custody knows: one frozen fact per thing and step (people are in `people`).

Facts are what the rules judge, what the tables hold (one table per kind of fact, a column per field) and what `verify`
rebuilds from the log. Every time is aware and in China's offset; ids are opaque and made at the edge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from firmware_protocol.permit_checks import TrustLevel
from server.custody.policy.demands import NOTHING_DEMANDED, Demands
from server.custody.stated import Stated
from server.custody.states import (
    CheckoutState,
    DepositState,
    ItemKind,
    ItemState,
    PermitState,
    SealLife,
    SealType,
    Step,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """The tenant. `card_salt` (hex) is what card numbers are hashed with; `origin` names the log."""

    id: str
    name: str
    origin: str
    card_salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabinet:
    """A cabinet as the roster describes it (柜号). `agent` drives it; None until one was added.

    `out_of_service` are compartments that belong to nobody any more; `retired_at` is when all of it was retired.
    """

    id: str
    place: str
    compartments: int
    board: str
    port: str
    baud: int | None
    board_addresses: str
    lock_feedback: str
    agent: str | None = None
    out_of_service: tuple[int, ...] = ()
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooperative:
    """A cooperative, its compartment, and the mandate (委托保管授权) under which its things are kept.

    `handover` is the one that is going on. While `frozen_at` is set (封存) nothing of it may be taken.
    """

    id: str
    code: str
    village: str
    name: str
    short_name: str
    credit_code: str | None
    members: int | None
    cabinet: str
    compartment: int
    resolved_on: date | None
    expires_on: date | None
    revoked_on: date | None = None
    handover: str | None = None
    frozen_at: datetime | None = None

    @property
    def place(self) -> str:
        """The compartment as everyone calls it: `CAB-01/7`."""
        return f"{self.cabinet}/{self.compartment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compartment:
    """Whose compartment this is; `id` is what everyone calls it: `CAB-01/7`."""

    id: str
    cooperative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing that is kept. `key` is its natural key in the roster; `details` are the sheet's further columns as text.

    `checkout` is the open checkout that has asked for it or has it; `holder` and `since` are set while it is out.
    `life_since` is when a seal's life last took a step, `successor` the seal that took this one's place.
    `tag` is the EPC of its radio tag in hex, from the workbook or as an agent learned it, whichever came last.
    """

    id: str
    cooperative: str
    kind: ItemKind
    name: str
    key: str
    seal_type: SealType | None
    details: Mapping[str, str]
    state: ItemState = ItemState.REGISTERED
    checkout: str | None = None
    holder: str | None = None
    since: datetime | None = None
    life: SealLife = SealLife.IN_USE
    life_since: datetime | None = None
    successor: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One approver's answer to one revision. `correction` (a code) where it was sent back instead of refused.

    `stands_for` is the absent approver in whose place the person decided.
    """

    step: Step
    person: str
    agreed: bool
    reason: str
    at: datetime
    revision: int = 1
    correction: str = ""
    stands_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout(Stated):
    """One request and everything that came of it, until the return.

    `policy` is the version of the policy under which this `revision` was filed, `demands` what it asked. `step` is the
    approval it waits for since `waiting_since`; `late_at` when its clock ran out. `taken` are the items that left, a
    subset of `items`; `permit` is the newest one issued. `extended_at` is when the due time was extended,
    `stamped` how many copies people said they really stamped.
    """

    id: str
    cooperative: str
    applicant: str
    holder: str
    items: tuple[str, ...]
    state: CheckoutState
    filed_at: datetime
    policy: int = 0
    demands: Demands = NOTHING_DEMANDED
    revision: int = 1
    step: Step | None = None
    waiting_since: datetime | None = None
    late_at: datetime | None = None
    decisions: tuple[Decision, ...] = ()
    permit: str | None = None
    taken: tuple[str, ...] = ()
    taken_at: datetime | None = None
    due_at: datetime | None = None
    extended_at: datetime | None = None
    ended_at: datetime | None = None
    stamped: int | None = None

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who agreed to the present revision so far, in order."""
        return tuple(each.person for each in self.decisions if each.agreed and each.revision == self.revision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """The office lets a cooperative put items into its compartment."""

    id: str
    cooperative: str
    items: tuple[str, ...]
    arranged_by: str
    arranged_at: datetime
    state: DepositState = DepositState.ARRANGED
    permit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPermit:
    """A permit as issued: `document` and `slip` are the signed notes, `burned` the highest attempt a pulse has used.

    `revoked_at` is when the server took it back; what the cabinet did before that was right, however late it is told.
    """

    id: str
    agent: str
    place: str
    checkout: str | None
    deposit: str | None
    issued_at: datetime
    not_after: datetime
    attempts: int
    document: str
    slip: str
    state: PermitState = PermitState.LIVE
    burned: int = 0
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One try at a door. `outcome` is what the agent reported at the end, None while it is going on.

    `photo` is the SHA-256 (hex) of the photo that was taken at the kiosk; its bytes may still be under way.
    """

    id: str
    agent: str
    place: str
    action: str
    permit: str
    checkout: str | None
    deposit: str | None
    persons: tuple[str, ...]
    intended_at: datetime
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A Raspberry Pi with its cabinets. `key` is its verifier key, `broker_password` the SHA-256 of that password.

    `trust` is what a permit needs there, as it was fixed when this epoch began.
    `roster_document` is the SHA-256 of the newest roster issued to it, `roster_version` that roster's number;
    `unheard_at` when it was first heard after it had been put out of service.
    """

    id: str
    epoch: int
    key: str
    is_active: bool = True
    broker_password: str = ""
    roster_version: int = 0
    roster_document: str = ""
    unheard_at: datetime | None = None
    trust: TrustLevel = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalBreak:
    """An agent's journal of this epoch does not go on at number `seq`: why is the `rule` (`journals.BREAKS`)."""

    id: str
    agent: str
    epoch: int
    seq: int
    rule: str
    noticed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationList:
    """How often the list of permits that must not open anything any more was issued to the agents."""

    id: str
    version: int
