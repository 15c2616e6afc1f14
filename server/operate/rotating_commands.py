"""`rotate-key`: two administrators at the machine give a key of the server its successor."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from server.operate.terminal import DATA, console, fail

IN_USE = "有程序正在用这个数据目录。请先停下服务（systemctl stop gongguan），换好密钥再启动；柜机这几秒照常工作。"
LOG_NEXT = "检查点从现在起由新旧两把密钥一起签名。请把新公钥的指纹告诉镇纪委；见证程序、柜机会自己换上。"
LOG_OVER = "检查点从现在起只由新密钥签名，旧私钥已经销毁。请把新公钥的指纹告诉镇纪委；见证程序、柜机会自己换上。"
PERMIT_NEXT = "许可、名册从现在起由新密钥签名，柜机上线时自己换上新公钥；旧私钥已经销毁。"
PERMIT_OVER = f"{PERMIT_NEXT}旧密钥签的许可都已作废，还没领用的请本人重新申请；已经领出的照常归还。"


def rotate_key_command(
    role: Annotated[Literal["permit", "log"], typer.Argument(help="换哪一把：permit 签许可和记录，log 签检查点。")],
    first: Annotated[str, typer.Option("--first", help="一位管理员的手机号；密码随后输入。")],
    second: Annotated[str, typer.Option("--second", help="另一位管理员的手机号；密码随后输入。")],
    data: Annotated[Path, typer.Option("--data", help="数据目录。")] = DATA,
    overlap_days: Annotated[
        int | None,
        typer.Option("--overlap-days", min=0, max=365, help="新旧并用几天；密钥被盗时写 0，旧的马上停用。"),
    ] = None,
) -> None:
    """换服务器的一把密钥：旧密钥签字交给新密钥，写进台账，并用一段时间以后旧的停用。"""
    from server.custody.refusals import Refused
    from server.operate.rotating import rotate
    from server.store.keys import KeysInUse
    from server.township import now

    typed = tuple((each, typer.prompt(f"{each} 的登录密码", hide_input=True)) for each in (first, second))
    try:
        answer = rotate(data, role, typed, overlap_days)
    except KeysInUse:
        fail(IN_USE)
    if isinstance(answer, Refused):
        fail(answer.sentence)
    console.print(f"新公钥指纹 {answer.fingerprint}，旧密钥到 {answer.until:%Y-%m-%d %H:%M} 停用。")
    at_once, in_time = (LOG_OVER, LOG_NEXT) if role == "log" else (PERMIT_OVER, PERMIT_NEXT)
    console.print(at_once if answer.until <= now() else in_time)
    console.print("请马上做一次备份：以前的备份里没有新密钥。")
