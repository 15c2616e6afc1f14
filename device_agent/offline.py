"""How long an agent without its server still lets things out, as its file may shorten it."""

from device_agent.fields import Fields
from firmware_protocol.permit_checks import Staleness


def read_staleness(top: Fields) -> Staleness:
    """The table `[offline]`, hours: only shorter than the rule, for nobody lengthens it in a file beside the cabinet.

    Raises `FieldError`.
    """
    if not top.has("offline"):
        return Staleness()
    usual, fields = Staleness(), top.table("offline")
    limits = {name: fields.number(name, 0, getattr(usual, name)) for name in ("seal_h", "other_h") if fields.has(name)}
    fields.finish()
    return Staleness(**limits)
