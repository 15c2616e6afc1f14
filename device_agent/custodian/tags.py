"""What tag readers tell: which tagged thing came into a compartment or left it, and whether it belongs there.

What is heard is a second opinion beside what people tick: it takes, returns and refuses nothing, and nobody is held up
by it. Whose tag it is was learned from an opening; see `tag_learning`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from device_agent.custodian.decisions import Record
from device_agent.custodian.doors import opening_due
from device_agent.custodian.inside_seen import TagsSeen
from device_agent.custodian.memory import Holding
from device_agent.custodian.state import Custody, Now, Stage, Step
from device_agent.custodian.tag_homes import Home
from device_agent.custodian.tag_verdicts import Verdict, judge_in, judge_out


def tags_seen(custody: Custody, _stage: Stage, given: TagsSeen, now: Now) -> Step:
    """Record what came and went; the first look since the start is only remembered."""
    place = given.compartment
    if place not in custody.site.boards or given.tags is None:
        return Step(custody)
    before = custody.tags.get(place)
    seen = replace(custody, tags={**custody.tags, place: given.tags})
    if before is None or before == given.tags:
        return Step(seen)
    opening_id = opening_due(custody, place, now)
    came = ((tag, True) for tag in sorted(given.tags - before))
    went = ((tag, False) for tag in sorted(before - given.tags))
    records = tuple(_record(custody, place, tag, opening_id, came_in=came_in) for tag, came_in in (*came, *went))
    return Step(_noting(seen, opening_id, given.tags - before), records)


def items_inside(custody: Custody, compartment: str) -> tuple[str, ...]:
    """The known things whose tags are heard in this compartment."""
    homes = (custody.homes.get(tag) for tag in sorted(custody.tags.get(compartment) or ()))
    return tuple(home.item for home in homes if home is not None)


def misplaced(custody: Custody, compartment: str) -> Mapping[str, str]:
    """The home of each tag that is heard here and belongs elsewhere."""
    homes = ((tag, custody.homes.get(tag)) for tag in sorted(custody.tags.get(compartment) or ()))
    return {tag: home.compartment for tag, home in homes if home is not None and home.compartment != compartment}


def _noting(custody: Custody, opening_id: str | None, came: frozenset[str]) -> Custody:
    """Remember what came in during this opening, for `learned`; of older openings nothing is kept."""
    if opening_id is None:
        return custody
    return replace(custody, new_tags={opening_id: custody.new_tags.get(opening_id, frozenset()) | came})


def _record(custody: Custody, place: str, tag: str, opening_id: str | None, *, came_in: bool) -> Record:
    found = custody.memory.find(opening_id) if opening_id else None
    home = custody.homes.get(tag)
    meant = _meant(found[0]) if found else None
    verdict = (judge_in if came_in else judge_out)(home, place, meant)
    about = dict(_about(place, tag, home, verdict)) | ({"opening": opening_id} if opening_id else {})
    return Record("tag_came" if came_in else "tag_went", about)


def _about(place: str, tag: str, home: Home | None, verdict: Verdict) -> Iterator[tuple[str, str]]:
    yield from {"compartment": place, "tag": tag, "verdict": verdict}.items()
    if home is not None:
        yield "item", home.item


def _meant(holding: Holding) -> frozenset[str]:
    return frozenset(item.id for item in holding.permit.items)
