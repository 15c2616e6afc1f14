"""Where a cabinet's report does not fit what was known: named, logged, shown, and never a reason to drop the report."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from firmware_protocol.event_types import EVENT_TYPES
from server.custody.facts import Checkout, Compartment, IssuedPermit, Item, Opening
from server.custody.happenings import Happening, Known
from server.custody.jurisdiction import serves_place
from server.custody.lifecycle import ItemReport, item_after
from server.custody.shapes import is_id, is_well_formed
from server.custody.states import CheckoutState, ItemState

_REPORT_OF_TYPE: Mapping[str, ItemReport] = {
    "items_taken": ItemReport.TAKE,
    "items_returned": ItemReport.RETURN,
    "items_deposited": ItemReport.DEPOSIT,
    "items_missing": ItemReport.MISS,
}
_NAMES_AN_OPENING = frozenset(
    {
        *("door_opened", "opening_finished", "opening_interrupted", "copies_stated", "photo_taken", "items_counted"),
        *_REPORT_OF_TYPE,
    }
)
_HAS_PERSONS = frozenset({"opening_intended", "items_transferred", "items_counted", *_REPORT_OF_TYPE})

SENTENCES: Mapping[str, str] = {
    "malformed": "记录缺少必要的内容",
    "foreign_type": "柜机写了不该由它写的记录",
    "foreign_compartment": "格口不归这台柜机管",
    "body_missing": "记录的正文没有一起送到",
    "body_differs": "记录的正文与签名里的摘要不符",
    "unknown_item": "记录里的物品没有登记过",
    "item_state": "物品的状态与台账不符",
    "wrong_compartment": "格口不是这个合作社的",
    "unknown_permit": "台账里没有这份许可",
    "foreign_permit": "这份许可是发给另一台柜机的",
    "permit_revoked": "许可已作废",
    "permit_late": "在许可有效期之外开柜",
    "attempt_reused": "同一次许可用了两遍",
    "one_person": "到场不足两人",
    "unknown_checkout": "台账里没有这份申请",
    "checkout_state": "申请当时不在可取用的状态",
    "unknown_opening": "没有准备开柜的记录就有了结果",
    "copies_differ": "实盖份数与批准的不同",
    "not_the_holder": "交出的人不是台账上的领用人",
    "journal_behind": "柜机的日志比服务器收到过的还旧，像是换上了旧的存储卡",
    "broken_chain": "柜机的新记录接不上服务器收到过的",
    "equivocation": "柜机在同一个编号下写了两条不同的记录",
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing that does not fit; `item` names the item where it is about one."""

    rule: str
    item: str | None = None


def contradictions(known: Known, happening: Happening) -> tuple[Contradiction, ...]:
    """Everything in this report that does not fit, judged before its effects are applied."""
    event_type = EVENT_TYPES.get(happening.type)
    if event_type is None or event_type.by_server:
        return (Contradiction("foreign_type"),)
    if not is_well_formed(happening):
        return (Contradiction("malformed"),)
    return tuple(found for rule in _RULES for found in rule(known, happening))


def _compartment_is_its_own(known: Known, h: Happening) -> Iterator[Contradiction]:
    place = h.about.get("compartment")
    if is_id(place) and not serves_place(known, h.by, place):
        yield Contradiction("foreign_compartment")


def _items_fit(known: Known, h: Happening) -> Iterator[Contradiction]:
    report = _REPORT_OF_TYPE.get(h.type)
    if report is None:
        return
    compartment = known.get(Compartment, h.about["compartment"])
    for item_id in h.about["items"]:
        item = known.get(Item, item_id)
        if item is None:
            yield Contradiction("unknown_item", item_id)
            continue
        if not item_after(item.state, report).was_expected:
            yield Contradiction("item_state", item_id)
        if compartment is None or compartment.cooperative != item.cooperative:
            yield Contradiction("wrong_compartment", item_id)


def _permit_fits(known: Known, h: Happening) -> Iterator[Contradiction]:
    if h.type != "opening_intended":
        return
    permit = known.get(IssuedPermit, h.about["permit"])
    if permit is None:
        yield Contradiction("unknown_permit")
        return
    if (permit.agent, permit.place) != (h.by, h.about["compartment"]):
        yield Contradiction("foreign_permit")
    if h.about["action"] == ItemReport.RETURN:
        return
    if permit.revoked_at is not None and permit.revoked_at <= h.at:
        yield Contradiction("permit_revoked")
    if not permit.issued_at <= h.at <= permit.not_after:
        yield Contradiction("permit_late")
    if h.about["attempt"] <= permit.burned:
        yield Contradiction("attempt_reused")


def _two_people_stood_there(_known: Known, h: Happening) -> Iterator[Contradiction]:
    persons = h.about.get("persons")
    if persons is not None and h.type in _HAS_PERSONS and len(set(persons)) < 2:
        yield Contradiction("one_person")


def _checkout_fits(known: Known, h: Happening) -> Iterator[Contradiction]:
    if h.type not in ("items_taken", "items_returned"):
        return
    checkout = known.get(Checkout, h.about["checkout"])
    if checkout is None:
        yield Contradiction("unknown_checkout")
        return
    if h.type == "items_taken" and not _may_be_taken(known, checkout, h):
        yield Contradiction("checkout_state")
    if h.type == "items_returned" and checkout.state is not CheckoutState.OUT:
        yield Contradiction("checkout_state")


def _copies_fit(known: Known, h: Happening) -> Iterator[Contradiction]:
    if h.type != "copies_stated":
        return
    checkout = known.get(Checkout, h.about["checkout"])
    if checkout is None:
        yield Contradiction("unknown_checkout")
    elif checkout.copies is not None and checkout.copies != h.about["copies"]:
        yield Contradiction("copies_differ")


def _transfer_fits(known: Known, h: Happening) -> Iterator[Contradiction]:
    if h.type != "items_transferred":
        return
    checkout = known.get(Checkout, h.about["checkout"])
    if checkout is None:
        yield Contradiction("unknown_checkout")
        return
    if checkout.state is not CheckoutState.OUT:
        yield Contradiction("checkout_state")
    if h.about["persons"][:1] != [checkout.holder]:
        yield Contradiction("not_the_holder")
    for item_id in h.about["items"]:
        item = known.get(Item, item_id)
        if item is None or (item.state, item.checkout) != (ItemState.OUT, checkout.id):
            yield Contradiction("item_state" if item else "unknown_item", item_id)


def _may_be_taken(known: Known, checkout: Checkout, h: Happening) -> bool:
    """A take that happened in time is right even if the news came after the checkout had been given up as expired."""
    if checkout.state is CheckoutState.PERMITTED:
        return True
    permit = known.get(IssuedPermit, h.about["permit"])
    return checkout.state is CheckoutState.EXPIRED and permit is not None and h.at <= permit.not_after


def _opening_is_known(known: Known, h: Happening) -> Iterator[Contradiction]:
    opening = h.about.get("opening")
    if h.type in _NAMES_AN_OPENING and opening is not None and known.get(Opening, opening) is None:
        yield Contradiction("unknown_opening")


_Rule = Callable[[Known, Happening], Iterator[Contradiction]]
_RULES: tuple[_Rule, ...] = (
    _compartment_is_its_own,
    _items_fit,
    _permit_fits,
    _two_people_stood_there,
    _checkout_fits,
    _copies_fit,
    _transfer_fits,
    _opening_is_known,
)
