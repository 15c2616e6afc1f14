"""Giving a key of the server its successor at the machine, while nothing else works with the keys.

The new key is durable before the log names it, and the old one signs nothing after that. What a crash between the
steps means is settled at the next opening: a key that the log does not know goes, one that it knows comes into use.
"""

import secrets
from collections.abc import Iterable
from pathlib import Path

from firmware_protocol.notes import Signer
from server.custody.refusals import Refused
from server.operate.two_people import checked_claims
from server.store.keys import SEED_BYTES, prepare_next
from server.township import Township, opened, settle
from server.usecases.issue_roster import renew_rosters
from server.usecases.rotate_key import KeyRole, KeyRotated, RotateKey, end_overlaps, rotate_key
from server.usecases.taking_back import take_back_what_ended_keys_signed


def rotate(
    data: Path, role: KeyRole, typed: Iterable[tuple[str, str]], overlap_days: int | None = None
) -> KeyRotated | Refused:
    """Give this key a successor; `typed` are the numbers and passwords of two administrators.

    Raises `KeysInUse` while any other program works on the data, and what `opened` raises.
    """
    with opened(data, is_alone=True) as township:
        answer = _rotated(township, role, typed, overlap_days)
        settle(township.folder, township.database)
    if isinstance(answer, KeyRotated):
        _begin(data)
    return answer


def _rotated(
    township: Township, role: KeyRole, typed: Iterable[tuple[str, str]], overlap_days: int | None
) -> KeyRotated | Refused:
    claims = checked_claims(township, typed)
    if isinstance(claims, Refused):
        return claims
    seed = secrets.token_bytes(SEED_BYTES)
    new = Signer((township.keys.permit if role == "permit" else township.keys.log).name, seed)
    prepare_next(township.folder.key_folder, role, new, seed)
    first, second = claims
    return township.writer.run_now(rotate_key, RotateKey(role, new, first, second, overlap_days))


def _begin(data: Path) -> None:
    """Sign with the new key what was signed with the old one and is still in use: the log's head, every roster.

    A server that starts makes up for it, where this was broken off.
    """
    with opened(data, is_guest=True) as township:
        township.writer.run_now(renew_rosters, None)
        township.writer.run_now(end_overlaps, None)
        township.writer.run_now(take_back_what_ended_keys_signed, None)
        settle(township.folder, township.database)
