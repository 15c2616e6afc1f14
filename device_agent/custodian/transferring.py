"""What is out changes hands at the kiosk: giver and taker confirm, no door opens, from then on the taker answers."""

from dataclasses import replace

from device_agent.custodian.decisions import Record
from device_agent.custodian.inputs import Acknowledged, BackAsked, Choice, PersonConfirmed
from device_agent.custodian.memory import Holding
from device_agent.custodian.offers import judge
from device_agent.custodian.opening import about_permit, refuse_offer
from device_agent.custodian.state import Choosing, Custody, Now, Step, Transferred, Transferring
from firmware_protocol.permit_checks import Refused


def transfer_confirmed(custody: Custody, stage: Transferring, given: PersonConfirmed, now: Now) -> Step:
    """When both have confirmed it is judged once more and recorded."""
    both = frozenset(stage.present[:2])
    confirmed = stage.confirmed | ({given.person} & both)
    if confirmed != both:
        return Step(replace(custody, stage=replace(stage, confirmed=confirmed)))
    offer = judge(custody, Choice("transfer", stage.permit), stage.present, now)
    if isinstance(offer.verdict, Refused):
        return refuse_offer(custody, offer, offer.verdict, Choosing(stage.present))
    record = _record(custody.memory.holdings[stage.permit], offer.persons[:2])
    return Step(replace(custody, stage=Transferred(stage.present, stage.permit)), (record,))


def transfer_left(custody: Custody, stage: Transferring, _given: BackAsked, _now: Now) -> Step:
    """It stays where it is."""
    return Step(replace(custody, stage=Choosing(stage.present)))


def carry_on(custody: Custody, stage: Transferred, _given: Acknowledged, _now: Now) -> Step:
    """The same people have something else to do."""
    return Step(replace(custody, stage=Choosing(stage.present)))


def _record(holding: Holding, persons: tuple[str, ...]) -> Record:
    about = {
        "compartment": holding.permit.place,
        **about_permit(holding.permit),
        "items": list(holding.out),
        "persons": list(persons),
    }
    return Record("items_transferred", about)
