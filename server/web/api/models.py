"""What the API gives: what stands here and nothing else, made from facts."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from server.custody.facts import Cooperative, Item, Opening
from server.custody.people import Standing
from server.custody.roles import Role
from server.custody.states import ItemKind, ItemState, SealType
from server.store.lists.entries import LogLine
from server.store.lists.pages import Page
from server.store.lists.proofs import EntryProof
from server.store.lists.signed import SignedBytes

R = TypeVar("R")


class Output(BaseModel):
    """Every body that is answered; made from facts by their attributes."""

    model_config = ConfigDict(from_attributes=True)


class ProblemOut(Output):
    """Why there is no ordinary answer (RFC 9457): `detail` is a sentence for people, `rule` what said no."""

    type: str
    title: str
    status: int
    detail: str
    rule: str | None = None
    reference: str | None = None
    fields: list[dict[str, str]] | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemOut, "description": description}
    for status, description in {
        HTTPStatus.UNAUTHORIZED: "Nobody is signed in",
        HTTPStatus.FORBIDDEN: "Not for this person's roles, or sent by another site",
        HTTPStatus.NOT_FOUND: "There is no such thing, or not for this person",
        HTTPStatus.CONFLICT: "A rule refuses it as things stand",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More was sent than is taken at once; `detail` says how much is",
        HTTPStatus.UNPROCESSABLE_ENTITY: "Not of the declared form, or incomplete",
        HTTPStatus.TOO_MANY_REQUESTS: "Too many wrong tries; `detail` says how long to wait",
    }.items()
}
"""What every route may answer instead, for the description."""


class GrantedRole(Output):
    """A role, and the cooperative in which it is held (None: in the township or a village)."""

    role: Role
    cooperative: str | None


class SignedInPerson(Output):
    """Who is signed in."""

    id: str
    name: str
    roles: list[GrantedRole]

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """The person with every role, in a steady order."""
        grants = sorted(standing.grants, key=lambda grant: grant.id)
        roles = [GrantedRole.model_validate(grant) for grant in grants]
        return cls(id=standing.id, name=standing.name, roles=roles)


class CooperativeOut(Output):
    """A cooperative; `place` is its compartment."""

    id: str
    code: str
    village: str
    name: str
    short_name: str
    place: str

    @classmethod
    def of(cls, cooperative: Cooperative) -> Self:
        """Out of the fact."""
        return cls.model_validate(cooperative)


class ItemOut(Output):
    """A thing that is kept. `checkout` is the open one that has it or asked for it."""

    id: str
    cooperative: str
    kind: ItemKind
    name: str
    key: str
    seal_type: SealType | None
    state: ItemState
    checkout: str | None
    holder: str | None
    since: datetime | None

    @classmethod
    def of(cls, item: Item) -> Self:
        """Out of the fact."""
        return cls.model_validate(item)


class DepositOut(Output):
    """A deposit that was arranged, and its permit."""

    deposit: str
    permit: str


class PermitOut(Output):
    """The permit that holds now."""

    permit: str


class OpeningOut(Output):
    """One try at a door; `outcome` None while it is going on."""

    id: str
    agent: str
    place: str
    action: str
    permit: str
    checkout: str | None
    deposit: str | None
    persons: list[str]
    intended_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    outcome: str | None

    @classmethod
    def of(cls, opening: Opening) -> Self:
        """Out of the fact."""
        return cls.model_validate(opening)


class EntryOut(Output):
    """An entry of the log: what it says. `signed` is where its exact bytes are, `proof` its place in the tree."""

    position: int
    by: str
    epoch: int
    seq: int
    at: datetime
    type: str
    about: Mapping[str, Any]
    body: Mapping[str, Any] | None
    cooperative: str | None
    checkout: str | None
    signed: str
    proof: str

    @classmethod
    def of(cls, line: LogLine) -> Self:
        """Out of a line of the log."""
        return cls(**_entry_fields(line))


class SignedEntryOut(EntryOut):
    """An entry with its exact signed bytes as text; `leaf_hash` (hex) is SHA-256(0x00 ‖ note)."""

    note: str
    leaf_hash: str

    @classmethod
    def of_signed(cls, line: LogLine, signed: SignedBytes) -> Self:
        """Out of a line of the log and its bytes."""
        return cls(**_entry_fields(line), note=signed.note.decode(), leaf_hash=signed.leaf_hash.hex())


class ProofOut(Output):
    """That a leaf is in the tree: `path` (hex, leaf upwards) leads from its hash to the root of the checkpoint."""

    position: int
    leaf_hash: str
    path: list[str]
    size: int
    root: str
    checkpoint: str

    @classmethod
    def of(cls, proof: EntryProof) -> Self:
        """Out of the log's proof."""
        return cls(
            position=proof.signed.position,
            leaf_hash=proof.signed.leaf_hash.hex(),
            path=[each.hex() for each in proof.path],
            size=proof.size,
            root=proof.root.hex(),
            checkpoint=proof.checkpoint.decode(),
        )


class CheckpointOut(Output):
    """The log's newest signed head: its size and the signed note (C2SP checkpoint)."""

    size: int
    note: str


class PageOut(Output, Generic[R]):
    """Some rows, and where the next page begins: pass `next` as `after`. None: there is none."""

    rows: list[R]
    next: str | None


def _entry_fields(line: LogLine) -> dict[str, Any]:
    copied = {name: getattr(line, name) for name in EntryOut.model_fields if name not in {"signed", "proof"}}
    here = f"/api/v1/log/{line.position}"
    return {**copied, "signed": here, "proof": f"{here}/proof"}


def page_of(page: Page[Any], rows: list[R]) -> PageOut[R]:
    """The page with its rows made ready."""
    return PageOut[R](rows=rows, next=page.next)
