"""A handover with what belongs to it, out of what is known."""

from server.custody.handovers.facts import Handover, HandoverLine, HandoverSignature, line_id, signature_id
from server.custody.handovers.parts import SEATS
from server.custody.happenings import Known


def lines_of(known: Known, handover: Handover) -> list[HandoverLine]:
    """The handover's lines in order."""
    found = (known.get(HandoverLine, line_id(handover.id, item)) for item in handover.items)
    return [line for line in found if line is not None]


def signatures_of(known: Known, handover: Handover) -> list[HandoverSignature]:
    """What was signed, void signatures included, in the order of the printed list."""
    found = (known.get(HandoverSignature, signature_id(handover.id, seat.part)) for seat in SEATS[handover.kind])
    return [signature for signature in found if signature is not None]
