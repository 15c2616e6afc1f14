"""Somebody signs a handover's list; the last signature makes true what was counted."""

from dataclasses import dataclass

from server.custody.facts import Cooperative
from server.custody.handovers.facts import Handover
from server.custody.handovers.reading import lines_of, signatures_of
from server.custody.handovers.signing import Signing, parts_left, refuse_signing
from server.custody.handovers.states import HandoverKind, Part, SignedBy
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work
from server.usecases.open_handover import HandoverStands, listed_items, standing_now
from server.usecases.refusing import UNKNOWN_HANDOVER, acting, refuse
from server.usecases.sign_in import CheckedClaim, proven


@dataclass(frozen=True, slots=True, kw_only=True)
class SignHandover:
    """Whoever is signed in signs in one part; `content` is the hash of the list they were shown."""

    by: str
    handover: str
    part: Part
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignHere:
    """On a tablet that lies on the table: a person proves who they are by phone and password, and signs."""

    claim: CheckedClaim
    handover: str
    part: Part
    content: str


def sign_handover(work: Work, asked: SignHandover) -> HandoverStands | Refused:
    """Sign by one's own session, or say why not."""
    return _sign(work, asked, SignedBy.SESSION)


def sign_handover_here(work: Work, asked: SignHere) -> HandoverStands | Refused:
    """Sign by one's password beside others, or say why not. No session is opened."""
    person = proven(work, asked.claim)
    if isinstance(person, Refused):
        return person
    by_them = SignHandover(by=person.id, handover=asked.handover, part=asked.part, content=asked.content)
    return _sign(work, by_them, SignedBy.PASSWORD)


def _sign(work: Work, asked: SignHandover, signed_by: SignedBy) -> HandoverStands | Refused:
    signing = _signing(work, asked)
    if isinstance(signing, Refused):
        return refuse(work, signing, asked.by)
    if (refused := refuse_signing(signing)) is not None:
        return refuse(work, refused, asked.by, cooperative=signing.cooperative.id)
    about = {"handover": asked.handover, "cooperative": signing.cooperative.id, "part": asked.part, "person": asked.by}
    work.record("handover_signed", {**about, "content": asked.content, "signed_by": signed_by})
    if not parts_left(signing.handover, signatures_of(work, signing.handover)):
        _complete(work, signing)
    return standing_now(work, asked.handover)


def _signing(work: Work, asked: SignHandover) -> Signing | Refused:
    handover = work.get(Handover, asked.handover)
    cooperative = None if handover is None else work.get(Cooperative, handover.cooperative)
    if handover is None or cooperative is None:
        return UNKNOWN_HANDOVER
    signatures = tuple(signatures_of(work, handover))
    unlisted = [item for item in listed_items(work, cooperative.id) if item not in handover.items]
    return Signing(
        who=acting(work, asked.by),
        part=asked.part,
        content=asked.content,
        cooperative=cooperative,
        handover=handover,
        lines=tuple(lines_of(work, handover)),
        signatures=signatures,
        items=find.items(work.facts, handover.items),
        unlisted=find.items(work.facts, unlisted),
        codes=find.used_codes(work.facts, (asked.by, *(each.person for each in signatures))),
        now=work.now,
    )


def _complete(work: Work, signing: Signing) -> None:
    handover, cooperative = signing.handover, signing.cooperative.id
    about = {"handover": handover.id, "cooperative": cooperative}
    work.record("handover_completed", {**about, "kind": handover.kind, "content": signing.content})
    if handover.kind is HandoverKind.ELECTION:
        work.record("cooperative_unfrozen", about, {"reason": handover.reason})
    if handover.kind is HandoverKind.EXIT:
        work.record("mandate_revoked", about)
