"""What each step of a life says, in the product's own words: the same events, signatures and effects as ever.

Nobody asks whether it is allowed: these are the answers of people who do not exist.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from firmware_protocol.entries import Entry, compose
from server.custody.applications import Application
from server.custody.counting import in_counting_order
from server.custody.effects.permits import REVOCATIONS
from server.custody.facts import Checkout, IssuedPermit, Item, RevocationList
from server.custody.findings.finding import Level
from server.custody.holidays import calendar_of
from server.custody.permits import Ground, permit_to_take
from server.custody.policy.words import SEALS_PAPERS
from server.custody.states import Step
from server.operate.scale.lives import Life
from server.operate.scale.town import Household, Town
from server.store.side_tables import digest_of
from server.store.work import Work
from server.usecases.file_checkout import record_request
from server.usecases.issuing import NamesOnSlip, issue
from server.usecases.sign_in import open_session

MINUTES_BEFORE: Mapping[str, float] = {
    "endorse": 35.0,
    "approve": 25.0,
    "refuse": 25.0,
    "withdraw": 10.0,
    "receive": 0.05,
    "go_to_take": 40.0,
    "go_to_return": 20.0,
    "be_late": 2 * 24 * 60.0,
    "expire": 3 * 24 * 60.0,
    "explain": 60.0,
    "accept": 30.0,
    "settle": 30.0,
}
_A_MOMENT = 0.2
PHOTO_BYTES = 61_440


def steps_of(life: Life, begins: datetime) -> Iterator[tuple[datetime, str]]:
    """When each step of a life is taken: a while after the one before."""
    at = begins
    for step in life.steps:
        at += timedelta(minutes=MINUTES_BEFORE.get(step, _A_MOMENT))
        yield at, step


@dataclass(slots=True, kw_only=True)
class Telling:
    """One life being told: who and what it is about, and the ids it has come to so far."""

    work: Work
    town: Town
    life: Life
    household: Household
    item: str
    number: int
    session: str = ""
    checkout: str = ""
    permit: str = ""
    opening: str = ""
    action: str = ""
    finding: str = ""

    def tell(self, step: str, work: Work) -> None:
        """Record the life's next step, in the transaction that is open now."""
        self.work = work
        STEPS[step](self)

    @property
    def place(self) -> str:
        """The compartment."""
        return self.household.cooperative.place

    def at_the_door(self) -> dict[str, Any]:
        """What every report of an opening names."""
        persons = [self.household.accountant.id, self.town.officer.id]
        ids = {"opening": self.opening, "compartment": self.place, "permit": self.permit, "checkout": self.checkout}
        return {**ids, "persons": persons}

    def report(self, event_type: str, about: Mapping[str, Any]) -> None:
        """The agent says so: signed with its key, in its chain, taken in as it is."""
        chain, at = self.town.chain, self.work.now
        note = compose(chain, self.town.signer, at=at, clock="sync", event_type=event_type, about=about)
        entry = Entry(chain.by, chain.epoch, chain.seq + 1, chain.prev, at, "sync", event_type, about, None)
        self.work.take_in(entry, note, None, None)
        self.town.chain = chain.extend(note)


def _sign_in(told: Telling) -> None:
    told.session = digest_of(open_session(told.work, told.household.accountant.person).token)


def _sign_out(told: Telling) -> None:
    told.work.record("signed_out", {"person": told.household.accountant.id}, {"session": told.session})


def _file(told: Telling) -> None:
    life, household = told.life, told.household
    is_sealing = life.mode in SEALS_PAPERS
    application = Application(
        applicant=household.accountant,
        holder=household.accountant,
        cooperative=household.cooperative,
        people=(),
        items=_items(told),
        holder_seals=(),
        policy=told.town.policy,
        now=told.work.now,
        mode=life.mode,
        matter=life.matter,
        purpose=f"第{told.number}号事项",
        document=f"第{told.number}号文件" if is_sealing else "",
        counterparty="清溪镇供销社" if life.amount_cents else "",
        amount_cents=life.amount_cents,
        copies=2 if is_sealing else None,
        pages=3 if is_sealing else None,
    )
    told.checkout = record_request(told.work, application, told.town.policy_number)


def _items(told: Telling) -> tuple[Item, ...]:
    item = told.work.get(Item, told.item)
    return () if item is None else (item,)


def _decided(event_type: str, who: Callable[[Telling], str]) -> Callable[[Telling], None]:
    def step(told: Telling) -> None:
        about = {"checkout": told.checkout, "person": who(told), "step": _awaited(told)}
        told.work.record(event_type, about, {"reason": "材料不齐。"} if event_type == "checkout_refused" else None)

    return step


def _awaited(told: Telling) -> Step | None:
    checkout = told.work.get(Checkout, told.checkout)
    return None if checkout is None else checkout.step


def _head(told: Telling) -> str:
    return told.household.head.id


def _reviewer(told: Telling) -> str:
    return told.town.reviewer.id


