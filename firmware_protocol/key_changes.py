"""What a log says of the server's own keys: the entries that changed them, as a list that anybody can follow.

The list is published beside the log (`keys`) and goes down to agents, there with the proof that each entry is in the
log, and with a step along it (`log_steps`)::

    {"changes":[{"index":1290,"entry":"gongguan-event/v1…","inclusion":["<base64>",…]},…],"step":"gongguan-log-step/v1…"}

The envelope is unsigned: an entry is signed with the permit key of its time, and the succession in it by the key that
handed over. Whoever knows any key of the chain finds the newest by following it.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from firmware_protocol.checkpoints import Checkpoint, read_hash
from firmware_protocol.entries import KIND, SERVER, parse
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier, document_fields, parse_note, read_json
from firmware_protocol.proofs import check_inclusion, leaf_hash
from firmware_protocol.successions import KeyRing, read_succession

ROTATED, RETIRED = "key_rotated", "key_retired"
PERMIT, LOG = "permit", "log"
PROOF_HASHES_MAX = 64


@dataclass(frozen=True, slots=True)
class KeyChange:
    """The entry at `index` that gave a key a successor or ended one; `inclusion` is its audit path, where one came."""

    index: int
    entry: bytes
    inclusion: tuple[bytes, ...] = ()

    def is_in(self, checkpoint: Checkpoint) -> bool:
        """Whether the checkpoint's tree has this entry there."""
        path = list(self.inclusion)
        return check_inclusion(leaf_hash(self.entry), self.index, checkpoint.size, path, checkpoint.root)


@dataclass(frozen=True, slots=True)
class KeyDelivery:
    """Every change so far, in the log's order, and the step along the log that they are proven in (b'': none)."""

    changes: tuple[KeyChange, ...]
    step: bytes = b""


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """The server's two rings of keys, as far as somebody has followed them."""

    permit: KeyRing
    log: KeyRing

    @classmethod
    def of(cls, permit: Verifier, log: Verifier) -> "KeyHistory":
        """What is known to whoever was given these two."""
        return cls(KeyRing.of(permit), KeyRing.of(log))

    def follow(self, changes: Iterable[KeyChange]) -> "KeyHistory":
        """The history after these entries; one that the newest permit key did not sign changes nothing.

        So older news repeats nothing, and a key that somebody handed over already hands over to nobody else.
        """
        history = self
        for change in changes:
            history = history._after(change)
        return history

    def learn(self, changes: Iterable[KeyChange]) -> "KeyHistory":
        """The same, with the keys that came before those that were known: what they signed is still to be read.

        Whoever was given a later key has to have found each of these entries in the log.
        """
        kept = tuple(changes)
        newest = self.follow(kept)
        return KeyHistory(ring_to(newest.permit.newest, kept), ring_to(newest.log.newest, kept))

    def _after(self, change: KeyChange) -> "KeyHistory":
        try:
            parse(change.entry, [self.permit.newest])
        except (MalformedNote, UnverifiedNote):
            return self
        told = _told(change)
        return KeyHistory(_followed(self.permit, told, change.index), _followed(self.log, told, change.index))


def is_in_order(changes: Sequence[KeyChange]) -> bool:
    """Whether each of these is about a key of the server, and comes later in the log than the one before.

    So of a list whose entries are proven in the log its length says how many changes were followed, and nobody on the
    way makes it longer.
    """
    is_later = all(before.index < after.index for before, after in pairwise(changes))
    return is_later and all(_told(each) is not None for each in changes)


def ring_to(newest: Verifier, changes: Iterable[KeyChange]) -> KeyRing:
    """Every key of this name up to the newest one, by the signatures of the keys themselves.

    Entries that do not verify or fit are left out; where nothing leads to `newest`, that stands alone.
    """
    kept = tuple(changes)
    told = (about for about in map(_told, kept) if about is not None and ROTATED in about)
    firsts = (read_succession(about[ROTATED].encode()).old for about in told)
    oldest = next((each for each in firsts if each.name == newest.name), newest)
    ring = follow_keys(KeyRing.of(oldest), kept)
    return ring if ring.newest == newest else KeyRing.of(newest)


def follow_keys(ring: KeyRing, changes: Iterable[KeyChange]) -> KeyRing:
    """The ring after these entries, whoever signed them: for somebody who does not know the permit key (a witness)."""
    for change in changes:
        ring = _followed(ring, _told(change), change.index)
    return ring


def encode_changes(delivery: KeyDelivery) -> bytes:
    """Write the list as one JSON object."""
    changes = [
        {
            "index": each.index,
            "entry": each.entry.decode(),
            "inclusion": [b64encode(hashed).decode() for hashed in each.inclusion],
        }
        for each in delivery.changes
    ]
    return json.dumps({"changes": changes, "step": delivery.step.decode()}, ensure_ascii=False).encode()


def parse_changes(payload: bytes) -> KeyDelivery:
    """Read the list; nothing in it is verified. Raises `MalformedNote`."""
    try:
        fields = read_json(payload.decode())
        changes = tuple(_change(each) for each in fields["changes"])
        return KeyDelivery(changes, fields["step"].encode())
    except (KeyError, TypeError, AttributeError, UnicodeError) as error:
        raise MalformedNote("not a list of key changes") from error


def _change(fields: Mapping[str, Any]) -> KeyChange:
    index, inclusion = fields["index"], fields["inclusion"]
    if type(index) is not int or index < 0 or len(inclusion) > PROOF_HASHES_MAX:
        raise MalformedNote("not a change of keys")
    return KeyChange(index, fields["entry"].encode(), tuple(read_hash(each) for each in inclusion))


def _told(change: KeyChange) -> Mapping[str, str] | None:
    """What an entry says of keys, whoever signed it: the succession, or the role and id of a key that ends."""
    try:
        return _said(document_fields(parse_note(change.entry).text, KIND))
    except (MalformedNote, UnverifiedNote):
        return None


def _said(fields: Mapping[str, Any]) -> Mapping[str, str] | None:
    try:
        if fields["by"] == SERVER and fields["type"] == ROTATED:
            read_succession(fields["about"]["succession"].encode())
            return {ROTATED: fields["about"]["succession"]}
        if fields["by"] == SERVER and fields["type"] == RETIRED:
            return {RETIRED: str(fields["about"]["key"]), "role": str(fields["about"]["role"])}
    except (KeyError, AttributeError, TypeError) as error:
        raise MalformedNote("an entry about keys says which") from error
    return None


def _followed(ring: KeyRing, told: Mapping[str, str] | None, index: int) -> KeyRing:
    if told is None:
        return ring
    if ROTATED in told:
        return ring.succeeded(read_succession(told[ROTATED].encode()), index)
    return ring.without(told[RETIRED], index) if ring.newest.name.endswith(f"/{told['role']}") else ring
