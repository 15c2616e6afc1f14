"""What each frame means, in one Chinese sentence for a technician. Raw bits stay raw: what they mean is wiring."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from firmware_protocol.boards.answers import (
    AddressTold,
    Bit,
    ChannelStatus,
    DoorReport,
    OrderReply,
    Outputs,
    Refusal,
    Registers,
    ReleasedAll,
    Said,
    Status,
    UnlockReply,
)
from firmware_protocol.boards.controller import (
    AskOutcome,
    Auth,
    DoorSaid,
    Doubt,
    Doubted,
    EventsTold,
    Hello,
    LockSaid,
    OperationTold,
    Proven,
    ReadEvents,
    Result,
    Snapshot,
    Welcome,
)
from firmware_protocol.boards.frames import Frame, Packet
from firmware_protocol.boards.requests import (
    AskAddress,
    ForeignOrder,
    Order,
    ReadChannel,
    ReadEveryBoard,
    ReadOutputs,
    ReadRegisters,
    ReadStatus,
    ReleaseAll,
    SetPulse,
    Unlock,
    UnlockAll,
    UnlockEveryBoard,
)

ORDERS: Mapping[Order, str] = {
    Order.UNLOCK_TOGETHER: "一起打开",
    Order.UNLOCK_IN_TURN: "依次打开",
    Order.UNLOCK_ALL: "全部打开",
    Order.HOLD: "一直通电",
    Order.RELEASE: "断电",
    Order.TOGGLE: "翻转",
    Order.INTERRUPT: "先断电再通电",
    Order.BLINK: "闪动",
}
SAID: Mapping[Said, str] = {Said.DONE: "做了", Said.FAILED: "没做成", Said.RESTING: "线圈要歇，没做"}
RESULTS: Mapping[Result, str] = {
    Result.PULSED: "通过电了",
    Result.INTERRUPTED: "通电时断了电",
    Result.RESTING: "锁要歇，没通电",
    Result.BUSY: "别的锁正在通电，没通电",
    Result.LATE: "来晚了，没通电",
    Result.NO_LOCK: "没有这一路",
    Result.NEVER_HEARD: "没听说过这次操作",
}
DOUBTS: Mapping[int, str] = {
    Doubt.NO_SESSION: "还没有上线核对",
    Doubt.WRONG_PROOF: "证明不对",
    Doubt.OLD_COUNTER: "序号是旧的",
    Doubt.NOT_SPOKEN: "不会这个版本",
}


def sentence(frame: Frame) -> str:
    """What was said; a packet's proof is not judged here."""
    said = frame.message if isinstance(frame, Packet) else frame
    return _SENTENCES[type(said)](said)


def listed(channels: Iterable[int]) -> str:
    """`1、2、5`; “没有” if none."""
    return "、".join(map(str, channels)) or "没有"


def _row(bits: Iterable[Bit]) -> str:
    """`11111111 1111?111`, channel 1 first, eight together."""
    marks = ["?" if bit is None else str(int(bit)) for bit in bits]
    return " ".join("".join(marks[at : at + 8]) for at in range(0, len(marks), 8))


def _bit(bit: Bit) -> str:
    return "不知道" if bit is None else str(int(bit))


def _status(frame: Status) -> str:
    sensors = f"；第二排输入 {_row(frame.sensors)}" if frame.sensors else ""
    return f"{frame.address} 号板的反馈位，从第 1 路起 {_row(frame.bits)}{sensors}。"


def _unlock(frame: Unlock) -> str:
    pulse = "" if frame.pulse_ms is None else f"，{frame.pulse_ms} 毫秒"
    return f"请 {frame.address} 号板打开第 {frame.channel} 路{pulse}。"


def _unlock_reply(frame: UnlockReply) -> str:
    said = "" if frame.said is None else f"，板说{SAID[frame.said]}"
    return f"{frame.address} 号板答开锁：第 {frame.channel} 路，反馈位 {_bit(frame.bit)}{said}。"


def _foreign(frame: ForeignOrder) -> str:
    which = f"第 {listed(frame.channels)} 路" if frame.channels else "每一路"
    time = "" if frame.time_ms is None else f"，{frame.time_ms} 毫秒"
    return f"有人叫 {frame.address} 号板把{which}{ORDERS[frame.order]}{time}；本系统不发这种命令。"


def _order_reply(frame: OrderReply) -> str:
    which = "" if frame.channel is None else f"第 {frame.channel} 路"
    said = "" if frame.said is None else f"，板说{SAID[frame.said]}"
    return f"{frame.address} 号板答{which}{ORDERS[frame.order]}{said}。"


