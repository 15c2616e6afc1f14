"""The report of a commissioning: what is signed, and the same as text and as one page that needs no network.

The note is `gongguan-commissioning/v1`, signed with the agent's key. Whoever has the agent's verifier key can check the
note that stands at the foot of the page: every compartment, by what it was proven, when, and by whom.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from device_agent.commissioning.columns import aligned
from device_agent.commissioning.progress import Progress, Proof
from device_agent.commissioning.words import WIRINGS

KIND = "gongguan-commissioning/v1"
PROVEN_BY = "opened-and-shut"
"""Pulsed once on a yes; this feedback alone said open; somebody read the door's number; pushed shut, it said closed."""

Fields = Mapping[str, Any]

BEHIND = (
    "每一格都是这样验的：技术员同意以后通电开锁一次，只有这一路的反馈变成“开”，技术员读了弹开那扇门的号牌，"
    "推上以后反馈变回“关”。"
)
UNPROVEN_LINE = "这种锁控板不核对是谁在说话：谁接上这根线，谁就能开锁。线必须全程在上锁的柜子里面。"
PROVING_LINE = "控制器只听这台柜机的：线上的别的设备冒充不了，也重放不了。"
TAMPERS: Mapping[bool | None, str] = {True: "打开、关上都有报告", False: "没有报告", None: "没有试"}


def report_fields(progress: Progress, agent: str, finished_at: str) -> dict[str, Any]:
    """What is signed. Raises `ValueError` while a compartment is unproven."""
    if progress.unproven or not progress.places:
        raise ValueError("a commissioning with an unproven compartment has no report")
    return {
        "agent": agent,
        "cabinet": progress.cabinet,
        "port": progress.port,
        "family": progress.dialect.name,
        "baud": progress.boards[0].baud,
        "boards": [_board(progress, address) for address in progress.addresses],
        "closed_bit": None if progress.dialect.has_operation_ids else progress.closed_bit,
        **_sensing(progress),
        "pulse_ms": progress.pulse.pulse_ms if progress.pulse else None,
        "has_echo": any(board.has_echo for board in progress.boards),
        "compartments": [_compartment(proof) for proof in sorted(progress.proofs, key=lambda each: each.number)],
        "begun_at": progress.begun_at,
        "finished_at": finished_at,
        "by": progress.by,
    }


def _sensing(progress: Progress) -> dict[str, Any]:
    if progress.sensing is None:
        return {}
    bit = {} if progress.sensing.sensors == "none" else {"sensor_bit": progress.sensor_bit}
    return {"feedback": progress.sensing.feedback, "sensors": progress.sensing.sensors} | bit


def _board(progress: Progress, address: int) -> dict[str, Any]:
    board = next(board for board in progress.boards if board.address == address)
    told = {"address": address, "channels": progress.channels[address], "firmware": board.firmware}
    return told | ({"tamper": progress.tampers.get(address)} if progress.dialect.has_operation_ids else {})


def _compartment(proof: Proof) -> dict[str, Any]:
    return {
        "number": proof.number,
        "address": proof.place.address,
        "channel": proof.place.channel,
        "proven_by": PROVEN_BY,
        "opened_at": proof.opened_at,
        "shut_at": proof.shut_at,
        "took_ms": proof.took_ms,
        "by": proof.by,
    }


def head_rows(fields: Fields) -> list[tuple[str, str]]:
    """What stands above the table of compartments: what it is, and what was found."""
    bit, pulse_ms = fields["closed_bit"], fields["pulse_ms"]
    return [
        ("柜子", f"{fields['cabinet']}（柜机 {fields['agent']}）"),
        ("技术员", fields["by"]),
        ("时间", f"{_minute(fields['begun_at'])} 至 {_minute(fields['finished_at'])}"),
        ("锁控板", f"{fields['family']}，{fields['baud']} 波特"),
        ("接在", fields["port"]),
        *((f"地址 {board['address']} 的板", _board_words(board)) for board in fields["boards"]),
        ("门关着时的反馈", "由控制器用话报告" if bit is None else str(bit)),
        *((("反馈线", WIRINGS[fields["feedback"], fields["sensors"]]),) if "feedback" in fields else ()),
        ("通电时间", "由板自己定" if pulse_ms is None else f"{pulse_ms} 毫秒"),
        ("转换器回声", "有，已由程序消去" if fields["has_echo"] else "没有"),
        ("线", PROVING_LINE if bit is None else UNPROVEN_LINE),
    ]


def _board_words(board: Fields) -> str:
    words = [f"{board['channels']} 把锁"]
    words += [f"固件 {board['firmware']}"] if board["firmware"] else []
    words += [f"防拆 {TAMPERS[board['tamper']]}"] if "tamper" in board else []
    return "，".join(words)


COLUMNS = ("格口", "板地址", "第几路", "通电到门开", "门开", "门关", "技术员")


def body_rows(fields: Fields) -> list[tuple[str, ...]]:
    """The table of compartments, by number."""
    return [
        (
            str(each["number"]),
            str(each["address"]),
            str(each["channel"]),
            "—" if each["took_ms"] is None else f"{each['took_ms']} 毫秒",
            _minute(each["opened_at"]),
            _minute(each["shut_at"]),
            each["by"],
        )
        for each in fields["compartments"]
    ]


def _minute(moment: str) -> str:
    """A time to the second, as people read it."""
    return moment[:19].replace("T", " ")


def text_of(fields: Fields, note: str, fingerprint: str) -> str:
    """The report as plain text."""
    head = [f"{name}：{value}" for name, value in head_rows(fields)]
    rows = aligned((COLUMNS, *body_rows(fields)))
    title = f"共管柜验收报告 {fields['cabinet']}"
    return "\n".join([title, "", *head, "", *rows, "", BEHIND, "", f"柜机公钥指纹：{fingerprint}", "", note])


STYLE = (
    "@page{size:A4;margin:16mm}body{font:10.5pt/1.5 'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',"
    "sans-serif;"
    "max-width:180mm;margin:8mm auto;color:#111}h1{font-size:16pt}table{border-collapse:collapse;width:100%;"
    "margin:4mm 0}th,td{border:1px solid #999;padding:1mm 2mm;text-align:left;vertical-align:top}thead{display:"
    "table-header-group}tr{break-inside:avoid}.head th{width:36mm;background:#f3f3f3}pre{font-size:7pt;"
    "white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #999;padding:2mm}.sign{margin-top:12mm}"
)


def html_of(fields: Fields, note: str, fingerprint: str) -> str:
    """The report as one page, to be printed as it is."""
    title = f"共管柜验收报告 {escape(fields['cabinet'])}"
    head = "".join(f"<tr><th>{escape(name)}<td>{escape(value)}" for name, value in head_rows(fields))
    body = "".join(_row("td", row) for row in body_rows(fields))
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f'<h1>{title}</h1><table class="head">{head}</table>'
        f"<table><thead>{_row('th', COLUMNS)}</thead><tbody>{body}</tbody></table><p>{BEHIND}"
        f"<p>柜机公钥指纹：{escape(fingerprint)}<pre>{escape(note)}</pre>"
        '<p class="sign">技术员签字：＿＿＿＿＿＿＿＿　　柜管员签字：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿\n'
    )


def _row(tag: str, cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}" for cell in cells)
