"""Handovers of 东坑一社 for tests of the rules; every builder is valid by default."""

from dataclasses import replace
from typing import Any

from server.custody.handovers.content import content_of
from server.custody.handovers.counting import Count, Settlement, Surprise
from server.custody.handovers.facts import Handover, HandoverLine, HandoverSignature
from server.custody.handovers.opening import Plan
from server.custody.handovers.signing import Signing
from server.custody.handovers.states import Found, HandoverKind, HandoverState, Part, Resolution, SignedBy
from server.custody.people import Standing
from server.custody.roles import Role
from server.custody.states import ItemKind, ItemState, SealType
from tests.server.cast import ACCOUNTANT, CABINET_OFFICER, DONGKENG_1, HEAD, NOW, REVIEWER, seal, somebody

INSPECTOR = somebody("p-zhou", "周建国", Role.INSPECTOR)
THINGS = (seal(), seal(SealType.FINANCE), seal(SealType.LEGAL_REPRESENTATIVE))


def also_its_own(who: Standing, role: Role) -> Standing:
    """The same person, who holds a role of 东坑一社 too."""
    return Standing(who.person, who.grants | somebody(who.id, who.name, role, cooperative=DONGKENG_1.id).grants)


OWN_REVIEWER = also_its_own(REVIEWER, Role.HEAD)
OWN_OFFICER = also_its_own(CABINET_OFFICER, Role.ACCOUNTANT)


def handover(**changes: Any) -> Handover:
    """A first handover of three seals, being counted."""
    usual = Handover(
        id="h-1",
        kind=HandoverKind.FIRST,
        cooperative=DONGKENG_1.id,
        place=DONGKENG_1.place,
        state=HandoverState.COUNTING,
        reason="镇里统一入柜",
        salt="00" * 16,
        opened_by=REVIEWER.id,
        opened_at=NOW,
        items=tuple(item.id for item in THINGS),
    )
    return replace(usual, **changes)


def line(number: int = 1, **changes: Any) -> HandoverLine:
    """The line of a seal that was expected and found as listed."""
    thing = THINGS[number - 1]
    usual = HandoverLine(
        handover="h-1",
        item=thing.id,
        number=number,
        kind=thing.kind,
        name=thing.name,
        key=thing.key,
        seal_type=thing.seal_type,
        details={"材质": "橡胶"},
        book=ItemState.REGISTERED,
        found=Found.AS_LISTED,
        counted_by=CABINET_OFFICER.id,
        counted_at=NOW,
    )
    return replace(usual, **changes)


def lines(*changed: HandoverLine) -> tuple[HandoverLine, ...]:
    """Three lines found as listed, but those given."""
    by_number = {each.number: each for each in (line(1), line(2), line(3), *changed)}
    return tuple(by_number.values())


def signature(part: Part = Part.HANDS_OVER, who: Standing = HEAD, **changes: Any) -> HandoverSignature:
    """Somebody signed."""
    usual = HandoverSignature(
        handover="h-1", part=part, person=who.id, content="00" * 32, signed_by=SignedBy.SESSION, signed_at=NOW
    )
    return replace(usual, **changes)


def plan(**changes: Any) -> Plan:
    """何慧敏 opens the first handover of 东坑一社."""
    usual = Plan(
        opened_by=REVIEWER,
        cooperative=DONGKENG_1,
        kind=HandoverKind.FIRST,
        reason="镇里统一入柜",
        outgoing=None,
        incoming=None,
        was_counted_in=False,
        now=NOW,
    )
    return replace(usual, **changes)


def change(**changes: Any) -> Plan:
    """游少玉 hands over to 廖坤东."""
    usual = {"kind": HandoverKind.CUSTODIAN, "was_counted_in": True, "outgoing": ACCOUNTANT, "incoming": HEAD}
    return plan(**{**usual, **changes})


def count(**changes: Any) -> Count:
    """林少军 finds the first seal as listed."""
    usual = Count(
        who=CABINET_OFFICER,
        cooperative=DONGKENG_1,
        handover=handover(),
        line=line(found=None),
        found=Found.AS_LISTED,
        note="",
    )
    return replace(usual, **changes)


def settlement(**changes: Any) -> Settlement:
    """林少军 explains a seal that was not found."""
    usual = Settlement(
        who=CABINET_OFFICER,
        cooperative=DONGKENG_1,
        handover=handover(state=HandoverState.DISCREPANCY),
        line=line(found=Found.NOT_FOUND),
        resolution=Resolution.EXPLAINED,
        note="在农商银行",
    )
    return replace(usual, **changes)


def surprise(**changes: Any) -> Surprise:
    """林少军 finds an old seal that is not in the book."""
    usual = Surprise(
        who=CABINET_OFFICER,
        cooperative=DONGKENG_1,
        handover=handover(),
        line=None,
        kind=ItemKind.SEAL,
        name="东坑村第一生产队",
        key="东坑村第一生产队/公章",
        seal_type=SealType.OFFICIAL,
        reason="社长家中保管",
        is_known=False,
    )
    return replace(usual, **changes)


def signing(**changes: Any) -> Signing:
    """廖坤东 hands over three seals that were found as listed; the content is that of the lists given."""
    usual = Signing(
        who=HEAD,
        part=Part.HANDS_OVER,
        content="",
        cooperative=DONGKENG_1,
        handover=handover(state=HandoverState.RESOLVED),
        lines=lines(),
        signatures=(),
        items=THINGS,
        unlisted=(),
        codes=(),
        now=NOW,
    )
    wanted = replace(usual, **changes)
    return wanted if wanted.content else replace(wanted, content=content_of(wanted.handover, wanted.lines))
