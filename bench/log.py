"""The log: how fast a cabinet's signed entries are taken in, and how fast everything is verified.

Whole takes and returns of permits that were really issued, handed over in batches as the link does it. The floor of
taking in is one signature check an entry and one plain SQLite commit a batch; that of verifying is one signature check
and one SHA-256 an entry on every core.
"""

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain as chained
from itertools import islice
from time import perf_counter
from typing import Any, TypeVar

from bench.figures import Figure, spread
from bench.floors import CORES, checks_per_s, durable_commits_ms
from bench.township import Somebody, Town
from firmware_protocol.entries import Chain, compose
from firmware_protocol.messages import CarriedEntry, EventBatch
from firmware_protocol.notes import Signer
from server.custody.facts import Checkout
from server.custody.policy.words import Mode
from server.custody.refusals import Refused
from server.custody.shown import mark_of
from server.operate.verify import verify
from server.store.fact_rows import FactRows
from server.store.folder import DataFolder
from server.township import Township, now, opened
from server.usecases.decide_checkout import DecideCheckout, Decided, decide_checkout
from server.usecases.file_checkout import FileCheckout, file_checkout
from server.usecases.take_in_events import TakeInEvents, take_in_events

R = TypeVar("R")
BATCH = 50
COMMITS = 100
VERIFY_RATIO_MIN = 0.7


class NotTakenIn(Exception):
    """The server refused what it had to take; the message is its reason."""


def measure(town: Town, checkouts: int) -> list[Figure]:
    """Take in the entries of so many takes and returns, then verify the whole log."""
    with opened(town.data) as township:
        entries = _journal(town, list(islice(_moves(town, township), checkouts)))
        took_s = _take_in(township, town, entries)
    started = perf_counter()
    verdict = verify(DataFolder(town.data))
    verified_per_s = verdict.size / (perf_counter() - started)
    if verdict.wrong is not None:
        raise NotTakenIn(str(verdict.wrong))
    notes = [entry.note for entry in entries]
    return [
        _taken_in(town, notes, len(notes) / took_s),
        verified("verify", verdict.size, verified_per_s, checks_per_s(notes, CORES)),
    ]


def _moves(town: Town, township: Township) -> Iterator[dict[str, Any]]:
    """What a cabinet may say about one voucher after the other, each asked for and approved."""
    for cooperative in town.cooperatives:
        for item in cooperative.vouchers:
            asked = FileCheckout(by=cooperative.accountant.id, items=(item,), mode=Mode.READ, purpose="查阅凭证")
            checkout = _granted(township.writer.run_now(file_checkout, asked)).checkout
            _agree(township, cooperative.head, checkout)
            yield {
                "permit": _agree(township, town.reviewer, checkout).permit,
                "checkout": checkout,
                "compartment": cooperative.place,
                "persons": [cooperative.accountant.id, town.officer.id],
                "items": [item],
            }


def _agree(township: Township, who: Somebody, checkout: str) -> Decided:
    with township.database.reading() as reader:
        found = FactRows(reader).get(Checkout, checkout)
    shown = "" if found is None else mark_of(found, ())
    asked = DecideCheckout(by=who.id, checkout=checkout, agrees=True, shown=shown)
    return _granted(township.writer.run_now(decide_checkout, asked))


def _journal(town: Town, moves: Sequence[dict[str, Any]]) -> list[CarriedEntry]:
    """The cabinet's entries about these moves, each out and back again, signed and numbered."""
    bundle = town.bundle
    signer = Signer(f"{bundle['origin']}/agent/{bundle['agent']}", b64decode(bundle["private_key"]))
    chain, entries = Chain(bundle["agent"], bundle["epoch"]), []
    for event_type, about in chained.from_iterable(_told(number, move) for number, move in enumerate(moves)):
        note = compose(chain, signer, at=now(), clock="sync", event_type=event_type, about=about)
        chain = chain.extend(note)
        entries.append(CarriedEntry(note, None, None))
    return entries


def _told(number: int, move: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "permit_received", {"permit": move["permit"]}
    for action, moved, outcome in (("take", "items_taken", "taken"), ("return", "items_returned", "returned")):
        opening = {"opening": f"o-{action}-{number}", "compartment": move["compartment"]}
        about = opening | {key: move[key] for key in ("permit", "checkout", "persons")}
        yield "opening_intended", {**about, "action": action, "attempt": 1}
        yield "door_opened", opening
        yield moved, {**about, "items": move["items"]}
        yield "door_closed", opening
        yield "opening_finished", {**about, "outcome": outcome}


def _take_in(township: Township, town: Town, entries: Sequence[CarriedEntry]) -> float:
    """Hand them over batch by batch; answers the seconds it took."""
    bundle = town.bundle
    started = perf_counter()
    for first in range(0, len(entries), BATCH):
        batch = EventBatch(bundle["agent"], bundle["epoch"], tuple(entries[first : first + BATCH]), "nonce")
        taken = township.writer.run_now(take_in_events, TakeInEvents(batch))
        if taken.stopped_by is not None:
            raise NotTakenIn(taken.stopped_by)
    return perf_counter() - started


def _granted(answer: R | Refused) -> R:
    if isinstance(answer, Refused):
        raise NotTakenIn(answer.sentence)
    return answer


def _taken_in(town: Town, notes: list[bytes], per_s: float) -> Figure:
    commit_s = spread(durable_commits_ms(town.data, COMMITS, notes[:BATCH]))["p50"] / 1000
    check_per_s = checks_per_s(notes)
    return Figure(
        what=f"{len(notes)} entries taken in, {BATCH} a batch",
        unit="/s",
        measured={"entries": per_s},
        floors={"check and commit": 1 / (1 / check_per_s + commit_s / len(notes[:BATCH]))},
    )


def verified(program: str, size: int, per_s: float, floor_per_s: float) -> Figure:
    """So many entries a second, beside the check and the hash that each cannot do without."""
    return Figure(
        what=f"{program}: {size} entries",
        unit="/s",
        measured={"entries": per_s},
        floors={f"check and hash, {CORES} cores": floor_per_s},
        target=f"≥ {VERIFY_RATIO_MIN} × floor",
        is_met=per_s >= VERIFY_RATIO_MIN * floor_per_s,
    )
