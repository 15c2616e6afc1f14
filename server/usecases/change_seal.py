"""A step in a seal's life: it is frozen, lost, stopped, surrendered, destroyed; another takes its place."""

from dataclasses import dataclass

from server.custody.facts import Item
from server.custody.lives import Change, LifeStep, Succession, refuse_change, refuse_succession
from server.custody.refusals import Refused
from server.custody.states import SealLife
from server.store import find
from server.store.work import Work
from server.usecases.ending import withdraw_permitted
from server.usecases.file_documents import documents_to_file, record_filing
from server.usecases.refusing import UNKNOWN_ITEM, acting, refuse
from server.usecases.texts import tidy

SEAL_CHANGED = "seal_changed"
"""The `reason` of a permit's revocation, and of the withdrawal of what it was for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeal:
    """Who takes which step with which seal, and on what ground; who sees it destroyed, and which documents show it."""

    by: str
    item: str
    step: LifeStep
    reason: str
    watchers: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SucceedSeal:
    """Who names which seal as the one that takes another's place."""

    by: str
    item: str
    successor: str


@dataclass(frozen=True, slots=True)
class SealChanged:
    """How the seal stands now."""

    item: str
    life: SealLife


def change_seal(work: Work, asked: ChangeSeal) -> SealChanged | Refused:
    """Take the step, and end what could still be collected of a seal that may not be used any more."""
    item = work.get(Item, asked.item)
    if item is None:
        return refuse(work, UNKNOWN_ITEM, asked.by)
    photos = documents_to_file(work.facts, asked.attachments, asked.by, item.cooperative)
    if isinstance(photos, Refused):
        return refuse(work, photos, asked.by, cooperative=item.cooperative, items=[item.id])
    change = _change(work, asked, item, len(photos))
    if (refused := refuse_change(change)) is not None:
        return refuse(work, refused, asked.by, cooperative=item.cooperative, items=[item.id])
    about = {"item": item.id, "cooperative": item.cooperative, "person": asked.by}
    persons = [who.id for who in change.watchers] if asked.step is LifeStep.DESTROY else None
    work.record(asked.step, {**about, "persons": persons}, {"reason": change.reason})
    record_filing(work, photos, asked.by, item.id)
    return _ended(work, asked.by, item, change.reason)


def succeed_seal(work: Work, asked: SucceedSeal) -> SealChanged | Refused:
    """Remember which seal took this one's place."""
    item, successor = work.get(Item, asked.item), work.get(Item, asked.successor)
    if item is None or successor is None:
        return refuse(work, UNKNOWN_ITEM, asked.by)
    succession = Succession(who=acting(work, asked.by), item=item, successor=successor)
    if (refused := refuse_succession(succession)) is not None:
        return refuse(work, refused, asked.by, cooperative=item.cooperative, items=[item.id])
    about = {"item": item.id, "cooperative": item.cooperative, "successor": successor.id, "person": asked.by}
    work.record("seal_succeeded", about)
    return SealChanged(item.id, item.life)


def _change(work: Work, asked: ChangeSeal, item: Item, photos: int) -> Change:
    watchers = (find.standing(work.facts, each) for each in dict.fromkeys(asked.watchers))
    return Change(
        who=acting(work, asked.by),
        item=item,
        step=asked.step,
        reason=tidy(asked.reason),
        watchers=tuple(who for who in watchers if who is not None),
        photos=photos,
    )


def _ended(work: Work, by: str, before: Item, reason: str) -> SealChanged:
    item = work.get(Item, before.id) or before
    if item.life is not SealLife.IN_USE:
        waiting = find.open_permits_to_take(work.facts, item.cooperative)
        concerned = [each for each in waiting if item.id in each[0].items]
        withdraw_permitted(work, by, concerned, SEAL_CHANGED, reason)
    return SealChanged(item.id, item.life)
