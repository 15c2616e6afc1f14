"""What the technician reads: one question at a time, in plain Chinese, no line longer than a terminal of 80 columns."""

from collections.abc import Callable, Mapping, Sequence

from device_agent.commissioning.answers import wirings_of
from device_agent.commissioning.facts import Place
from device_agent.commissioning.progress import Failure, Progress
from device_agent.commissioning.steps import (
    Ask,
    AwaitShut,
    KeepSecret,
    Look,
    Pulse,
    Report,
    Search,
    Step,
    Topic,
    TryTamper,
    Write,
)
from firmware_protocol.boards import DIALECTS

LEAVE = "q"
LEAVING = "已保存。再运行同一条命令，就从这里接着做。"

ABOUT: Mapping[str, str] = {
    "bcc-8a": "通用锁控板，报文以 8A、80 开头，9600",
    "kerong-cu16": "KERONG CU16、CU12，19200",
    "kerong-cu48": "KERONG CU48，19200",
    "kerong-cu48b": "KERONG CU48B（带红外），19200",
    "wkly": "报文以 57 4B 4C 59 开头的板，9600",
    "winnsen": "Winnsen，报文以 90 开头，9600",
    "waveshare-modbus": "Modbus 继电器加输入（Waveshare (D)、IO 8CH），9600",
    "gongguan-lcp": "本项目自己的控制器，要密钥，115200",
}
"""Each family as the technician knows it."""

WHY: Mapping[Failure, str] = {
    Failure.NOT_SENT: "这一次没有通电：线路或控制板没有回答，或者刚开过。等几秒再试。",
    Failure.STUCK: "锁没有动，反馈也没有变。请查锁的供电、这一路的接线、锁舌是否卡住。",
    Failure.NO_DOOR: "反馈变了，但没有看到门弹开。请看是不是锁弹了而门被顶住。",
    Failure.NO_FEEDBACK: "门开了，但反馈一点没变。请查这把锁的反馈线（断线、没插好）。",
    Failure.INVERTED: "这把锁的反馈和别的相反：开关种类不同（NO/NC）。请换接另一脚或换锁。",
    Failure.CROSSED: "门开了，变的却是别的路的反馈：反馈线插错了路。请对调后再试。",
    Failure.CONTACT: "锁的反馈对，但这一路的门磁没有变，或者变的是别的路。请查第二排输入。",
    Failure.NOT_SHUT: "门推上以后，反馈没有变回“关”。请查锁舌有没有到位、反馈线。",
}

WIRINGS: Mapping[tuple[str, str], str] = {
    ("door", "none"): "接在门上：门关没关",
    ("lock", "none"): "接在锁上：锁钩扣没扣",
    ("lock", "doors"): "接在锁上，第二排输入另接门磁",
    ("door", "items"): "接在门上，第二排输入接红外探头",
    ("lock", "items"): "接在锁上，第二排输入接红外探头",
}
"""What a cabinet's inputs are wired to, as the technician sees it."""

DOING: Mapping[type[Step], str] = {
    Ask: "提问",
    Search: "找板",
    KeepSecret: "存密钥",
    Look: "读反馈",
    Pulse: "通电开锁",
    AwaitShut: "等门关上",
    TryTamper: "试防拆",
    Write: "写配置文件",
    Report: "写报告",
}
"""What was being done, to say so when the machine fails meanwhile."""


def question(progress: Progress, ask: Ask, offer: Sequence[str] = ()) -> str:
    """The question, its choices, and what Enter alone means. `offer`: the cabinets or ports to choose from."""
    return _WORDS[ask.topic](progress, ask, offer)


def name_of(progress: Progress, place: Place) -> str:
    """A lock as the technician finds it: board and channel."""
    if len(progress.addresses) == 1:
        return f"第 {place.channel} 路"
    return f"地址 {place.address} 的板第 {place.channel} 路"


def listed(progress: Progress, places: Sequence[Place]) -> str:
    """Several locks in a row."""
    return "、".join(name_of(progress, place) for place in places)


def losing(cabinets: Sequence[str]) -> str:
    """What the file says of these cabinets cannot be read, so it will not be written again."""
    return f"配置文件里还有 {'、'.join(cabinets)}，接线没有写全或写错了。写入的文件里没有它们，要另外验收。"


def whose_bundle(beside: Sequence[str]) -> str:
    """Where the agent's bundle lies; `beside` the configuration there are these."""
    usual = f"（回车＝{beside[0]}）" if beside else ""
    return f"柜机凭据（add-agent 写出的 .bundle.json）在哪里？写文件路径。{usual}"


def standing(progress: Progress) -> str:
    """How far it has come, in a line; for somebody who comes back to it."""
    if not progress.places:
        return f"柜子 {progress.cabinet or '（未定）'}：接线还没有找到。"
    return f"柜子 {progress.cabinet}：{len(progress.places)} 格，已验 {len(progress.proofs)} 格。"


def _numbered(lines: Sequence[str]) -> str:
    return "".join(f"\n  {n}  {line}" for n, line in enumerate(lines, start=1))


def _cabinet(_progress: Progress, _ask: Ask, offer: Sequence[str]) -> str:
    if not offer:
        return "这个柜子的柜号？写柜门上贴的那个，例如 CAB-01。"
    return f"验收哪个柜子？写序号，或者写一个新的柜号（例如 CAB-01）。{_numbered(offer)}"


