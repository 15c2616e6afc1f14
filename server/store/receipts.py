"""Receipts and the published log: what a form carries when it is drawn, and what it is held against later."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, select

from firmware_protocol.cosignatures import Cosigner, times_cosigned
from firmware_protocol.log_policy import Policy
from firmware_protocol.notes import Verifier
from firmware_protocol.receipts import Receipt, issue_receipt
from server.custody.facts import Agent
from server.ledger.forks import LogDamaged
from server.store.database import Reader
from server.store.fact_rows import all_facts
from server.store.log_files import LogFiles
from server.store.log_rows import ENTRIES

COSIGNATURES_MAX = 8
"""How many a printed proof carries: each makes it a tenth longer."""
UNREADABLE = (OSError, ValueError, IndexError)
"""What reading a published log raises where its files are damaged or gone, and so prove nothing."""


@contextmanager
def reading_published() -> Iterator[None]:
    """What reads a published log and fails for `UNREADABLE` files raises `LogDamaged` instead."""
    try:
        yield
    except UNREADABLE as error:
        raise LogDamaged(f"the published log is damaged: {error}") from error


def known_cosigners(reader: Reader, policy: Policy) -> tuple[Cosigner, ...]:
    """Whose cosignatures can be checked here: the policy's witnesses, then every agent."""
    agents = (Cosigner.of(Verifier.parse(agent.key)) for agent in all_facts(reader, Agent).values())
    return (*(witness.cosigner for witness in policy.witnesses.values()), *agents)


@reading_published()
def newest_receipt(
    files: LogFiles,
    reader: Reader,
    checkout: str = "",
    *,
    is_full: bool = False,
    cosigners: Sequence[Cosigner] = (),
) -> Receipt | None:
    """The receipt of the newest published entry, of those about this checkout where one is named and has any.

    None before anything was published. `is_full`: with its proof and what the first of `cosigners` to have signed the
    head said. Raises `LogDamaged` rather than give out one that the published tiles do not bear out.
    """
    published = files.published()
    if published is None or published.size == 0:
        return None
    position = _newest_about(reader, checkout, published.size) if checkout else None
    if position is None:
        position = published.size - 1
    path = files.inclusion(position, published.size)
    leaf = files.leaf(position, published.size)
    signed = times_cosigned(published.note, cosigners)
    seen = islice((each for each in cosigners if each.name in signed), COSIGNATURES_MAX)
    receipt = issue_receipt(published.note, files.verifier, position, leaf, path if is_full else None, seen)
    if not receipt.is_proven(path):
        raise LogDamaged(f"the published tiles do not prove entry {position}")
    return receipt


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the published log shows of a receipt; one that is shorter than the receipt shows its checkpoint alone.

    `checkpoint`: the newest, a signed note; `entry`: the exact bytes; `inclusion`: that it is under that checkpoint;
    `consistency`: that this goes on from the receipt's size.
    """

    checkpoint: bytes
    entry: bytes = b""
    inclusion: tuple[bytes, ...] = ()
    consistency: tuple[bytes, ...] = ()


def evidence(files: LogFiles, index: int, size: int) -> Evidence | None:
    """What speaks for or against a receipt of entry `index` (< `size`, both from it); None before the log began.

    A few reads, however long the log is. Raises what `LogFiles.published` raises, and `UNREADABLE` for files that are
    damaged or gone.
    """
    published = files.published()
    if published is None or not 0 <= index < size:
        return None
    if published.size < size:
        return Evidence(published.note)
    return Evidence(
        checkpoint=published.note,
        entry=files.entry(index, published.size),
        inclusion=tuple(files.inclusion(index, published.size)),
        consistency=tuple(files.consistency(size, published.size)),
    )


def _newest_about(reader: Reader, checkout: str, size: int) -> int | None:
    """The database may be some milliseconds ahead of what is published: only the first `size` entries count."""
    newest = select(func.max(ENTRIES.c.position))
    found: int | None = reader.execute(
        newest.where(ENTRIES.c.checkout == checkout, ENTRIES.c.position < size)
    ).scalar_one()
    return found
