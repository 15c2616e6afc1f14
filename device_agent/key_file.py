"""This agent's private keys in its bundle, while one is followed by the next.

`rotate-key` writes the new key into the bundle (`next_key`), then the entry that names it, signed by the old one, and
then makes it the agent's (`private_key`, the old one as `former_key`). Until the server has that entry it knows only
the old key, so messages bear both; then the old one is taken out of the file. Each step replaces the file as a whole
and is durable; which was the last one the journal tells (`settle`).
"""

import json
import os
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from device_agent.durable_folders import sync_folder
from firmware_protocol.agent_keys import ROTATED, handed_over_by
from firmware_protocol.notes import Signer, Verifier

NEXT, OWN, FORMER, SINCE = "next_key", "private_key", "former_key", "rotated_seq"


def prepare(bundle: Path, seed: bytes) -> None:
    """Keep the key that is to follow; one that was prepared before and never followed is given up."""
    _write(bundle, {**_read(bundle), NEXT: b64encode(seed).decode()})


def settle(bundle: Path, journal: Path) -> None:
    """Make the prepared key the agent's where the journal (its file) names it, and give it up where it does not."""
    fields = _read(bundle)
    if NEXT not in fields:
        return
    following = fields.pop(NEXT)
    signer = Signer(f"{fields['origin']}/agent/{fields['agent']}", b64decode(following))
    seq = _named_at(journal, signer.verifier)
    if seq is not None:
        fields |= {OWN: following, FORMER: fields[OWN], SINCE: seq}
    _write(bundle, fields)


def forget_former(bundle: Path) -> None:
    """Destroy the key that another has followed."""
    _write(bundle, {name: value for name, value in _read(bundle).items() if name not in (FORMER, SINCE)})


def _named_at(journal: Path, key: Verifier) -> int | None:
    """The number of the entry that gives the agent this key; None where there is none."""
    if not journal.exists():
        return None
    with closing(sqlite3.connect(journal, timeout=2)) as connection:
        rows = connection.execute("SELECT seq, note FROM entries WHERE type = ? ORDER BY seq DESC", (ROTATED,))
        for seq, note in rows:
            if handed_over_by(note, key) is not None:
                return int(seq)
    return None


def _read(bundle: Path) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(bundle.read_text(encoding="utf-8"))
    return fields


def _write(bundle: Path, fields: Mapping[str, Any]) -> None:
    """Write beside it, for its owner alone; durable, then renamed."""
    beside = bundle.with_name(f"{bundle.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(fields, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(bundle)
    sync_folder(bundle.parent)
