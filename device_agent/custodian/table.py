"""Which input means what at which stage: one table, and the few lines that walk it.

An input that the table does not name for the present stage means nothing: a second touch does nothing twice, and a late
answer disturbs nobody. `decide` is all of the custodian that the agent calls.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, get_args

from device_agent.custodian import (
    beginning,
    clearing,
    contents,
    documents,
    doors,
    following,
    identification,
    moving,
    opening,
    tags,
    tellings,
    timing,
    transferring,
)
from device_agent.custodian.board_told import BoardTold
from device_agent.custodian.decisions import Record
from device_agent.custodian.every_door import Clearing, EveryDoorAsked, ReadyForAll
from device_agent.custodian.inputs import (
    Acknowledged,
    AllTicked,
    BackAsked,
    BoardSeen,
    CardShown,
    ChoiceMade,
    ClockStepped,
    CloseSkipped,
    ContactMade,
    CopiesStated,
    DiskSeen,
    DoorAnswered,
    DoorSeen,
    EndAsked,
    Input,
    ItemTicked,
    KioskInput,
    LockAnswered,
    MissingNamed,
    OpenAsked,
    PermitReceived,
    PersonAdded,
    PersonConfirmed,
    PhotoSkipped,
    PhotoTaken,
    PinChecked,
    PinEntered,
    RestAnswered,
    RevocationsReceived,
    RosterReceived,
    Started,
    Ticked,
)
from device_agent.custodian.inside_seen import InsideSeen, TagsSeen
from device_agent.custodian.log_view import HeadShown, KeysReceived
from device_agent.custodian.memory import recall
from device_agent.custodian.state import (
    Choosing,
    Closing,
    Confirming,
    Custody,
    Done,
    EnteringPin,
    Jammed,
    Moving,
    NamingMissing,
    Now,
    Photographing,
    Ready,
    Refusal,
    Stage,
    StatingCopies,
    Step,
    Transferred,
    Transferring,
    Unsure,
    Waiting,
    WaitingNext,
)

Handler = Callable[[Custody, Any, Any, Now], Step]


def _to_the_start(custody: Custody, _stage: Stage, _given: Input, _now: Now) -> Step:
    return Step(replace(custody, stage=Waiting()))


def _back_to_the_reader(custody: Custody, stage: EnteringPin, _given: BackAsked, _now: Now) -> Step:
    return Step(replace(custody, stage=WaitingNext(stage.present) if stage.present else Waiting()))


def _back_to_the_offers(custody: Custody, stage: Ready, _given: BackAsked, _now: Now) -> Step:
    return Step(replace(custody, stage=Choosing(stage.present)))


AT_A_STAGE: Mapping[tuple[type, type], Handler] = {
    (Waiting, CardShown): identification.card_shown,
    (WaitingNext, CardShown): identification.card_shown,
    (WaitingNext, BackAsked): identification.back_from_the_reader,
    (WaitingNext, EndAsked): _to_the_start,
    (EnteringPin, PinEntered): identification.pin_entered,
    (EnteringPin, PinChecked): identification.pin_checked,
    (EnteringPin, BackAsked): _back_to_the_reader,
    (EnteringPin, EndAsked): _to_the_start,
    (Choosing, ChoiceMade): opening.choice_made,
    (Choosing, EveryDoorAsked): clearing.every_door_asked,
    (Choosing, PersonAdded): identification.person_added,
    (Choosing, EndAsked): _to_the_start,
    (Ready, OpenAsked): opening.open_asked,
    (Ready, BackAsked): _back_to_the_offers,
    (Ready, EndAsked): _to_the_start,
    (ReadyForAll, OpenAsked): clearing.begun,
    (ReadyForAll, BackAsked): clearing.left,
    (ReadyForAll, EndAsked): _to_the_start,
    (Clearing, LockAnswered): clearing.answered,
    (Clearing, Ticked): clearing.ticked,
    (Clearing, EndAsked): clearing.ended,
    (Jammed, OpenAsked): opening.open_asked_again,
    (Jammed, BackAsked): opening.jam_left,
    (Jammed, EndAsked): opening.jam_left,
    (Unsure, DoorAnswered): opening.door_answered,
    (Unsure, EndAsked): opening.unsure_left,
    (Moving, ItemTicked): moving.item_ticked,
    (Moving, AllTicked): moving.all_ticked,
    (Moving, RestAnswered): moving.rest_answered,
    (Moving, BackAsked): moving.declaration_left,
    (Moving, EndAsked): moving.declaration_left,
    (NamingMissing, ItemTicked): moving.missing_ticked,
    (NamingMissing, MissingNamed): moving.missing_named,
    (NamingMissing, BackAsked): moving.missing_withdrawn,
    (Closing, CloseSkipped): moving.close_skipped,
    (Closing, BackAsked): moving.correction_asked,
    (StatingCopies, CopiesStated): moving.copies_stated,
    (StatingCopies, BackAsked): moving.correction_asked,
    (Photographing, PhotoTaken): moving.photo_taken,
    (Photographing, PhotoSkipped): moving.photo_skipped,
    (Photographing, BackAsked): moving.correction_asked,
    (Confirming, PersonConfirmed): moving.person_confirmed,
    (Confirming, BackAsked): moving.correction_asked,
    (Transferring, PersonConfirmed): transferring.transfer_confirmed,
    (Transferring, BackAsked): transferring.transfer_left,
    (Transferring, EndAsked): _to_the_start,
    (Transferred, Acknowledged): transferring.carry_on,
    (Transferred, EndAsked): _to_the_start,
    (Transferred, CardShown): identification.card_shown,
    (Done, Acknowledged): opening.carry_on,
    (Done, EndAsked): _to_the_start,
    (Done, CardShown): identification.card_shown,
    (Refusal, Acknowledged): opening.read_refusal,
    (Refusal, BackAsked): opening.read_refusal,
    (Refusal, EndAsked): _to_the_start,
    (Refusal, CardShown): identification.card_shown,
}
AT_ANY_STAGE: Mapping[type, Handler] = {
    Started: beginning.started,
    Ticked: timing.ticked,
    ClockStepped: timing.clock_stepped,
    LockAnswered: opening.lock_answered,
    DoorSeen: doors.door_seen,
    InsideSeen: contents.inside_seen,
    TagsSeen: tags.tags_seen,
    BoardSeen: doors.board_seen,
    BoardTold: tellings.board_told,
    DiskSeen: documents.disk_seen,
    PermitReceived: documents.permit_received,
    RosterReceived: documents.roster_received,
    RevocationsReceived: documents.revocations_received,
    HeadShown: following.head_shown,
    KeysReceived: following.keys_received,
    ContactMade: documents.contact_made,
}
_TOUCHES: frozenset[type] = frozenset(get_args(KioskInput))


def decide(custody: Custody, given: Input, now: Now) -> Step:
    """The state after one input, and what is to be done about it, in order.

    Pure. The state already counts every `Record` as written: if one cannot be written, throw the state away and start
    again from the journal.
    """
    handler = AT_A_STAGE.get((type(custody.stage), type(given))) or AT_ANY_STAGE.get(type(given))
    step = Step(custody) if handler is None else handler(custody, custody.stage, given, now)
    records = [decision for decision in step.decisions if isinstance(decision, Record)]
    memory = reduce(
        lambda known, record: recall(known, record.type, record.about, now.at), records, step.custody.memory
    )
    begins = type(step.custody.stage) is not type(custody.stage)
    settled = replace(
        step.custody,
        memory=memory,
        since_ms=now.elapsed_ms if begins else custody.since_ms,
        touched_ms=now.elapsed_ms if type(given) in _TOUCHES else custody.touched_ms,
    )
    return Step(settled, step.decisions)
