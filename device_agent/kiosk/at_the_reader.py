"""Screens before a door is chosen: cards, PINs, the offers, and every refusal with its why and what next."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from device_agent.custodian.clearing import permits_to_look
from device_agent.custodian.identification import pin_left_s
from device_agent.custodian.memory import Holding
from device_agent.custodian.offers import Offer, offers
from device_agent.custodian.opening import NEEDS_MORE_PEOPLE
from device_agent.custodian.places import missing_at
from device_agent.custodian.state import Choosing, EnteringPin, People, Refusal, Waiting, WaitingNext
from device_agent.kiosk import returning, words
from device_agent.kiosk.screen import Screen, Seen, items_summary, place_name, who, whos
from firmware_protocol.permit_checks import Refused
from firmware_protocol.permits import Party, Permit

VERBS: Mapping[str, str] = {
    "declare": "补登记",
    "return": "归还",
    "take": "领用",
    "deposit": "存入",
    "count": "清点",
    "transfer": "移交",
}


def waiting(seen: Seen, _stage: Waiting) -> Screen:
    """Nobody is there."""
    holdings = seen.custody.memory.holdings.values()
    undeclared = [held.permit.place for held in holdings if held.undeclared is not None]
    facts = {
        "demo_cards": seen.demo_cards,
        "undeclared": [place_name(place) for place in dict.fromkeys(undeclared)],
        "opened": [place_name(place) for place, door in sorted(seen.custody.doors.items()) if door.is_open],
        "out": sum(len(held.out) for held in holdings),
    }
    return Screen("waiting", 0, "请刷卡", "请把卡放到读卡器上。", facts)


def entering_pin(seen: Seen, stage: EnteringPin) -> Screen:
    """Somebody is to enter six digits."""
    person = who(seen.custody, stage.person)
    wait_s = pin_left_s(seen.custody, stage.person, seen.now)
    facts = {"person": person, "wait_s": wait_s, "is_wrong": stage.is_wrong, "is_checking": stage.is_checking}
    screen = Screen(
        name="pin",
        step=1 if stage.present else 0,
        title=f"{person.name}，请按密码",
        voice=_pin_voice(stage, wait_s),
        facts=facts,
        may_go_back=True,
        may_end=True,
        has_drawing=False,
    )
    return replace(screen, changes_ms=wait_s * 1000) if wait_s else screen


def _pin_voice(stage: EnteringPin, wait_s: int) -> str:
    if wait_s:
        return f"密码不对。请等 {wait_s} 秒再按。"
    return "密码不对，请再按一次。" if stage.is_wrong and not stage.is_checking else "请按六位开柜密码。"


def waiting_next(seen: Seen, stage: WaitingNext) -> Screen:
    """Somebody else is to show a card; who, where a permit says so."""
    facts = {"people": whos(seen.custody, stage.present), "demo_cards": seen.demo_cards}
    is_second = len(stage.present) == 1
    title, voice = ("请第二位刷卡", "开柜要两个人在场。") if is_second else ("请下一位刷卡", "还要到场的，请刷卡。")
    holding = seen.custody.memory.holdings.get(stage.permit or "")
    missing = _missing(seen, holding.permit, stage.present) if holding else []
    if missing:
        title, voice = f"请{missing[0]}刷卡", f"还差{words.listing(missing)}。"
    return Screen("next", 1, title, voice, facts, may_go_back=True, may_end=True)


def choosing(seen: Seen, stage: Choosing) -> Screen:
    """What those present may do, and what not."""
    found = offers(seen.custody, stage.present, seen.now)
    facts = {
        "people": whos(seen.custody, stage.present),
        "offers": [_offer(seen, offer) for offer in found],
        "doors": len(permits_to_look(seen.custody, stage.present, seen.now)),
        "may_add": any(_has_room_for_more(seen, each) for each in found),
    }
    if not found:
        return Screen("nothing", 2, "现在没有可办的事", "可以按“结束”。", facts, may_end=True)
    places = frozenset(seen.custody.memory.holdings[each.choice.permit].permit.place for each in found)
    return Screen("choosing", 2, "要办哪一件？", "请按要办的那一件。", facts, may_end=True, marked=places)


def _has_room_for_more(seen: Seen, offer: Offer) -> bool:
    """Whether somebody else has to come; or may, because nobody is there of those whose things are taken."""
    if isinstance(offer.verdict, Refused):
        return offer.verdict.rule in NEEDS_MORE_PEOPLE
    cooperative = seen.custody.memory.holdings[offer.choice.permit].permit.cooperative
    people = seen.custody.people(offer.persons)
    return offer.choice.kind == "take" and not any(person.belongs_to(cooperative) for person in people)


def refusal(seen: Seen, stage: Refusal) -> Screen:
    """Something was refused: what, why, and what to do next."""
    text = words.REFUSALS.get(stage.rule, words.UNFORESEEN)
    named = refusal_facts(seen, stage)
    facts = {"why": text.why.format_map(named), "next": text.next.format_map(named)}
    holding = seen.custody.memory.holdings.get(stage.permit or "")
    screen = Screen(
        name="refusal",
        step=_step_behind(stage),
        title=text.title.format_map(named),
        voice="看完请按“知道了”。",
        facts=facts,
        may_go_back=True,
        may_end=True,
        has_drawing=False,
    )
    return replace(screen, has_drawing=True, compartment=holding.permit.place) if holding else screen


def _step_behind(stage: Refusal) -> int:
    if isinstance(stage.then, WaitingNext) or (isinstance(stage.then, EnteringPin) and stage.then.present):
        return 1
    return 2 if isinstance(stage.then, Choosing) else 0


def refusal_facts(seen: Seen, stage: Refusal) -> dict[str, str]:
    """The names and figures a refusal's sentences may use."""
    failures = seen.custody.memory.pin_failures.get(stage.person or "", ())
    facts = {
        "rule": stage.rule,
        "person": who(seen.custody, stage.person).name if stage.person else "您",
        "failures": str(len(failures)),
        "wait": words.duration(timedelta(seconds=pin_left_s(seen.custody, stage.person or "", seen.now))),
    }
    holding = seen.custody.memory.holdings.get(stage.permit or "")
    return facts | (_permit_facts(seen, stage, holding) if holding else {})


