"""Whose tag it is: as the roster says, or learned from the opening that first brought it in.

Two people tick the one thing they put in, the reader hears the one new tag: from then on that tag is that thing's, and
the compartment its home. Where several things came in at once nobody can tell which tag is whose; nothing is learned.
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from device_agent.custodian.decisions import Decision, Keep, Record
from device_agent.custodian.state import Custody
from device_agent.custodian.tag_homes import TAG_NOTE, Home


def home_of(custody: Custody, tag: str) -> Home | None:
    """Where a tag belongs; what the township has on its list counts before what was learned here."""
    listed = None if custody.roster is None else custody.roster.tag(tag)
    return custody.homes.get(tag) if listed is None else Home(listed.item, listed.compartment)


def learned(custody: Custody, opening_id: str, items: AbstractSet[str]) -> tuple[Custody, tuple[Decision, ...]]:
    """What is known after an opening in which these things were ticked, and what to keep of it."""
    found = custody.memory.find(opening_id)
    came = custody.new_tags.get(opening_id, frozenset())
    new = [tag for tag in came if home_of(custody, tag) is None]
    if found is None or found[1].action not in ("deposit", "return") or len(items) != 1 or len(new) != 1:
        return custody, ()
    (tag,), (item,) = new, items
    home = Home(item, found[1].compartment)
    about = {"compartment": home.compartment, "opening": opening_id, "item": home.item, "tag": tag}
    note = Keep({f"{TAG_NOTE}:{tag}": home.written})
    return replace(custody, homes={**custody.homes, tag: home}), (Record("tag_learned", about), note)
