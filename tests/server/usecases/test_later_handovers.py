"""What comes after the first handover: elections, inventories, other custodians, and leaving."""

from server.custody.attachments import Attachment
from server.custody.facts import Checkout, Cooperative, IssuedPermit, Item
from server.custody.handovers.states import Found, HandoverKind, HandoverState, Part, Resolution
from server.custody.refusals import Refused
from server.custody.states import CheckoutState, ItemState, PermitState, SealType
from server.usecases.attach_document import AttachDocument, attach_document
from server.usecases.file_evidence import FileEvidence, file_evidence
from server.usecases.freeze_cooperative import (
    UnfreezeCooperative,
    unfreeze_cooperative,
)
from tests.server.town import Town, granted, refusal
from tests.server.usecases.handing_over import (
    INSPECTOR,
    OFFICE_HEAD,
    OFFICER,
    THIRD,
    begins,
    counts,
    counts_all,
    done_first,
    freezes,
    items,
    lines,
    opens,
    seems_right,
    settles,
    signs,
    signs_all,
    state,
    takes_out,
)
from tests.server.usecases.test_documents import PHOTO


def test_a_freeze_ends_what_could_be_collected_and_lets_nothing_new_begin(town: Town) -> None:
    decided = town.permitted()
    waiting = granted(town.asks("游少玉", town.item("东坑一社", None)))
    granted(freezes(town))
    assert town.get(IssuedPermit, str(decided.permit)).state is PermitState.REVOKED
    assert town.get(Checkout, decided.checkout).state is CheckoutState.WITHDRAWN
    assert town.get(Item, town.item("东坑一社").id).checkout is None
    assert refusal(town.asks("游少玉", town.item("东坑一社"))) == "frozen"
    assert refusal(town.decides("廖坤东", waiting.checkout)) == "frozen"
    assert not isinstance(town.decides("廖坤东", waiting.checkout, agrees=False, reason="换届"), Refused)
    asked = UnfreezeCooperative(
        by=town.person(OFFICE_HEAD).id, cooperative=town.cooperative("东坑一社"), reason="选举取消"
    )
    granted(town.do(unfreeze_cooperative, asked))
    assert not isinstance(town.asks("游少玉", town.item("东坑一社")), Refused)
    assert seems_right(town)


def test_things_come_back_while_their_cooperative_is_frozen(town: Town) -> None:
    assert town.hall is not None
    decided, seal = town.permitted(), town.item("东坑一社").id
    town.hall.opens("take", decided, town.item("东坑一社"))
    town.hall.sends()
    granted(freezes(town))
    assert town.get(Item, seal).state is ItemState.OUT
    town.hall.opens("return", decided, town.item("东坑一社"))
    town.hall.sends()
    assert town.get(Item, seal).state is ItemState.IN_CABINET


def test_the_new_committee_takes_over_and_the_freeze_ends(town: Town) -> None:
    assert refusal(opens(town, HandoverKind.ELECTION, "东坑一社")) == "not_frozen"
    granted(freezes(town))
    handover = granted(opens(town, HandoverKind.ELECTION, "东坑一社", reason="新班子接任")).handover
    granted(begins(town, handover))
    counts_all(town, handover)
    signers = ((Part.HANDS_OVER, OFFICER), (Part.RECEIVES, "廖坤东"), (Part.WATCHES, OFFICE_HEAD))
    signs_all(town, handover, signers)
    assert town.get(Cooperative, town.cooperative("东坑一社")).frozen_at is None
    assert seems_right(town)


def test_an_inventory_says_what_is_missing_and_leaves_alone_what_is_out(town: Town) -> None:
    out = town.item("东坑一社", SealType.FINANCE).id
    takes_out(town, "游少玉", "廖坤东", town.get(Item, out))
    handover = granted(opens(town, HandoverKind.INVENTORY, "东坑一社", reason="")).handover
    granted(begins(town, handover))
    gone = town.item("东坑一社").id
    for line in lines(town, handover):
        missed = line.item in (out, gone)
        found = Found.NOT_FOUND if missed else Found.AS_LISTED
        granted(counts(town, handover, line.item, found, note="不在格里" if missed else ""))
    assert state(town, handover) is HandoverState.DISCREPANCY
    granted(settles(town, handover, gone, Resolution.EXPLAINED, "去向不明，已报告"))
    signs_all(town, handover, ((Part.COUNTS, OFFICER), (Part.WATCHES_COUNT, "孙辉")))
    assert town.get(Item, gone).state is ItemState.MISSING
    assert town.get(Item, out).state is ItemState.OUT
    assert seems_right(town)


def test_a_change_of_custodian_is_between_the_two_who_are_named(town: Town) -> None:
    same = {"outgoing": "游少玉", "incoming": "游少玉"}
    assert refusal(opens(town, HandoverKind.CUSTODIAN, "东坑一社", **same)) == "no_custodians"
    outsider = {"outgoing": "游少玉", "incoming": "柯火梅"}
    assert refusal(opens(town, HandoverKind.CUSTODIAN, "东坑一社", **outsider)) == "custodian_role"
    named = {"outgoing": "游少玉", "incoming": "廖坤东"}
    handover = granted(opens(town, HandoverKind.CUSTODIAN, "东坑一社", **named)).handover
    granted(begins(town, handover))
    counts_all(town, handover)
    assert refusal(signs(town, handover, Part.HANDS_OVER, "廖坤东")) == "signer_role"
    signers = ((Part.HANDS_OVER, "游少玉"), (Part.RECEIVES, "廖坤东"), (Part.WATCHES, INSPECTOR))
    assert signs_all(town, handover, signers).state is HandoverState.DONE


def test_leaving_ends_the_mandate_once_everything_is_out(town: Town) -> None:
    handover = granted(opens(town, HandoverKind.EXIT, "东坑一社", reason="成员大会决议退出")).handover
    granted(begins(town, handover))
    counts_all(town, handover)
    signers = ((Part.HANDS_OVER, OFFICER), (Part.RECEIVES, "廖坤东"), (Part.WATCHES, INSPECTOR))
    assert refusal(signs(town, handover, *signers[0])) == "still_inside"
    others = (town.item("东坑一社", kind) for kind in (SealType.OFFICIAL, SealType.FINANCE, None))
    takes_out(town, "游少玉", "廖坤东", *others)
    takes_out(town, "廖坤东", "孙辉", town.item("东坑一社", SealType.LEGAL_REPRESENTATIVE))
    signs_all(town, handover, signers)
    assert {item.state for item in items(town, "东坑一社")} == {ItemState.RELEASED}
    assert refusal(town.asks("游少玉", town.item("东坑一社"))) == "mandate_revoked"
    assert seems_right(town)


def test_the_signed_paper_joins_a_handover_that_is_done(town: Town) -> None:
    handover = done_first(town)
    file = AttachDocument(by=town.person(OFFICER).id, cooperative=town.cooperative(THIRD), name="清单.jpg", file=PHOTO)
    document = granted(town.do(attach_document, file)).id
    for subject, expected in (("h-nothing", "unknown_thing"), (handover, None), (handover, "document_filed")):
        asked = FileEvidence(by=town.person(OFFICER).id, subject=subject, attachments=(document,))
        answer = town.do(file_evidence, asked)
        assert (answer.rule if isinstance(answer, Refused) else None) == expected
    assert town.get(Attachment, document).subject == handover
    assert seems_right(town)
