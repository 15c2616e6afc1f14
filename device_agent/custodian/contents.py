"""What light barriers say: something stands in a compartment, or nothing does. No barrier tells one thing from another.

It is a second opinion beside what people tick: nothing is taken or returned because of it, and nobody is held up.
"""

from dataclasses import replace

from device_agent.custodian.decisions import Record
from device_agent.custodian.doors import opening_due
from device_agent.custodian.inside_seen import InsideSeen
from device_agent.custodian.state import Custody, Now, Stage, Step


def inside_seen(custody: Custody, _stage: Stage, given: InsideSeen, now: Now) -> Step:
    """Record a change; the first look since the start, and a board that does not answer, are none."""
    if given.compartment not in custody.site.boards or given.has_something is None:
        return Step(custody)
    before = custody.inside.get(given.compartment)
    seen = replace(custody, inside={**custody.inside, given.compartment: given.has_something})
    if before in (None, given.has_something):
        return Step(seen)
    opening = opening_due(custody, given.compartment, now)
    about = {"compartment": given.compartment} | ({} if opening is None else {"opening": opening})
    return Step(seen, (Record("inside_filled" if given.has_something else "inside_emptied", about),))
