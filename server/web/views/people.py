"""People for the administrators: by unit, with what there is to know, and what may be done about each."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from server.custody.facts import Cooperative
from server.custody.people import Credential, Grant, Standing
from server.custody.printed_codes import UNNOTICED_MAX
from server.custody.roles import (
    MAY_BLOCK,
    MAY_ISSUE_CARDS,
    MAY_ISSUE_CODES,
    MAY_UNBLOCK,
    MAY_WITHDRAW_ROLES,
    TITLES,
    Role,
)
from server.custody.terms import days_of_role
from server.web import times
from server.web.language import N_
from server.web.views.checkouts import Labelled
from server.web.views.reading import Reading
from server.web.views.words import standing_title


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Somebody in the list; `state_word` only where there is something to know."""

    id: str
    name: str
    title: str
    state: str
    state_word: str


@dataclass(frozen=True, slots=True)
class Unit:
    """The people of one office or cooperative."""

    name: str
    people: tuple[PersonRow, ...]


@dataclass(frozen=True, slots=True)
class PersonFact(Labelled):
    """Something known about a person; `state` draws it as one."""

    state: str = ""


@dataclass(frozen=True, slots=True)
class PersonDeed:
    """What may be done about a person, with its consequence. `asks` is what has to be typed (a card's number).

    `main` is what is done most; `grave`: somebody cannot do something any more.
    """

    href: str
    title: str
    hint: str
    word: str
    main: bool = False
    grave: bool = False
    asks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole:
    """A role somebody holds: its title with the cooperative, its term in words, and what ends it."""

    title: str
    term: str
    role: str
    cooperative: str
    may_end: bool


def units(people: Iterable[Standing], with_password: Collection[str], reading: Reading) -> tuple[Unit, ...]:
    """Everybody by unit."""
    grouped = groupby(people, key=lambda who: who.person.unit)
    return tuple(Unit(name, tuple(_row(who, with_password, reading) for who in group)) for name, group in grouped)


def person_facts(
    who: Standing, password: Credential | None, pin: Credential | None, reading: Reading
) -> tuple[PersonFact, ...]:
    """What there is to know; a password or PIN that was never set is None."""
    _ = reading.say
    state = _state(who, with_password=True, reading=reading)
    return (
        PersonFact(_("状态"), state[1] or _("正常"), state=state[0] or "good"),
        PersonFact(_("手机号"), who.person.phone),
        _secret_fact(_("登录密码"), password, reading),
        _secret_fact(_("开柜密码"), pin, reading),
        _card_fact(who, reading),
    )


def held_roles(who: Standing, actor: Standing, reading: Reading) -> tuple[HeldRole, ...]:
    """The roles of `who`, and whether `actor` may end them."""
    may_end = actor.holds_any(MAY_WITHDRAW_ROLES) and actor.id != who.id
    ordered = sorted(who.grants, key=lambda grant: (list(Role).index(grant.role), grant.id))
    return tuple(_held(grant, may_end, reading) for grant in ordered)


def role_words(role: str, cooperative: str | None, reading: Reading) -> str:
    """东坑一社报账员."""
    where = reading.known.get(Cooperative, cooperative) if cooperative else None
    words = {"where": where.short_name if where else "", "title": reading.say(TITLES[Role(role)])}
    return reading.say("%(where)s%(title)s") % words if where else words["title"]


def term_words(since: date | None, until: date | None, reading: Reading) -> str:
    """2025年9月21日 到 2030年9月20日, as much of it as is known."""
    words = {"since": reading.day(since), "until": reading.day(until)}
    if since is not None and until is not None:
        return reading.say("%(since)s 到 %(until)s") % words
    if since is not None:
        return reading.say("%(since)s 起，没有期限") % words
    return reading.say("到 %(until)s") % words if until is not None else reading.say("任期没有登记")


def term_warnings(who: Standing, reading: Reading) -> tuple[str, ...]:
    """What to say to somebody while the term of a role runs out, the nearest end first."""
    today = reading.now.astimezone(times.ZONE).date()
    ending = ((days, grant) for grant in who.grants if (days := days_of_role(grant, today)) is not None)
    return tuple(_term_warning(grant, days, reading) for days, grant in sorted(ending, key=lambda each: each[0]))


def _term_warning(grant: Grant, days: int, reading: Reading) -> str:
    if days == 0:
        words = N_("您的%(role)s任期今天到期。明天起不能再用这个职务办事，要续任请把任职文件交三资办登记。")
    else:
        words = N_("您的%(role)s任期还有 %(n)s 天到期。过期就不能用这个职务办事了，要续任请把任职文件交三资办登记。")
    return reading.say(words) % {"role": role_words(grant.role, grant.cooperative, reading), "n": days}


def deeds(who: Standing, actor: Standing, reading: Reading, *, has_pin: bool) -> Sequence[PersonDeed]:
    """What `actor` may do about `who`. `has_pin`: they have a PIN that opens."""
    return tuple(_deeds(who, actor, f"/people/{who.id}", reading, has_pin=has_pin))


def own_deeds(who: Standing, reading: Reading, *, has_pin: bool) -> Sequence[PersonDeed]:
    """What everybody may do about themselves."""
    return tuple(_own_deeds(who, reading, has_pin=has_pin))