def _approve(told: Telling) -> None:
    _decided("checkout_approved", _reviewer)(told)
    work, checkout = told.work, told.work.get(Checkout, told.checkout)
    if checkout is None:
        return
    told.permit, revocations = work.new_id("m"), work.get(RevocationList, REVOCATIONS)
    ground = Ground(
        permit=told.permit,
        cooperative=told.household.cooperative,
        agent=told.town.chain.by,
        items=in_counting_order(_items(told)),
        now=work.now,
        calendar=calendar_of(work),
        revocations_version=0 if revocations is None else revocations.version,
    )
    names = NamesOnSlip(checkout.purpose, told.household.accountant.name, checkout.off_site, checkout.copies)
    issue(work, permit_to_take(checkout, ground), ground, names)


def _receive(told: Telling) -> None:
    told.report("permit_received", {"permit": told.permit})


def _withdraw(told: Telling) -> None:
    told.work.record("checkout_withdrawn", {"checkout": told.checkout, "person": told.household.accountant.id})


def _expire(told: Telling) -> None:
    told.work.record("checkout_expired", {"checkout": told.checkout, "permit": told.permit})


def _go(action: str) -> Callable[[Telling], None]:
    def step(told: Telling) -> None:
        told.opening, told.action = told.work.new_id("o"), action
        told.report("opening_intended", {**told.at_the_door(), "action": action, "attempt": 1})

    return step


def _door(event_type: str) -> Callable[[Telling], None]:
    def step(told: Telling) -> None:
        told.report(event_type, {"opening": told.opening, "compartment": told.place})

    return step


def _jam(told: Telling) -> None:
    told.report("door_jammed", {"opening": told.opening, "compartment": told.place, "attempt": 1})


def _photograph(told: Telling) -> None:
    about = {**told.at_the_door(), "photo": digest_of(told.opening), "size_bytes": PHOTO_BYTES}
    told.report("photo_taken", about)


def _moved(event_type: str) -> Callable[[Telling], None]:
    def step(told: Telling) -> None:
        told.report(event_type, {**told.at_the_door(), "items": [told.item]})

    return step


def _state_copies(told: Telling) -> None:
    told.report("copies_stated", {**told.at_the_door(), "copies": 2, "approved": 2})


def _finish(told: Telling) -> None:
    permit = told.work.get(IssuedPermit, told.permit)
    moved = "taken" if told.action == "take" else "returned"
    outcome = moved if permit is not None and permit.state == "used" else "jammed"
    told.report("opening_finished", {**told.at_the_door(), "outcome": outcome})


def _be_late(_told: Telling) -> None:
    """Time goes by."""


def _be_turned_away(told: Telling) -> None:
    person, sentence = told.household.accountant.id, "还没有选择要用的东西。请先选印章、合同或凭证。"
    told.work.record("request_refused", {"rule": "no_items", "person": person}, {"sentence": sentence})


def _be_mistaken(told: Telling) -> None:
    told.report("identification_refused", {"reason": "wrong_pin", "person": told.household.accountant.id})


def _raise(told: Telling) -> None:
    told.finding = f"A03:{told.checkout}"
    about = {**_about_finding(told), "level": Level.ORANGE, "compartment": told.place, "items": [told.item]}
    persons, position = [told.household.accountant.id], told.work.size + len(told.work.leaf_hashes) - 1
    told.work.record("finding_raised", {**about, "persons": persons, "entries": [position]}, {"numbers": {"hours": 47}})


def _about_finding(told: Telling) -> dict[str, Any]:
    cooperative = told.household.cooperative.id
    return {"finding": told.finding, "rule": "A03", "cooperative": cooperative, "checkout": told.checkout}


def _answered(event_type: str, who: Callable[[Telling], str], words: str) -> Callable[[Telling], None]:
    def step(told: Telling) -> None:
        told.work.record(event_type, {**_about_finding(told), "person": who(told)}, {"reason": words})

    return step


STEPS: Mapping[str, Callable[[Telling], None]] = {
    "sign_in": _sign_in,
    "file": _file,
    "sign_out": _sign_out,
    "endorse": _decided("checkout_endorsed", _head),
    "approve": _approve,
    "refuse": _decided("checkout_refused", _reviewer),
    "withdraw": _withdraw,
    "expire": _expire,
    "receive": _receive,
    "go_to_take": _go("take"),
    "go_to_return": _go("return"),
    "open": _door("door_opened"),
    "close": _door("door_closed"),
    "jam": _jam,
    "photograph": _photograph,
    "take": _moved("items_taken"),
    "give_back": _moved("items_returned"),
    "state_copies": _state_copies,
    "finish": _finish,
    "be_late": _be_late,
    "be_turned_away": _be_turned_away,
    "be_mistaken": _be_mistaken,
    "raise": _raise,
    "explain": _answered("finding_explained", _head, "路上堵车。"),
    "accept": _answered("finding_accepted", _reviewer, "情况属实。"),
    "settle": _answered("finding_closed", _reviewer, "已提醒。"),
}
