"""From the draft of a list to the last signature, on a real database; what was counted is what is true then."""

import pytest

from server.custody.facts import Cooperative, Item
from server.custody.handovers.states import Found, HandoverState, Part, Resolution, SignedBy
from server.custody.refusals import Refused
from server.custody.states import ItemKind, ItemState, SealType
from server.usecases.count_handover import AddSurprise, ListAgain, add_surprise, list_again
from server.usecases.open_handover import CancelHandover, cancel_handover
from server.usecases.sign_handover import SignHere, sign_handover_here
from server.usecases.sign_in import SignInClaim, check_password
from tests.server.town import Town, granted, refusal
from tests.server.usecases.handing_over import (
    ACCOUNTANT,
    HEAD,
    INSPECTOR,
    OFFICE_HEAD,
    OFFICER,
    REVIEWER,
    SIGNERS,
    THIRD,
    begins,
    content_now,
    counts,
    counts_all,
    deposit_at_the_door,
    done_first,
    items,
    lines,
    opens,
    people_of_the_third,
    registers_another_contract,
    seems_right,
    settles,
    signatures,
    signs,
    signs_all,
    state,
)
from tests.server.usecases.test_people import PASSWORD, prints_code, redeems


@pytest.fixture
def counting(town: Town) -> str:
    """A first handover of 东坑三社 whose list is being counted."""
    people_of_the_third(town)
    handover = granted(opens(town)).handover
    granted(begins(town, handover))
    return handover


def test_everything_counted_and_signed_by_three_is_in_the_cabinet(town: Town) -> None:
    handover = done_first(town)
    assert state(town, handover) is HandoverState.DONE
    assert {item.state for item in items(town)} == {ItemState.IN_CABINET}
    assert town.get(Cooperative, town.cooperative(THIRD)).handover is None
    assert seems_right(town)


def test_the_list_has_every_seal_contract_and_volume_in_order(town: Town, counting: str) -> None:
    listed = lines(town, counting)
    assert [line.number for line in listed] == [1, 2, 3, 4]
    assert [line.kind for line in listed] == [ItemKind.SEAL] * 3 + [ItemKind.CONTRACT]
    assert {line.item for line in listed} == {item.id for item in items(town)}


def test_what_a_cabinet_reports_inside_counts_by_itself(town: Town, counting: str) -> None:
    things = items(town)
    deposit_at_the_door(town, things[:2])
    counted = {line.item: line for line in lines(town, counting)}
    assert {counted[item.id].found for item in things[:2]} == {Found.AS_LISTED}
    assert all(counted[item.id].at_cabinet for item in things[:2])
    assert counted[things[2].id].found is None
    assert state(town, counting) is HandoverState.COUNTING
    for item in things[2:]:
        granted(counts(town, counting, item.id))
    assert state(town, counting) is HandoverState.RESOLVED
    assert seems_right(town)


def test_a_deposit_begins_a_count_that_was_only_drafted(town: Town) -> None:
    people_of_the_third(town)
    handover = granted(opens(town)).handover
    deposit_at_the_door(town, items(town))
    assert state(town, handover) is HandoverState.RESOLVED


def test_a_difference_has_to_be_settled_before_anybody_signs(town: Town, counting: str) -> None:
    seal, *others = [line.item for line in lines(town, counting)]
    granted(counts(town, counting, seal, Found.NOT_FOUND, note="社长说在农商银行"))
    for item in others:
        granted(counts(town, counting, item))
    assert state(town, counting) is HandoverState.DISCREPANCY
    assert refusal(signs(town, counting, *SIGNERS[0])) == "still_to_settle"
    granted(settles(town, counting, seal, Resolution.ACCEPTED_MISSING, "报失，另行处理"))
    assert state(town, counting) is HandoverState.RESOLVED
    signs_all(town, counting)
    assert town.get(Item, seal).state is ItemState.MISSING
    assert seems_right(town)


def test_what_was_only_explained_stays_outside(town: Town, counting: str) -> None:
    seal, *others = [line.item for line in lines(town, counting)]
    granted(counts(town, counting, seal, Found.NOT_FOUND, note="在农商银行"))
    for item in others:
        granted(counts(town, counting, item))
    granted(settles(town, counting, seal, Resolution.EXPLAINED, "下周一补交"))
    signs_all(town, counting)
    assert town.get(Item, seal).state is ItemState.REGISTERED


def test_a_correction_changes_the_register_and_the_line(town: Town, counting: str) -> None:
    contract = lines(town, counting)[-1].item
    granted(counts(town, counting, contract, Found.DIFFERENT, note="合同名称登错了"))
    granted(settles(town, counting, contract, Resolution.CORRECTED, name="路灯安装合同"))
    assert town.get(Item, contract).name == "路灯安装合同"
    assert lines(town, counting)[-1].name == "路灯安装合同"


def test_a_line_counted_again_is_open_again(town: Town, counting: str) -> None:
    seal = lines(town, counting)[0].item
    granted(counts(town, counting, seal, Found.DIFFERENT, note="印面缺角"))
    granted(settles(town, counting, seal, Resolution.EXPLAINED))
    granted(counts(town, counting, seal, Found.NOT_FOUND, note="又不见了"))
    assert lines(town, counting)[0].resolution is None