def _own_deeds(who: Standing, reading: Reading, *, has_pin: bool) -> Iterator[PersonDeed]:
    _ = reading.say
    if who.person.card is not None and not who.person.card_blocked:
        hint = _("卡丢了马上挂失，几秒钟内每台柜子都不再认它。新卡到三资办领。")
        yield PersonDeed("/me/block-card", _("我的门卡"), hint, _("挂失"), grave=True)
    if has_pin:
        hint = _("被人看到了马上锁住，卡还在也开不了柜。再请三资办打一张开通码，重设。")
        yield PersonDeed("/me/block-pin", _("我的开柜密码"), hint, _("锁住"), grave=True)


def _deeds(who: Standing, actor: Standing, here: str, reading: Reading, *, has_pin: bool) -> Iterator[PersonDeed]:
    yield from _about_secrets(who, actor, here, reading, has_pin=has_pin)
    _ = reading.say
    is_active, is_other = who.person.is_active, who.id != actor.id
    if is_active and actor.holds_any(MAY_BLOCK):
        hint = _("在所有手机和电脑上马上退出登录；密码不变，可以再登录。")
        yield PersonDeed(f"{here}/sessions/end", _("登录"), hint, _("退出所有登录"))
    if is_active and is_other and actor.holds_any(MAY_BLOCK):
        hint = _("马上退出登录，也不能再到柜前开柜。手上的东西由社里别的人归还。")
        yield PersonDeed(f"{here}/block", _("停用此人"), hint, _("停用"), grave=True)
    if not is_active and actor.holds_any(MAY_UNBLOCK):
        yield PersonDeed(f"{here}/unblock", _("恢复此人"), _("又可以登录和开柜，密码还是原来的。"), _("恢复"))


def _about_secrets(
    who: Standing, actor: Standing, here: str, reading: Reading, *, has_pin: bool
) -> Iterator[PersonDeed]:
    """What may be done about codes, cards and PINs."""
    _ = reading.say
    is_active, is_other = who.person.is_active, who.id != actor.id
    if is_active and actor.holds_any(MAY_ISSUE_CODES):
        hint = _("本人凭它设登录密码和开柜密码；新的设好，旧的就不能用了。")
        if actor.holds(Role.REVIEWER):
            hint += _("您打的码，本人设好后 %(n)s 天内经手的申请要由另一位审核员审批。") % {"n": UNNOTICED_MAX.days}
        yield PersonDeed(f"{here}/code", _("开通码"), hint, _("打一张"), main=True)
    if is_active and is_other and actor.holds_any(MAY_ISSUE_CARDS):
        yield _card_to_issue(who, here, reading)
    if who.person.card is not None and not who.person.card_blocked and actor.holds_any(MAY_BLOCK):
        hint = _("卡丢了就挂失。几秒钟内每台柜子都不再认这张卡。")
        yield PersonDeed(f"{here}/block-card", _("门卡"), hint, _("挂失"), grave=True)
    if has_pin and actor.holds_any(MAY_BLOCK):
        hint = _("别人可能知道了就锁住。门卡不变；本人凭新的开通码重设以后才能再开柜。")
        yield PersonDeed(f"{here}/block-pin", _("开柜密码"), hint, _("锁住"), grave=True)


def _card_to_issue(who: Standing, here: str, reading: Reading) -> PersonDeed:
    _ = reading.say
    hint = _("点进格子，把新卡在读卡器上刷一下，或者写卡面上的 10 位数字。")
    if who.person.card is None:
        return PersonDeed(f"{here}/card", _("发门卡"), hint, _("发卡"), asks=_("卡号"))
    hint += _("换了新卡，旧卡马上不能用。")
    return PersonDeed(f"{here}/card", _("换门卡"), hint, _("换卡"), asks=_("卡号"))


def _held(grant: Grant, may_end: bool, reading: Reading) -> HeldRole:
    return HeldRole(
        title=role_words(grant.role, grant.cooperative, reading),
        term=term_words(grant.since, grant.until, reading),
        role=grant.role,
        cooperative=grant.cooperative or "",
        may_end=may_end,
    )


def _row(who: Standing, with_password: Collection[str], reading: Reading) -> PersonRow:
    state, word = _state(who, who.id in with_password, reading)
    return PersonRow(id=who.id, name=who.name, title=standing_title(who, {}, reading.say), state=state, state_word=word)


def _state(who: Standing, with_password: bool, reading: Reading) -> tuple[str, str]:
    if not who.person.is_active:
        return "bad", reading.say("已停用")
    if who.person.card_blocked:
        return "late", reading.say("门卡已挂失")
    return ("", "") if with_password else ("off", reading.say("还没设密码"))


def _secret_fact(label: str, secret: Credential | None, reading: Reading) -> PersonFact:
    if secret is None:
        return PersonFact(label, reading.say("还没设"), state="off")
    if secret.is_blocked:
        return PersonFact(label, reading.say("已锁住"), state="bad")
    return PersonFact(label, reading.say("已设"), state="good")


def _card_fact(who: Standing, reading: Reading) -> PersonFact:
    if who.person.card is None:
        return PersonFact(reading.say("门卡"), reading.say("没有"), state="off")
    if who.person.card_blocked:
        return PersonFact(reading.say("门卡"), reading.say("已挂失"), state="bad")
    return PersonFact(reading.say("门卡"), reading.say("在用"), state="good")
