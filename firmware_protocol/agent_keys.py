"""An agent's key that names its successor: in an entry of the agent's own chain, which the old key signs.

From the next number on its entries bear the new key. `about` has the succession (`successions`), as a note.
"""

from firmware_protocol.entries import KIND
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier, document_fields, parse_note
from firmware_protocol.successions import Succession, read_succession

ROTATED = "agent_key_rotated"


def succession_in(entry: bytes) -> Succession | None:
    """What an entry of this type says, its two keys' signatures verified; None for any other entry."""
    try:
        fields = document_fields(parse_note(entry).text, KIND)
        return read_succession(fields["about"]["succession"].encode()) if fields["type"] == ROTATED else None
    except (MalformedNote, UnverifiedNote, KeyError, TypeError, AttributeError):
        return None


def handed_over_by(entry: bytes, key: Verifier) -> Verifier | None:
    """The key that gave its place to this one in this entry; None where the entry does not say so."""
    succession = succession_in(entry)
    return succession.old if succession is not None and succession.new == key else None


def handed_over_to(entry: bytes, key: Verifier) -> Verifier | None:
    """The key to which this one gave its place in this entry; None where the entry does not say so."""
    succession = succession_in(entry)
    return succession.new if succession is not None and succession.old == key else None
