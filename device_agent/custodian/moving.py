"""With the door open: say what moved, say whether the rest is there, close, and let all of those present confirm."""

from dataclasses import replace

from device_agent.custodian.decisions import Record
from device_agent.custodian.inputs import (
    AllTicked,
    BackAsked,
    CloseSkipped,
    CopiesStated,
    EndAsked,
    ItemTicked,
    MissingNamed,
    PersonConfirmed,
    PhotoSkipped,
    PhotoTaken,
    RestAnswered,
)
from device_agent.custodian.memory import Holding, Opening
from device_agent.custodian.opening import about_opening
from device_agent.custodian.state import (
    Choosing,
    Closing,
    Confirming,
    Custody,
    Done,
    Moving,
    NamingMissing,
    Now,
    Photographing,
    Stage,
    StatingCopies,
    Step,
    Waiting,
)
from device_agent.custodian.tag_learning import learned


def movable(holding: Holding, opening: Opening) -> tuple[str, ...]:
    """The items an opening may move: what is out when it brings back, otherwise what its permit is about."""
    return holding.out if opening.action == "return" else holding.items


def item_ticked(custody: Custody, stage: Moving, given: ItemTicked, _now: Now) -> Step:
    """Tick an item, or untick it."""
    found = custody.memory.find(stage.opening)
    if found is None or given.item not in movable(*found):
        return Step(custody)
    return Step(replace(custody, stage=replace(stage, ticked=stage.ticked ^ {given.item})))


def all_ticked(custody: Custody, stage: Moving, _given: AllTicked, _now: Now) -> Step:
    """Tick everything, for people who counted it all; where everything is ticked, nothing."""
    found = custody.memory.find(stage.opening)
    everything = frozenset(movable(*found)) if found else frozenset()
    ticked = frozenset() if everything <= stage.ticked else everything
    return Step(replace(custody, stage=replace(stage, ticked=ticked)))


def rest_answered(custody: Custody, stage: Moving, given: RestAnswered, _now: Now) -> Step:
    """All else is there: on to closing. Something is missing: say what, if anybody can."""
    if not given.is_all_there and not stage.is_late:
        return Step(replace(custody, stage=NamingMissing(stage)))
    return Step(_to_the_end(custody, stage))


def missing_ticked(custody: Custody, stage: NamingMissing, given: ItemTicked, _now: Now) -> Step:
    """Name a missing item, or take it back; a ticked one is not missing."""
    found = custody.memory.find(stage.moving.opening)
    if found is None or given.item not in found[0].items or given.item in stage.moving.ticked:
        return Step(custody)
    return Step(replace(custody, stage=replace(stage, named=stage.named ^ {given.item})))


def missing_named(custody: Custody, stage: NamingMissing, _given: MissingNamed, _now: Now) -> Step:
    """Something is missing: the alarm is recorded at once, the walk goes on."""
    found = custody.memory.find(stage.moving.opening)
    if found is None:
        return Step(custody)
    holding, opening = found
    missing = [item for item in holding.items if item in stage.named]
    record = Record("items_missing", {**about_opening(holding.permit, opening), "items": missing})
    return Step(_to_the_end(custody, stage.moving), (record,))


def missing_withdrawn(custody: Custody, stage: NamingMissing, _given: BackAsked, _now: Now) -> Step:
    """Nothing is missing after all."""
    return Step(replace(custody, stage=stage.moving))


def close_skipped(custody: Custody, stage: Closing, _given: CloseSkipped, _now: Now) -> Step:
    """A door that was told to stand open, or whose sensor is silent, does not hold people up for ever."""
    if may_skip_closing(custody, stage):
        return Step(replace(custody, stage=once_closed(custody, stage.moving)))
    return Step(custody)


def may_skip_closing(custody: Custody, stage: Closing) -> bool:
    """Whether people may go on without the door being seen closed."""
    found = custody.memory.find(stage.moving.opening)
    door = custody.doors.get(found[1].compartment) if found else None
    return door is None or door.is_open is None or door.is_told


def once_closed(custody: Custody, moving: Moving) -> Stage:
    """The door is closed: the copies where the last of the seals came back, a photo of seals, the confirmation."""
    if moving.copies is None and approved_copies(custody, moving) is not None:
        return StatingCopies(moving)
    if moving.photo is None and custody.site.has_camera and _brings_a_seal_back(custody, moving):
        return Photographing(moving)
    return Confirming(moving)


def approved_copies(custody: Custody, moving: Moving) -> int | None:
    """How many copies may have been stamped, where this opening brings the last seal back; None for any other."""
    found = custody.memory.find(moving.opening)
    if found is None or found[1].action != "return":
        return None
    holding = found[0]
    seals = {item.id for item in holding.permit.items if item.kind == "seal" and item.id in holding.out}
    return holding.slip.copies if seals and seals <= moving.ticked else None


