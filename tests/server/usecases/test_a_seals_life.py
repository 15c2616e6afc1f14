"""A seal is lost, stopped, surrendered, destroyed and succeeded, on a real database."""

from typing import Any

from server.custody.attachments import Attachment
from server.custody.facts import Checkout, IssuedPermit, Item
from server.custody.lives import LifeStep
from server.custody.refusals import Refused
from server.custody.states import CheckoutState, ItemState, PermitState, SealLife, SealType
from server.usecases.change_seal import ChangeSeal, SealChanged, SucceedSeal, change_seal, succeed_seal
from tests.server.town import Town, granted, refusal
from tests.server.usecases.handing_over import seems_right
from tests.server.usecases.test_documents import hands_in


def takes(town: Town, step: LifeStep, item: str, by: str = "何慧敏", **changes: Any) -> SealChanged | Refused:
    watchers = tuple(town.person(name).id for name in changes.pop("watchers", ()))
    asked = ChangeSeal(by=town.person(by).id, item=item, step=step, reason="粤民函8号", watchers=watchers, **changes)
    return town.do(change_seal, asked)


def test_a_lost_seal_opens_nothing_any_more(town: Town) -> None:
    decided, seal = town.permitted(), town.item("东坑一社").id
    assert granted(takes(town, LifeStep.LOSE, seal, by="游少玉")).life is SealLife.LOST
    assert town.get(Item, seal).state is ItemState.MISSING
    assert town.get(IssuedPermit, str(decided.permit)).state is PermitState.REVOKED
    assert town.get(Checkout, decided.checkout).state is CheckoutState.WITHDRAWN
    assert refusal(town.asks("游少玉", town.item("东坑一社"))) == "seal_not_in_use"
    assert seems_right(town)


def test_a_seal_is_stopped_surrendered_destroyed_and_succeeded(town: Town) -> None:
    seal = town.item("东坑一社").id
    for step in (LifeStep.STOP, LifeStep.SURRENDER):
        granted(takes(town, step, seal))
    assert refusal(takes(town, LifeStep.DESTROY, seal, watchers=("周建国",))) == "two_watchers"
    both: dict[str, Any] = {"watchers": ("周建国", "林少军")}
    assert refusal(takes(town, LifeStep.DESTROY, seal, **both)) == "no_photo"
    photo = hands_in(town, "何慧敏", "销毁前后.jpg").id
    granted(takes(town, LifeStep.DESTROY, seal, attachments=(photo,), **both))
    assert town.get(Attachment, photo).subject == seal
    assert (town.get(Item, seal).life, town.get(Item, seal).state) == (SealLife.DESTROYED, ItemState.DESTROYED)
    unlike = SucceedSeal(by=town.person("何慧敏").id, item=seal, successor=town.item("东坑一社", SealType.FINANCE).id)
    assert refusal(town.do(succeed_seal, unlike)) == "unlike_successor"
    assert seems_right(town)


def test_other_permits_stay_when_one_seal_is_stopped(town: Town) -> None:
    decided = town.permitted()
    granted(takes(town, LifeStep.STOP, town.item("东坑一社", SealType.FINANCE).id))
    assert town.get(IssuedPermit, str(decided.permit)).state is PermitState.LIVE


def test_nobody_agrees_to_the_use_of_a_frozen_seal(town: Town) -> None:
    filed = granted(town.asks("游少玉", town.item("东坑一社")))
    granted(takes(town, LifeStep.FREEZE, town.item("东坑一社").id))
    assert refusal(town.decides("廖坤东", filed.checkout)) == "seal_not_in_use"
    granted(takes(town, LifeStep.UNFREEZE, town.item("东坑一社").id))
    granted(town.decides("廖坤东", filed.checkout))


def test_a_thing_nobody_knows_has_no_life(town: Town) -> None:
    assert refusal(takes(town, LifeStep.STOP, "i-nothing")) == "unknown_thing"
