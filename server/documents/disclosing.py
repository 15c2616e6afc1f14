"""What a cooperative's members read of one month: every use of their seals, masked, and the figures beside it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from firmware_protocol.times import CHINA
from server.custody.policy.words import MATTER_TITLES, MEETING_TITLES, ORDERED
from server.custody.states import SEAL_TITLES, CheckoutState, ItemKind
from server.documents.masking import is_personal, mask_counterparty, mask_text
from server.documents.papers.disclosure import DisclosedUse
from server.documents.papers.from_uses import seal_names, witness
from server.documents.wording import in_years
from server.store.lists.uses import Use


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedMonth:
    """One month of one cooperative. `by_seal`: how often each kind of seal was used, by its title.

    `personal` uses are certificates about somebody's life: counted, and not among `uses`. `handovers`: how many were
    signed in it.
    """

    uses: tuple[DisclosedUse, ...]
    by_seal: tuple[tuple[str, int], ...]
    personal: int
    off_site: int
    late: int
    volumes_read: int
    handovers: int


def disclosed_month(uses: Iterable[Use], handovers: int, now: datetime) -> DisclosedMonth:
    """The month out of what the cooperative took in it, as things stand at `now`; what an authority took is no use."""
    every = tuple(use for use in uses if use.checkout.mode not in ORDERED)
    sealed = [use for use in every if any(item.kind is ItemKind.SEAL for item in use.items)]
    named = [use for use in sealed if not _is_personal(use)]
    return DisclosedMonth(
        uses=tuple(map(_disclosed, named)),
        by_seal=_by_seal(sealed),
        personal=len(sealed) - len(named),
        off_site=sum(use.checkout.off_site for use in every),
        late=sum(is_late(use, now) for use in every),
        volumes_read=sum(item.kind is ItemKind.VOUCHER for use in every for item in use.items),
        handovers=handovers,
    )


def is_late(use: Use, now: datetime) -> bool:
    """Whether it came back after its time, or is still out after it."""
    due_at, ended_at = use.checkout.due_at, use.checkout.ended_at
    if due_at is None:
        return False
    return (ended_at or now) > due_at if use.checkout.state is not CheckoutState.OUT else now > due_at


def _is_personal(use: Use) -> bool:
    return is_personal(use.checkout.purpose, use.checkout.document)


def _by_seal(uses: Iterable[Use]) -> tuple[tuple[str, int], ...]:
    counts = Counter(item.seal_type for use in uses for item in use.items if item.seal_type is not None)
    return tuple((title, counts[kind]) for kind, title in SEAL_TITLES.items() if counts[kind])


def _disclosed(use: Use) -> DisclosedUse:
    asked = use.checkout
    taken_at = asked.taken_at or asked.filed_at
    return DisclosedUse(
        on=taken_at.astimezone(CHINA).date(),
        seals=seal_names(use.items),
        purpose=f"{mask_text(asked.purpose, asked.counterparty)}（{MATTER_TITLES[asked.matter]}）",
        document=mask_text(asked.document, asked.counterparty),
        counterparty=mask_counterparty(asked.counterparty),
        amount_cents=asked.amount_cents,
        term=in_years(asked.term_months or 0),
        decision=_decision(use),
        is_off_site=asked.off_site,
        handled_by=use.name(asked.applicant),
        witness=witness(use),
    )


def _decision(use: Use) -> str:
    """The meeting that decided, and when."""
    meeting = use.checkout.meeting
    return "" if meeting is None else f"{MEETING_TITLES[meeting.kind]} {meeting.held_on}"
