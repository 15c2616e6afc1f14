"""Facts in words: things, people's titles, states."""

from collections.abc import Iterable, Mapping

from server.custody.facts import Cooperative, Item
from server.custody.handovers.facts import HandoverLine
from server.custody.people import Standing
from server.custody.roles import TITLES
from server.custody.states import SEAL_TITLES, ItemKind, SealLife
from server.web.language import N_, Translate

ICON_OF_KIND: Mapping[ItemKind, str] = {
    ItemKind.SEAL: "seal",
    ItemKind.CONTRACT: "contract",
    ItemKind.VOUCHER: "voucher",
}
DETAILS_NOTED: Mapping[ItemKind, Mapping[str, str]] = {
    ItemKind.SEAL: {"材质": "%s", "规格": "%s"},
    ItemKind.CONTRACT: {"对方当事人": "%s", "签订日期": "%s"},
    ItemKind.VOUCHER: {"凭证起讫号": N_("凭证 %s 号"), "张数": N_("%s 张")},
}
"""Which of the sheet's columns tell two things of a kind apart at a glance."""

SIGN_OF_LIFE: Mapping[SealLife, str] = {
    SealLife.FROZEN: "late",
    SealLife.LOST: "bad",
    SealLife.VOIDED: "bad",
    SealLife.STOPPED: "off",
    SealLife.SURRENDERED: "off",
    SealLife.DESTROYED: "off",
}
"""How a seal that is not used any more is set off."""
ITEMS_NAMED_MAX = 3


def item_title(item: Item | HandoverLine, _: Translate) -> str:
    """What people call it among their own things: 公章, or the contract's or volume's name."""
    return item.name if item.seal_type is None else _(SEAL_TITLES[item.seal_type])


def item_note(item: Item | HandoverLine, _: Translate, *, is_among_own: bool = False) -> str:
    """What tells it apart: a seal's full name or a contract's number, and the columns worth a glance.

    Under its cooperative's name (`is_among_own`) a seal is called by that name only where its title is another.
    """
    is_plain = is_among_own and item.name.endswith(item_title(item, _))
    first = {ItemKind.SEAL: "" if is_plain else item.name, ItemKind.CONTRACT: item.key}.get(item.kind, "")
    wanted = DETAILS_NOTED[item.kind].items()
    noted = (_(words) % item.details[column] for column, words in wanted if item.details.get(column))
    return _("，").join(text for text in (first, *noted) if text)


def items_title(items: Iterable[Item], _: Translate) -> str:
    """公章、财务专用章, and no more than three of them by name."""
    titles = [item_title(item, _) for item in items]
    named = _("、").join(titles[:ITEMS_NAMED_MAX])
    if len(titles) <= ITEMS_NAMED_MAX:
        return named
    return _("%(named)s等 %(n)s 件") % {"named": named, "n": len(titles)}


def request_title(cooperative: Cooperative, items: Iterable[Item], _: Translate) -> str:
    """东坑一社 公章、财务专用章."""
    return f"{cooperative.short_name} {items_title(items, _)}"


def standing_title(standing: Standing, short_names: Mapping[str, str], _: Translate) -> str:
    """东坑一社报账员, or 三资办审核员: every office a person holds."""
    grants = sorted(standing.grants, key=lambda grant: grant.id)
    titles = (_title(short_names.get(grant.cooperative or "", ""), _(TITLES[grant.role]), _) for grant in grants)
    return _("、").join(titles)


def say_names(names: Iterable[str], _: Translate) -> str:
    """甲、乙、丙."""
    return _("、").join(names)


def _title(where: str, title: str, _: Translate) -> str:
    return _("%(where)s%(title)s") % {"where": where, "title": title} if where else title