def _permit_facts(seen: Seen, stage: Refusal, holding: Holding) -> dict[str, str]:
    permit, now, contact = holding.permit, seen.now.at, seen.custody.contact
    present = stage.then.present if isinstance(stage.then, Choosing | WaitingNext) else ()
    second = permit.return_grant.second if stage.rule.startswith("return") and permit.return_grant else permit.second
    approvers = [who(seen.custody, person).name for person in present if person in permit.approvers]
    return {
        "holder": _holder(seen, holding),
        "cooperative": holding.slip.cooperative_short_name,
        "second": _party(seen, second),
        "returners": "、".join(_returners(permit)),
        "missing": words.listing(_missing(seen, permit, present)),
        "extra": words.listing([words.role_title(role) for role in permit.extra]),
        "people": words.people_count(2 + len(permit.extra)),
        "approvers": words.listing(approvers),
        "attempts": words.numeral(permit.attempts),
        "from_time": words.time_near(permit.not_before, now),
        "until_time": words.time_near(permit.not_after, now),
        "contact_age": words.duration(contact.age(now, seen.now.elapsed_ms)) if contact else "很久",
        "place": place_name(permit.place),
        "objection": _objection(seen, permit.place),
    }


def _objection(seen: Seen, place: str) -> str:
    """Why the board behind this compartment must not be used, without its full stop."""
    return seen.custody.objections.get(seen.custody.site.boards[place], "它没有说为什么").rstrip("。")


def _holder(seen: Seen, holding: Holding) -> str:
    """Who answers for what is out, by name; as the slip has it while it is who the permit names."""
    if holding.held_by is None and holding.slip.holder_name:
        return holding.slip.holder_name
    return _party(seen, holding.holder)


def _returners(permit: Permit) -> list[str]:
    """Who may bring back besides the holder, by title."""
    return [words.role_title(role) for role in permit.return_grant.roles] if permit.return_grant else []


def _missing(seen: Seen, permit: Permit, present: People) -> list[str]:
    """Who is still to come, by name or title."""
    return [_party(seen, party) for party in missing_at(permit, seen.custody.people(present))]


def _party(seen: Seen, party: Party) -> str:
    if party.person is not None:
        return who(seen.custody, party.person).name
    return "或".join(words.role_title(role) for role in party.roles)


def _offer(seen: Seen, offer: Offer) -> dict[str, Any]:
    holding = seen.custody.memory.holdings[offer.choice.permit]
    items = holding.out if offer.choice.kind in ("return", "transfer") else holding.items
    return {
        "kind": offer.choice.kind,
        "verb": VERBS[offer.choice.kind],
        "permit": offer.choice.permit,
        "what": items_summary(holding.slip, items),
        "cooperative": holding.slip.cooperative_short_name,
        "place": place_name(holding.permit.place),
        "note": _offer_note(seen, offer, holding),
        "refused": _refused_title(seen, offer) if isinstance(offer.verdict, Refused) else None,
    }


def _refused_title(seen: Seen, offer: Offer) -> str:
    rule = offer.verdict.rule if isinstance(offer.verdict, Refused) else ""
    text = words.REFUSALS.get(rule, words.UNFORESEEN)
    return text.title.format_map(refusal_facts(seen, Refusal(rule, Choosing(offer.persons), offer.choice.permit)))


def _offer_note(seen: Seen, offer: Offer, holding: Holding) -> str:
    if offer.choice.kind == "declare":
        return "上次开柜没有登记"
    if offer.choice.kind == "transfer":
        return f"由{who(seen.custody, offer.persons[0]).name}交给{who(seen.custody, offer.persons[1]).name}"
    if offer.choice.kind == "return":
        return " · ".join(part for part in (f"{len(holding.out)} 件在外", returning.overdue(seen, holding)) if part)
    return f"{words.time_near(holding.permit.not_after, seen.now.at)} 前有效"