def copies_stated(custody: Custody, stage: StatingCopies, given: CopiesStated, _now: Now) -> Step:
    """So many copies were stamped; whether that is what was approved is shown before anybody confirms."""
    return Step(replace(custody, stage=once_closed(custody, replace(stage.moving, copies=given.copies))))


def photo_taken(custody: Custody, stage: Photographing, given: PhotoTaken, _now: Now) -> Step:
    """The photo belongs to this opening."""
    moving = replace(stage.moving, photo=(given.sha256, given.size_bytes))
    return Step(replace(custody, stage=Confirming(moving)))


def photo_skipped(custody: Custody, stage: Photographing, _given: PhotoSkipped, _now: Now) -> Step:
    """A hall without a camera, or a camera that is broken, holds nobody up."""
    return Step(replace(custody, stage=Confirming(stage.moving)))


def correction_asked(
    custody: Custody, stage: Closing | StatingCopies | Photographing | Confirming, _given: BackAsked, _now: Now
) -> Step:
    """They go back to the list."""
    return Step(replace(custody, stage=replace(stage.moving, copies=None, photo=None)))


def declaration_left(custody: Custody, stage: Moving, given: BackAsked | EndAsked, _now: Now) -> Step:
    """Saying it afterwards can wait; saying it with the door open cannot."""
    if not stage.is_late:
        return Step(custody)
    return Step(replace(custody, stage=Choosing(stage.present) if isinstance(given, BackAsked) else Waiting()))


def person_confirmed(custody: Custody, stage: Confirming, given: PersonConfirmed, _now: Now) -> Step:
    """When all of those present have confirmed, what moved is recorded and the opening is finished."""
    if given.person not in stage.moving.present:
        return Step(custody)
    confirmed = stage.confirmed | {given.person}
    if confirmed != frozenset(stage.moving.present):
        return Step(replace(custody, stage=replace(stage, confirmed=confirmed)))
    done = Done(stage.moving.present, stage.moving.opening)
    concluded = _conclusion(custody, stage.moving)
    custody, tags = learned(custody, stage.moving.opening, stage.moving.ticked)
    return Step(replace(custody, stage=done), (*concluded, *tags))


def _to_the_end(custody: Custody, moving: Moving) -> Custody:
    found = custody.memory.find(moving.opening)
    is_open = found is not None and custody.is_door_open(found[1].compartment)
    stage = Closing(moving) if is_open and not moving.is_late else once_closed(custody, moving)
    return replace(custody, stage=stage)


def _conclusion(custody: Custody, moving: Moving) -> tuple[Record, ...]:
    found = custody.memory.find(moving.opening)
    if found is None:
        return ()
    holding, opening = found
    about = about_opening(holding.permit, opening)
    moved = [item for item in movable(holding, opening) if item in moving.ticked]
    outcome = {"outcome": _outcome(holding, opening, moved), "persons": list(moving.present)}
    finished = Record("opening_finished", {**about, **outcome})
    if not moved:
        return (finished,)
    flag = {"flagged": True} if opening.is_flagged else {}
    said = Record(_MOVED[opening.action], {**about, "items": moved, **flag})
    return (said, *_evidence(about, holding, moving), finished)


def _evidence(about: dict[str, object], holding: Holding, moving: Moving) -> tuple[Record, ...]:
    """What people said of the copies, and the photo they took."""
    records: list[Record] = []
    if moving.copies is not None:
        copies = {"copies": moving.copies, "approved": holding.slip.copies}
        records.append(Record("copies_stated", {**about, **copies}))
    if moving.photo is not None:
        sha256, size_bytes = moving.photo
        records.append(Record("photo_taken", {**about, "photo": sha256, "size_bytes": size_bytes}))
    return tuple(records)


def _brings_a_seal_back(custody: Custody, moving: Moving) -> bool:
    found = custody.memory.find(moving.opening)
    if found is None or found[1].action != "return" or moving.is_late:
        return False
    return any(item.kind == "seal" and item.id in moving.ticked for item in found[0].permit.items)


def _outcome(holding: Holding, opening: Opening, moved: list[str]) -> str:
    if not moved:
        return "nothing"
    if opening.action == "take":
        return "taken" if len(moved) == len(holding.items) else "part_taken"
    return {"return": "returned", "deposit": "deposited", "count": "counted"}[opening.action]


_MOVED = {
    "take": "items_taken",
    "return": "items_returned",
    "deposit": "items_deposited",
    "count": "items_counted",
}
"""What is said of the ticked items; a count moves nothing and says what was seen."""