def _snapshot(frame: Snapshot) -> str:
    opened = listed(n for n, door in enumerate(frame.doors, start=1) if door is DoorSaid.OPEN)
    unlocked = listed(n for n, lock in enumerate(frame.locks, start=1) if lock is not LockSaid.LOCKED)
    disbelieved = f"；有 {frame.disbelieved} 条冒充的报文没有理会" if frame.disbelieved else ""
    tamper = "；外壳开着" if frame.is_tampered else ""
    doors = f"{frame.address} 号控制器：开着的门 {opened}，没锁上的 {unlocked}"
    return f"{doors}；供电 {frame.supply_mv} 毫伏{tamper}{disbelieved}。"


def _operation(frame: OperationTold) -> str:
    which = "" if frame.channel is None else f"第 {frame.channel} 路"
    again = "（早先的结果）" if frame.is_repeat else ""
    return f"{frame.address} 号控制器说{which}这次操作：{RESULTS[frame.result]}{again}。"


def _events(frame: EventsTold) -> str:
    numbers = f"第 {frame.events[0].number} 到 {frame.events[-1].number} 条事件" if frame.events else "没有新的事件"
    return f"{frame.address} 号控制器：{numbers}。"


def _doubted(frame: Doubted) -> str:
    return f"{frame.address} 号控制器没有理会一条报文：{DOUBTS.get(frame.code, f'原因 {frame.code}')}。"


def _registers(frame: Registers) -> str:
    return f"{frame.address} 号板的设置：{' '.join(map(str, frame.values))}。"


_SENTENCES: Mapping[type, Callable[[Any], str]] = {
    Unlock: _unlock,
    ReadStatus: lambda frame: f"问 {frame.address} 号板各路的状态。",
    ReadChannel: lambda frame: f"问 {frame.address} 号板第 {frame.channel} 路的状态。",
    ReadOutputs: lambda frame: f"问 {frame.address} 号板哪些线圈通着电。",
    ReadRegisters: lambda frame: f"问 {frame.address} 号板的设置，从 {frame.first:04X} 起 {frame.count} 个。",
    ReleaseAll: lambda frame: f"请 {frame.address} 号板断开每一路线圈。",
    UnlockAll: lambda frame: f"有人叫 {frame.address} 号板打开每一路；本系统不发这种命令。",
    UnlockEveryBoard: lambda _frame: "有人叫线上每块板打开每一路；本系统不发这种命令。",
    ForeignOrder: _foreign,
    AskAddress: lambda _frame: "有人问线上唯一一块板的地址；本系统不发这种命令。",
    ReadEveryBoard: lambda _frame: "有人问线上每块板的状态；本系统不发这种命令。",
    SetPulse: lambda frame: f"有人把 {frame.address} 号板的脉冲改成 {frame.pulse_ms} 毫秒；本系统不发这种命令。",
    Status: _status,
    ChannelStatus: lambda frame: f"{frame.address} 号板第 {frame.channel} 路的反馈位是 {_bit(frame.bit)}。",
    UnlockReply: _unlock_reply,
    DoorReport: lambda frame: f"{frame.address} 号板主动报告：第 {frame.channel} 路的反馈位变成 {_bit(frame.bit)}。",
    Outputs: lambda frame: f"{frame.address} 号板的线圈，从第 1 路起 {_row(frame.bits)}。",
    Registers: _registers,
    ReleasedAll: lambda frame: f"{frame.address} 号板断开了每一路线圈。",
    OrderReply: _order_reply,
    AddressTold: lambda frame: f"板说它的地址是 {frame.address}。",
    Refusal: lambda frame: f"{frame.address} 号板不做：功能 {frame.function:02X}，原因 {frame.code}。",
    Hello: lambda frame: f"与 {frame.address} 号控制器开始上线核对。",
    Welcome: lambda frame: f"{frame.address} 号控制器应答：{frame.channels} 路，第 {frame.boot} 次启动。",
    Auth: lambda frame: f"请 {frame.address} 号控制器证明身份。",
    Proven: lambda frame: f"{frame.address} 号控制器证明了身份。",
    AskOutcome: lambda frame: f"问 {frame.address} 号控制器一次操作的结果。",
    ReadEvents: lambda frame: f"告诉 {frame.address} 号控制器：第 {frame.taken} 条以前的事件都收好了；请报下面的。",
    Snapshot: _snapshot,
    OperationTold: _operation,
    EventsTold: _events,
    Doubted: _doubted,
}
SPOKEN: frozenset[type] = frozenset(_SENTENCES)
"""The frames there is a sentence for: all of them."""