def _port(_progress: Progress, _ask: Ask, offer: Sequence[str]) -> str:
    head = "柜子的线插在哪个口上？" if offer else "没有找到串口。请插好转换器再来，或者自己写。"
    other = "也可以自己写：/dev/… ，或串口服务器 socket://地址:端口。"
    return f"{head}写序号。{_numbered(offer)}\n  {other}" if offer else f"{head}\n  {other}"


def _expected(_progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    return "这条线上，这个柜子有几块锁控板？（回车＝1）"


def _family(_progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    kinds = [f"{name:17}{ABOUT[name]}" for name in DIALECTS]
    return f"锁控板是哪一种？写序号；不知道就直接回车，逐种问一遍（只读，不开锁）。{_numbered(kinds)}"


def _too_few(progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    found = progress.found or ()
    answered = "、".join(f"地址 {board.address}" for board in found)
    head = f"说有 {progress.expected} 块板，只有 {len(found)} 块回答：{answered}。" if found else "没有一块板回答。"
    hints = "请查：板的电源灯；A、B 线有没有接反；拨码有没有重复；终端电阻。"
    go_on = "\n  3  就用找到的这些" if found else ""
    return f"{head}\n{hints}\n  1  查过了，再找一遍（回车）\n  2  换一个口，或换一种板{go_on}"


def _boards(progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    found = progress.found or ()
    shown = "".join(
        f"\n  地址 {board.address}：{board.family}，{board.baud}，报 {board.channels} 路"
        f"{'，适配器有回声' if board.has_echo else ''}"
        for board in found
    )
    usual = " ".join(str(board.address) for board in found)
    return f"找到：{shown}\n按格口号从小到大，写这个柜子的板的地址，空格隔开。（回车＝{usual}）"


def _channels(progress: Progress, ask: Ask, _offer: Sequence[str]) -> str:
    board = next(board for board in progress.boards if board.address == ask.address)
    return f"地址 {board.address} 的板接了几把锁？从第 1 路起连着数。（回车＝{board.channels}）"


def _sensing(progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    kinds = [WIRINGS[wiring] for wiring in wirings_of(progress.dialect)]
    return f"反馈线（锁旁边两根细的）接在哪里？不知道就直接回车。（回车＝1）{_numbered(kinds)}"


def _pulse(progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    allowed = progress.dialect.pulses_ms or range(0)
    return (
        f"锁要通电多少毫秒？看锁的说明书，{allowed[0]} 到 {allowed[-1]}、每 {allowed.step} 一档。"
        "\n  宁短勿长，通电太久会烧线圈；下面每扇门都用它试。（回车＝不改，用这种板常用的）"
    )


def _release(_progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    return (
        "下一步会让板断开全部输出（以后柜机每次启动都会这样做）。"
        "\n  通电才开的锁不受影响；断电就开的锁（磁力锁）会打开，这种锁不能用。"
        "\n  柜子里的都是通电才开的锁吗？y 是 / n 不是"
    )


def _all_shut(progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    has_barriers = progress.sensing is not None and progress.sensing.sensors == "items"
    empty = "把每一格都拿空，" if has_barriers else ""
    return f"请{empty}把这个柜子的门全部关好，看一遍。都关好了吗？y 都关好了"


def _odd(progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    return (
        f"门都关着时，多数反馈是 {progress.closed_bit}，这几路不同：{listed(progress, progress.odd)}。"
        "\n  可能：门没关好；反馈线断了；锁的开关种类不同（NO/NC）。"
        "\n  1  查过了，再读一遍（回车）\n  2  先往下做，到那扇门再看"
    )


def _open(progress: Progress, ask: Ask, _offer: Sequence[str]) -> str:
    place = ask.place or progress.places[0]
    failure = progress.failures.get(place)
    why = f"{name_of(progress, place)}还没有验成：{WHY[failure]}\n" if failure else ""
    done = f"（{len(progress.proofs)}/{len(progress.places)} 已验）"
    again = "\n  前面的号写错了：写 r 加号码（例如 r3），重验那一格" if progress.proofs else ""
    return f"{why}{done}现在给{name_of(progress, place)}通电开锁一次吗？y 开 / s 先跳过{again}"


def _which(progress: Progress, ask: Ask, _offer: Sequence[str]) -> str:
    proposed = progress.proposed(ask.place or progress.places[0])
    return f"弹开的是几号格口？看门上的号牌。（回车＝{proposed}；没有门弹开写 0）"


def _unproven(progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    lines = "".join(
        f"\n  {name_of(progress, place)}：{WHY[failure] if (failure := progress.failures.get(place)) else '还没有试。'}"
        for place in progress.unproven
    )
    return f"还有 {len(progress.unproven)} 格没有验成，验收不能结束：{lines}\n修好以后再试吗？y 再试 / q 存下，改天再来"


def _write(progress: Progress, _ask: Ask, _offer: Sequence[str]) -> str:
    return (
        f"{len(progress.proofs)} 格全部验过。写入配置文件吗？"
        "原来的文件若在，会另存为 .bak；文件里的注释不保留。\n  y 写入 / q 先不写，存下 / r 加号码：重验那一格"
    )


_WORDS: Mapping[Topic, Callable[[Progress, Ask, Sequence[str]], str]] = {
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
