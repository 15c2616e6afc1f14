"""东坑三社's people, and the steps of a handover as the tests take them."""

from dataclasses import replace
from typing import Any

from server.custody.facts import Cooperative, Item
from server.custody.handovers.content import content_of
from server.custody.handovers.facts import Handover, HandoverLine, HandoverSignature
from server.custody.handovers.reading import lines_of, signatures_of
from server.custody.handovers.states import Found, HandoverKind, HandoverState, Part, Resolution
from server.custody.policy.words import Mode
from server.custody.refusals import Refused
from server.custody.roles import Role
from server.custody.roster import ItemRow, PersonRow
from server.custody.states import ItemKind
from server.operate.verify import verify_database
from server.store.fact_rows import FactRows
from server.usecases.arrange_deposit import ArrangeDeposit, arrange_deposit
from server.usecases.count_handover import (
    CountLine,
    SettleLine,
    count_line,
    settle_line,
)
from server.usecases.freeze_cooperative import (
    FreezeCooperative,
    freeze_cooperative,
)
from server.usecases.open_handover import (
    BeginHandover,
    HandoverStands,
    OpenHandover,
    begin_handover,
    open_handover,
)
from server.usecases.sign_handover import SignHandover, sign_handover
from tests.server.town import KEYS, Town, granted
from tests.server.village import full_name, roster

THIRD = "东坑三社"
HEAD, ACCOUNTANT = "赖金水", "赖秀英"
OFFICER, REVIEWER, OFFICE_HEAD, INSPECTOR = "林少军", "何慧敏", "赵文斌", "周建国"
SIGNERS = ((Part.HANDS_OVER, HEAD), (Part.RECEIVES, OFFICER), (Part.WATCHES, INSPECTOR))


def people_of_the_third(town: Town) -> None:
    """东坑三社 gets a head and an accountant."""
    rows = (
        PersonRow(
            row=40 + n, unit=full_name("第三"), name=name, phone=f"1390000{n:04}", role=role, card=f"{900 + n:010}"
        )
        for n, (name, role) in enumerate(((HEAD, Role.HEAD), (ACCOUNTANT, Role.ACCOUNTANT)))
    )
    town.import_rows(replace(roster(), people=(*roster().people, *rows)))


def opens(
    town: Town, kind: HandoverKind = HandoverKind.FIRST, of: str = THIRD, **changes: Any
) -> HandoverStands | Refused:
    """何慧敏 opens a handover."""
    named = [key for key in ("outgoing", "incoming") if key in changes]
    names: dict[str, str] = {key: town.person(changes.pop(key)).id for key in named}
    asked: dict[str, Any] = {"by": town.person(REVIEWER).id, "reason": "镇里统一入柜", **changes, **names}
    return town.do(open_handover, OpenHandover(cooperative=town.cooperative(of), kind=kind, **asked))


def begins(town: Town, handover: str, by: str = REVIEWER) -> HandoverStands | Refused:
    """The list was looked through."""
    return town.do(begin_handover, BeginHandover(by=town.person(by).id, handover=handover))


def counts(
    town: Town, handover: str, item: str, found: Found = Found.AS_LISTED, by: str = OFFICER, **texts: str
) -> HandoverStands | Refused:
    """林少军 takes down what was found."""
    asked = CountLine(by=town.person(by).id, handover=handover, item=item, found=found, **texts)
    return town.do(count_line, asked)


def counts_all(town: Town, handover: str) -> HandoverStands:
    """Everything is there as listed."""
    stands = [granted(counts(town, handover, line.item)) for line in lines(town, handover)]
    return stands[-1]


def settles(
    town: Town, handover: str, item: str, resolution: Resolution, note: str = "已核实", **changes: Any
) -> HandoverStands | Refused:
    """A difference is settled."""
    asked = SettleLine(
        by=town.person(OFFICER).id, handover=handover, item=item, resolution=resolution, note=note, **changes
    )
    return town.do(settle_line, asked)


def signs(town: Town, handover: str, part: Part, name: str, content: str | None = None) -> HandoverStands | Refused:
    """Somebody signs what they see."""
    seen = content_now(town, handover) if content is None else content
    return town.do(sign_handover, SignHandover(by=town.person(name).id, handover=handover, part=part, content=seen))


def signs_all(town: Town, handover: str, signers: tuple[tuple[Part, str], ...] = SIGNERS) -> HandoverStands:
    """Everybody signs."""
    return [granted(signs(town, handover, part, name)) for part, name in signers][-1]


def done_first(town: Town) -> str:
    """东坑三社's things were handed over; returns the handover."""
    people_of_the_third(town)
    handover = granted(opens(town)).handover
    granted(begins(town, handover))
    counts_all(town, handover)
    signs_all(town, handover)
    return handover


def lines(town: Town, handover: str) -> list[HandoverLine]:
    """The list as it stands."""
    with town.database.reading() as reader:
        facts = FactRows(reader)
        return lines_of(facts, town.get(Handover, handover))


def signatures(town: Town, handover: str) -> list[HandoverSignature]:
    """What was signed, void ones included."""
    with town.database.reading() as reader:
        facts = FactRows(reader)
        return signatures_of(facts, town.get(Handover, handover))


def content_now(town: Town, handover: str) -> str:
    """The hash of the list as it stands."""
    return content_of(town.get(Handover, handover), lines(town, handover))


def items(town: Town, of: str = THIRD) -> list[Item]:
    """What the cooperative has on record."""
    with town.database.reading() as reader:
        return [each for each in FactRows(reader).where(Item) if each.cooperative == town.cooperative(of)]


def deposit_at_the_door(town: Town, things: list[Item]) -> None:
    """The cabinet reports that 赖金水 and 林少军 put these things in."""
    assert town.hall is not None
    cooperative = town.cooperative(THIRD)
    asked = ArrangeDeposit(by=town.person(REVIEWER).id, cooperative=cooperative, items=tuple(i.id for i in things))
    arranged = granted(town.do(arrange_deposit, asked))
    about = {
        "opening": "o-3",
        "compartment": town.get(Cooperative, cooperative).place,
        "permit": arranged.permit,
        "deposit": arranged.deposit,
        "persons": [town.person(HEAD).id, town.person(OFFICER).id],
    }
    town.hall.writes("opening_intended", {**about, "action": "deposit", "attempt": 1})
    town.hall.writes("items_deposited", {**about, "items": [item.id for item in things]})
    town.hall.sends()


def state(town: Town, handover: str) -> HandoverState:
    return town.get(Handover, handover).state


def seems_right(town: Town) -> bool:
    with town.database.reading() as reader:
        return verify_database(reader, KEYS).wrong is None


def registers_another_contract(town: Town) -> None:
    row = ItemRow(row=9, kind=ItemKind.CONTRACT, cooperative=full_name("第三"), key="HT-2", name="水塘发包合同")
    town.import_rows(replace(roster(), items=(*roster().items, row)))


def takes_out(town: Town, holder: str, approver: str, *things: Item) -> None:
    """Asked for, agreed to, and taken at the door."""
    assert town.hall is not None
    filed = granted(town.asks(holder, *things, mode=Mode.OFF_SITE, place="本社"))
    granted(town.decides(approver, filed.checkout))
    town.hall.opens("take", granted(town.decides("何慧敏", filed.checkout)), *things, people=(holder, "林少军"))
    town.hall.sends()


def freezes(town: Town, of: str = "东坑一社", reason: str = "换届选举") -> object:
    asked = FreezeCooperative(by=town.person(REVIEWER).id, cooperative=town.cooperative(of), reason=reason)
    return town.do(freeze_cooperative, asked)
