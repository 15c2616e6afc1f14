"""A cabinet gets another officer: one handover with a list for each cooperative, begun and signed together."""

from dataclasses import replace

from server.custody.handovers.facts import Handover
from server.custody.handovers.states import HandoverState, Part
from server.custody.refusals import Refused
from server.custody.roles import Role
from server.custody.roster import PersonRow
from server.store.fact_rows import FactRows
from server.store.find_bundles import bundle_of
from server.usecases.bundled_handovers import (
    BeginBundle,
    BundleStands,
    OpenBundle,
    SignBundle,
    begin_bundle,
    open_bundle,
    sign_bundle,
)
from tests.server.town import Town, granted, refusal
from tests.server.usecases.handing_over import (
    INSPECTOR,
    OFFICER,
    REVIEWER,
    begins,
    content_now,
    counts_all,
    opens,
    seems_right,
    state,
)
from tests.server.village import roster

NEW_OFFICER = "钟文静"
SIGNERS = ((Part.HANDS_OVER, OFFICER), (Part.RECEIVES, NEW_OFFICER), (Part.WATCHES, INSPECTOR))


def another_officer(town: Town) -> None:
    row = PersonRow(
        row=60, unit="三资办", name=NEW_OFFICER, phone="13900009999", role=Role.CABINET_OFFICER, card="0000000960"
    )
    town.import_rows(replace(roster(), people=(*roster().people, row)))


def opens_bundle(town: Town, outgoing: str = OFFICER, incoming: str = NEW_OFFICER) -> BundleStands | Refused:
    asked = OpenBundle(
        by=town.person(REVIEWER).id,
        cabinet="CAB-01",
        outgoing=town.person(outgoing).id,
        incoming=town.person(incoming).id,
        reason="林少军调到农办",
    )
    return town.do(open_bundle, asked)


def lists(town: Town, bundle: str) -> list[Handover]:
    with town.database.reading() as reader:
        return bundle_of(FactRows(reader), bundle)


def signs_together(town: Town, bundle: str, part: Part, name: str) -> BundleStands | Refused:
    contents = tuple((each.id, content_now(town, each.id)) for each in lists(town, bundle))
    return town.do(sign_bundle, SignBundle(by=town.person(name).id, part=part, contents=contents))


def begun_bundle(town: Town) -> str:
    """The lists of 东坑一社 and 东坑二社 are being counted; 东坑三社 was never counted in."""
    another_officer(town)
    bundle = granted(opens_bundle(town)).bundle
    assert granted(town.do(begin_bundle, BeginBundle(by=town.person(REVIEWER).id, bundle=bundle))).lists == 2
    return bundle


def test_a_cabinet_changes_hands_with_three_signatures_in_all(town: Town) -> None:
    bundle = begun_bundle(town)
    for each in lists(town, bundle):
        counts_all(town, each.id)
    for part, name in SIGNERS:
        assert granted(signs_together(town, bundle, part, name)) == BundleStands(bundle, 2)
    assert {each.state for each in lists(town, bundle)} == {HandoverState.DONE}
    assert seems_right(town)


def test_what_is_not_counted_yet_is_not_signed_and_the_rest_is(town: Town) -> None:
    bundle = begun_bundle(town)
    first, second = lists(town, bundle)
    counts_all(town, first.id)
    stands = granted(signs_together(town, bundle, *SIGNERS[0]))
    assert (stands.lists, refusal(stands.refused)) == (1, "still_to_count")
    assert (state(town, first.id), state(town, second.id)) == (HandoverState.SIGNING, HandoverState.COUNTING)


def test_nobody_signs_for_whom_it_does_not_name(town: Town) -> None:
    bundle = begun_bundle(town)
    counts_all(town, lists(town, bundle)[0].id)
    assert refusal(signs_together(town, bundle, Part.RECEIVES, OFFICER)) == "signer_role"


def test_a_cooperative_with_another_open_list_is_left_out(town: Town) -> None:
    another_officer(town)
    other = granted(opens_bundle(town)).bundle
    assert refusal(opens_bundle(town)) == "handover_open"
    assert len(lists(town, other)) == 2


def test_the_two_must_be_two_and_the_new_one_an_officer(town: Town) -> None:
    another_officer(town)
    assert refusal(opens_bundle(town, OFFICER, OFFICER)) == "no_custodians"
    assert refusal(opens_bundle(town, OFFICER, INSPECTOR)) == "custodian_role"


def test_lists_of_other_bundles_are_not_signed_along(town: Town) -> None:
    bundle = begun_bundle(town)
    alone = granted(opens(town)).handover
    granted(begins(town, alone))
    before = state(town, alone)
    contents = ((lists(town, bundle)[0].id, "0" * 64), (alone, content_now(town, alone)))
    asked = SignBundle(by=town.person(OFFICER).id, part=Part.RECEIVES, contents=contents)
    assert refusal(town.do(sign_bundle, asked)) == "still_to_count"
    assert state(town, alone) is before
