"""What tag readers tell: which tagged thing came into a compartment or left it, and whether it belongs there.

What is heard is a second opinion beside what people tick: it takes, returns and refuses nothing, and nobody is held up
by it. Whose tag it is, `tag_learning` knows. What an opening is about is recorded at once, and so is everything at a
forced door; anything else when it lasts: see `tags_heard`.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace

from device_agent.custodian.decisions import Record
from device_agent.custodian.doors import opening_due
from device_agent.custodian.inside_seen import TagsSeen
from device_agent.custodian.memory import Holding
from device_agent.custodian.state import Custody, Now, Stage, Step
from device_agent.custodian.tag_homes import Home
from device_agent.custodian.tag_learning import home_of
from device_agent.custodian.tag_verdicts import Verdict, judge_in, judge_out
from device_agent.custodian.tags_heard import Since, TagsHeard


def tags_seen(custody: Custody, _stage: Stage, given: TagsSeen, now: Now) -> Step:
    """Record what came and went; the first look since the start is only remembered."""
    place = given.compartment
    if place not in custody.site.boards:
        return Step(custody)
    before = custody.tags.get(place)
    if given.tags is None:
        return Step(custody if before is None else _with(custody, place, before.unheard()))
    if before is None:
        return Step(_with(custody, place, TagsHeard(given.tags, given.tags)))
    opening_id = opening_due(custody, place, now)
    heard = before.hearing(given.tags, Since(now.elapsed_ms, opening_id))
    at_once = {tag: opening_id for tag in heard.differing if _is_at_once(custody, place, tag, opening_id)}
    step = _recorded(custody, place, heard, at_once)
    return Step(_noting(step.custody, opening_id, given.tags - before.record), step.decisions)


def tags_lasting(custody: Custody, now: Now) -> Step:
    """Record what has been heard otherwise for so long that it is so."""
    step = Step(custody)
    for place, heard in custody.tags.items():
        if tags := heard.lasting(now.elapsed_ms):
            recorded = _recorded(step.custody, place, heard, tags)
            step = Step(recorded.custody, (*step.decisions, *recorded.decisions))
    return step


def items_inside(custody: Custody, compartment: str) -> tuple[str, ...]:
    """The known things whose tags are heard in this compartment."""
    return tuple(home.item for _, home in _known(custody, compartment))


def misplaced(custody: Custody, compartment: str) -> Mapping[str, str]:
    """The home of each tag that is heard here and belongs elsewhere."""
    return {tag: home.compartment for tag, home in _known(custody, compartment) if home.compartment != compartment}


def taken_unasked(custody: Custody, compartment: str, meant: Container[str]) -> int:
    """How many known things went out of their own compartment just now that nobody here is meant to take."""
    heard = custody.tags.get(compartment)
    homes = [home_of(custody, tag) for tag in (heard.record - heard.now if heard else ())]
    return sum(home is not None and home.compartment == compartment and home.item not in meant for home in homes)


def _known(custody: Custody, compartment: str) -> Iterator[tuple[str, Home]]:
    heard = custody.tags.get(compartment)
    for tag in sorted(heard.now if heard else ()):
        if home := home_of(custody, tag):
            yield tag, home


def _with(custody: Custody, place: str, heard: TagsHeard) -> Custody:
    return replace(custody, tags={**custody.tags, place: heard})


def _is_at_once(custody: Custody, place: str, tag: str, opening_id: str | None) -> bool:
    found = custody.memory.find(opening_id) if opening_id else None
    if found is None:
        return custody.is_door_open(place) is True
    home = home_of(custody, tag)
    return home is not None and home.item in _meant(found[0])


def _recorded(custody: Custody, place: str, heard: TagsHeard, tags: Mapping[str, str | None]) -> Step:
    """Mend the record of these tags, each with the opening that it is due to: first what came, then what went."""
    ordered = sorted(tags, key=lambda tag: (tag not in heard.now, tag))
    records = tuple(_record(custody, place, tag, tags[tag], came_in=tag in heard.now) for tag in ordered)
    return Step(_with(custody, place, heard.mended(tags)), records)


def _noting(custody: Custody, opening_id: str | None, came: frozenset[str]) -> Custody:
    """Remember what came in during this opening, for `learned`; of older openings nothing is kept."""
    if opening_id is None:
        return custody
    return replace(custody, new_tags={opening_id: custody.new_tags.get(opening_id, frozenset()) | came})


def _record(custody: Custody, place: str, tag: str, opening_id: str | None, *, came_in: bool) -> Record:
    found = custody.memory.find(opening_id) if opening_id else None
    home = home_of(custody, tag)
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
