"""What a printed form carries of the log: its receipt and, where asked for, the whole proof with whoever saw it."""

import asyncio

from firmware_protocol.receipt_parts import parts_of
from firmware_protocol.receipts import Receipt
from server.documents.papers.paper import PaperProof, PaperReceipt
from server.store.database import Reader
from server.store.receipts import known_cosigners, newest_receipt
from server.web.house import House
from server.web.times import ZONE

PART_CHARACTERS = 350
"""Of a proof in one code: 73 squares across without an address, which an old phone still reads."""
SEEN_WITHIN_S, LOOK_EVERY_S = 3.0, 0.1


async def wait_for_witnesses(house: House) -> None:
    """Give the witnesses the moment they take to cosign a head that has just moved, and no longer."""
    for _ in range(round(SEEN_WITHIN_S / LOOK_EVERY_S)):
        published = await asyncio.to_thread(house.log.published)
        if published is None or house.settings.witnesses.is_met(published.note):
            return
        await asyncio.sleep(LOOK_EVERY_S)


def paper_receipt(house: House, reader: Reader, checkout: str, *, is_full: bool) -> PaperReceipt | None:
    """The receipt of the newest entry about this checkout ('': of all); None before anything is published."""
    cosigners = known_cosigners(reader, house.settings.witnesses) if is_full else ()
    receipt = newest_receipt(house.log, reader, checkout, is_full=is_full, cosigners=cosigners)
    if receipt is None:
        return None
    proof = _proof(house, reader, receipt) if is_full else None
    return PaperReceipt(receipt.plain.code, receipt.index, receipt.size, house.settings.address, proof)


def _proof(house: House, reader: Reader, receipt: Receipt) -> PaperProof:
    log = house.log.verifier
    seen = receipt.witnessed(log, known_cosigners(reader, house.settings.witnesses))
    return PaperProof(
        code=receipt.code,
        parts=parts_of(receipt.code, PART_CHARACTERS),
        text=receipt.as_tlog_proof(log),
        seen=tuple(f"{name}（{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}）" for name, at in seen.items() if at is not None),
    )
