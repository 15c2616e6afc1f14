"""What issuing and revoking permits makes true."""

from collections.abc import Sequence
from dataclasses import replace

from firmware_protocol.times import read_time
from server.custody.facts import Checkout, Deposit, IssuedPermit, RevocationList
from server.custody.happenings import Fact, Happening, Known
from server.custody.states import DepositState, PermitState

REVOCATIONS = "revocations"
REPLACED = "replaced"
"""The `reason` of a revocation that makes room for a new permit under the same approvals."""


def _issued(known: Known, h: Happening) -> Sequence[Fact]:
    permit = IssuedPermit(
        id=h.about["permit"],
        agent=h.about["agent"],
        place=h.about["compartment"],
        checkout=h.about.get("checkout"),
        deposit=h.about.get("deposit"),
        issued_at=h.at,
        not_after=read_time(h.body["not_after"]),
        attempts=h.body["attempts"],
        document=h.body["document"],
        slip=h.body["slip"],
    )
    checkout = known.get(Checkout, permit.checkout) if permit.checkout else None
    deposit = known.get(Deposit, permit.deposit) if permit.deposit else None
    grounds: list[Fact] = [replace(each, permit=permit.id) for each in (checkout, deposit) if each is not None]
    return [permit, *grounds]


def _revoked(known: Known, h: Happening) -> Sequence[Fact]:
    """A permit that is replaced leaves its ground as it is; one that is taken back ends the deposit that waits."""
    permit = known.get(IssuedPermit, h.about["permit"])
    if permit is None:
        return []
    revoked = replace(permit, state=PermitState.REVOKED, revoked_at=h.at)
    deposit = known.get(Deposit, permit.deposit) if permit.deposit else None
    is_waiting = deposit is not None and deposit.state is DepositState.ARRANGED and deposit.permit == permit.id
    if deposit is None or not is_waiting or h.about["reason"] == REPLACED:
        return [revoked]
    return [revoked, replace(deposit, state=DepositState.WITHDRAWN)]


def _revocations_issued(_known: Known, h: Happening) -> Sequence[Fact]:
    return [RevocationList(id=REVOCATIONS, version=h.about["version"])]


PERMIT_EFFECTS = {
    "permit_issued": _issued,
    "permit_revoked": _revoked,
    "revocations_issued": _revocations_issued,
}
