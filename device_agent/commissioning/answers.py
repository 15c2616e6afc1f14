"""What the technician's answer means: a fact, or a sentence that says what to write instead."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from device_agent.commissioning import facts
from device_agent.commissioning.facts import Fact
from device_agent.commissioning.progress import Progress
from device_agent.commissioning.steps import Ask, Topic
from firmware_protocol.boards import DIALECTS, Dialect

YES = frozenset({"y", "Y", "yes", "是", "好"})
CABINET_ID = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")
PORT = re.compile(r"/dev/\S+|socket://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+]):[0-9]{1,5}|/\S+")
RETRACTION = re.compile(r"[rR] ?([0-9]{1,4})")
EXPECTED_MAX = 32


@dataclass(frozen=True, slots=True)
class Unclear:
    """The answer fits nothing; the sentence says what to write."""

    sentence: str


def wirings_of(dialect: Dialect) -> tuple[tuple[str, str], ...]:
    """What the two rows of inputs of such a board can be wired to, the usual first; (`feedback`, `sensors`)."""
    one_row = (("door", "none"), ("lock", "none"))
    return (*one_row, ("lock", "doors"), ("door", "items"), ("lock", "items")) if dialect.has_sensors else one_row


def read_answer(progress: Progress, ask: Ask, text: str, offer: Sequence[str] = ()) -> Fact | Unclear:
    """What this answer to that question means. `offer`: the cabinets or ports that were shown."""
    return _READERS[ask.topic](progress, ask, text.strip(), offer)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _chosen(text: str, offer: Sequence[str]) -> str:
    """What was chosen by its place in the list; else the text itself."""
    number = _number(text)
    return offer[number - 1] if number and number <= len(offer) else text


def _cabinet(_progress: Progress, _ask: Ask, text: str, offer: Sequence[str]) -> Fact | Unclear:
    cabinet = _chosen(text, offer)
    if CABINET_ID.fullmatch(cabinet):
        return facts.CabinetNamed(cabinet)
    return Unclear("柜号只用大写字母、数字和连字符，例如 CAB-01。")


def _port(_progress: Progress, _ask: Ask, text: str, offer: Sequence[str]) -> Fact | Unclear:
    port = _chosen(text, offer)
    if PORT.fullmatch(port):
        return facts.PortNamed(port)
    return Unclear("请写序号，或 /dev/ 开头的口，或 socket://地址:端口。")


def _expected(_progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    count = _number(text or "1")
    if count is not None and 1 <= count <= EXPECTED_MAX:
        return facts.BoardsExpected(count)
    return Unclear(f"请写 1 到 {EXPECTED_MAX} 的数。")


def _family(_progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    family = _chosen(text, tuple(DIALECTS))
    if not family or family in DIALECTS:
        return facts.FamilyNamed(family)
    return Unclear(f"请写 1 到 {len(DIALECTS)} 的序号，不知道就直接回车。")


def _too_few(progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    if text in {"", "1", "2"}:
        return facts.SearchedInVain(elsewhere=text == "2")
    if text == "3" and progress.found:
        return facts.BoardsExpected(len(progress.found))
    return Unclear("请写前面的序号。")


def _boards(progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    known = [board.address for board in progress.found or ()]
    addresses = [_number(word) for word in text.split()] or known
    if set(addresses) <= set(known) and len(set(addresses)) == len(addresses):
        return facts.BoardsNamed(tuple(address for address in addresses if address is not None))
    return Unclear("只能写上面找到的地址，每个一次，空格隔开。")


def _channels(progress: Progress, ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    board = next(board for board in progress.boards if board.address == ask.address)
    count = _number(text or str(board.channels))
    if count is not None and 1 <= count <= progress.dialect.channels_max:
        return facts.ChannelsCounted(board.address, count)
    return Unclear(f"请写 1 到 {progress.dialect.channels_max} 的数。")


def _sensing(progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    wirings = wirings_of(progress.dialect)
    number = _number(text or "1")
    if number is not None and 1 <= number <= len(wirings):
        return facts.SensingNamed(*wirings[number - 1])
    return Unclear(f"请写 1 到 {len(wirings)} 的序号；都没有另接，就直接回车。")


def _pulse(progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    if not text:
        return facts.PulseSet(None)
    allowed = progress.dialect.pulses_ms or range(0)
    pulse_ms = _number(text)
    if pulse_ms in allowed:
        return facts.PulseSet(pulse_ms)
    return Unclear(f"请写 {allowed[0]} 到 {allowed[-1]} 的毫秒数，每 {allowed.step} 一档；不改就直接回车。")


def _release(_progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    return facts.ReleaseAgreed() if text in YES else Unclear("请先换成通电才开的锁。现在可以写 q 存下，改天再来。")


def _all_shut(_progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    return facts.DoorsShut() if text in YES else Unclear("请把门都关好，再写 y。")


def _odd(_progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    return facts.OddAnswered(again=text != "2") if text in {"", "1", "2"} else Unclear("请写 1 或 2。")


def _retraction(progress: Progress, text: str) -> Fact | None:
    """`r3`: prove compartment 3 anew."""
    said = RETRACTION.fullmatch(text)
    number = int(said[1]) if said else 0
    return facts.Retracted(number) if number in progress.numbers.values() else None


def _open(progress: Progress, ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    place = ask.place or progress.places[0]
    if retraction := _retraction(progress, text):
        return retraction
    if text in YES:
        return facts.PulseAgreed(place.address, place.channel)
    if text in {"s", "S", "n", "N"}:
        return facts.PassedOver(place.address, place.channel)
    return Unclear("开锁写 y，跳过写 s，重验 3 号写 r3。没有写 y 就不会开。")


def _which(progress: Progress, ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    place = ask.place or progress.places[0]
    number = _number(text or str(progress.proposed(place)))
    last = len(progress.places)
    if number is None or number > last:
        return Unclear(f"这个柜子的格口是 1 到 {last} 号；没有门弹开写 0。")
    if not progress.may_bear(number):
        return Unclear(
            f"{number} 号格口已经验过，是另一扇门。请再看一眼号牌。若是那一次写错了：先写 0，再写 r{number}。"
        )
    return facts.Labelled(place.address, place.channel, number)


def _unproven(_progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    return facts.TriedAgain() if text in YES else Unclear("再试写 y，存下改天再来写 q。没有验成就结束不了。")


def _write(progress: Progress, _ask: Ask, text: str, _offer: Sequence[str]) -> Fact | Unclear:
    if retraction := _retraction(progress, text):
        return retraction
    return facts.WriteAgreed() if text in YES else Unclear("写入写 y，先不写就写 q。")


_READERS: Mapping[Topic, Callable[[Progress, Ask, str, Sequence[str]], Fact | Unclear]] = {
    Topic.CABINET: _cabinet,
    Topic.PORT: _port,
    Topic.EXPECTED: _expected,
    Topic.FAMILY: _family,
    Topic.TOO_FEW: _too_few,
    Topic.BOARDS: _boards,
    Topic.CHANNELS: _channels,
    Topic.SENSING: _sensing,
    Topic.PULSE: _pulse,
    Topic.RELEASE: _release,
    Topic.ALL_SHUT: _all_shut,
    Topic.ODD: _odd,
    Topic.OPEN: _open,
    Topic.WHICH: _which,
    Topic.UNPROVEN: _unproven,
    Topic.WRITE: _write,
}