def test_a_surprise_is_registered_listed_and_counted(town: Town, counting: str) -> None:
    asked = AddSurprise(
        by=town.person(OFFICER).id,
        handover=counting,
        kind=ItemKind.SEAL,
        name="东坑村第三生产队",
        number="",
        reason="社长家中保管的老章，名册漏登",
        seal_type=SealType.OFFICIAL,
    )
    granted(town.do(add_surprise, asked))
    line = lines(town, counting)[-1]
    assert (line.number, line.found, line.added_reason) == (5, Found.AS_LISTED, "社长家中保管的老章，名册漏登")
    assert refusal(town.do(add_surprise, asked)) == "already_registered"
    counts_all(town, counting)
    signs_all(town, counting)
    assert town.get(Item, line.item).state is ItemState.IN_CABINET


def test_a_change_after_the_first_signature_makes_signatures_void(town: Town, counting: str) -> None:
    counts_all(town, counting)
    seen = content_now(town, counting)
    granted(signs(town, counting, *SIGNERS[0]))
    granted(counts(town, counting, lines(town, counting)[0].item, Found.DIFFERENT, note="印面缺角"))
    assert state(town, counting) is HandoverState.DISCREPANCY
    assert [each.is_valid for each in signatures(town, counting)] == [False]
    granted(settles(town, counting, lines(town, counting)[0].item, Resolution.EXPLAINED, "不影响使用"))
    assert refusal(signs(town, counting, *SIGNERS[1], content=seen)) == "content_changed"
    signs_all(town, counting)
    assert state(town, counting) is HandoverState.DONE
    assert seems_right(town)


def test_the_same_count_again_leaves_the_signatures_alone(town: Town, counting: str) -> None:
    counts_all(town, counting)
    granted(signs(town, counting, *SIGNERS[0]))
    counts_all(town, counting)
    deposit_at_the_door(town, items(town)[:1])
    assert [each.is_valid for each in signatures(town, counting)] == [True]
    assert state(town, counting) is HandoverState.SIGNING


def test_a_tablet_on_the_table_takes_ones_own_password(town: Town, counting: str) -> None:
    counts_all(town, counting)
    granted(redeems(town, prints_code(town, HEAD).code))
    phone = town.person(HEAD).person.phone
    for password, expected in (("wrong words here", "wrong_password"), (PASSWORD, None)):
        claim = check_password(town.database, SignInClaim(phone=phone, password=password, source="tablet"), town.now)
        assert not isinstance(claim, Refused)
        asked = SignHere(claim=claim, handover=counting, part=Part.HANDS_OVER, content=content_now(town, counting))
        answer = town.do(sign_handover_here, asked)
        assert (answer.rule if isinstance(answer, Refused) else None) == expected
    signature = signatures(town, counting)[0]
    assert (signature.person, signature.signed_by) == (town.person(HEAD).id, SignedBy.PASSWORD)


def test_what_was_registered_since_has_to_come_onto_the_list(town: Town, counting: str) -> None:
    counts_all(town, counting)
    known = {line.item for line in lines(town, counting)}
    registers_another_contract(town)
    assert refusal(signs(town, counting, *SIGNERS[0])) == "unlisted_items"
    granted(town.do(list_again, ListAgain(by=town.person(OFFICER).id, handover=counting)))
    added = lines(town, counting)[-1]
    assert added.item not in known
    assert state(town, counting) is HandoverState.COUNTING


def test_a_cancelled_handover_makes_room_for_another(town: Town, counting: str) -> None:
    assert refusal(opens(town)) == "handover_open"
    asked = CancelHandover(by=town.person(OFFICE_HEAD).id, handover=counting, reason="改期")
    granted(town.do(cancel_handover, asked))
    assert granted(opens(town)).state is HandoverState.DRAFT
    assert refusal(counts(town, counting, lines(town, counting)[0].item)) == "handover_over"


def test_an_accountant_signs_in_no_other_part(town: Town, counting: str) -> None:
    counts_all(town, counting)
    assert refusal(signs(town, counting, Part.RECEIVES, ACCOUNTANT)) == "signer_role"
    granted(signs(town, counting, Part.HANDS_OVER, ACCOUNTANT))
    assert refusal(signs(town, counting, Part.HANDS_OVER, HEAD)) == "part_signed"


def test_only_the_office_opens_and_counts(town: Town) -> None:
    people_of_the_third(town)
    assert refusal(opens(town, by=town.person(HEAD).id)) == "handover_role"
    handover = granted(opens(town)).handover
    assert refusal(counts(town, handover, lines(town, handover)[0].item)) == "not_begun"
    assert refusal(begins(town, handover, INSPECTOR)) == "handover_role"
    granted(begins(town, handover))
    assert refusal(counts(town, handover, lines(town, handover)[0].item, by=HEAD)) == "count_role"
    assert refusal(begins(town, handover, REVIEWER)) == "handover_begun"
