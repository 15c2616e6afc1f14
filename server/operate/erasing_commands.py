"""`erase-person`: two administrators at the machine prove who they are, and somebody's personal data go."""

from pathlib import Path
from typing import Annotated

import typer

from server.operate.terminal import DATA, console, fail


def erase_person_command(
    phone: Annotated[str, typer.Argument(help="要删除谁的个人信息：登记的手机号。")],
    first: Annotated[str, typer.Option("--first", help="一位管理员的手机号；密码随后输入。")],
    second: Annotated[str, typer.Option("--second", help="另一位管理员的手机号；密码随后输入。")],
    data: Annotated[Path, typer.Option("--data", help="数据目录。")] = DATA,
) -> None:
    """删除一个已经离任的人的个人信息：姓名、手机号、单位、门卡、照片、通知。台账的证明不受影响。"""
    from server.custody.refusals import Refused
    from server.operate.erasing import erase

    typed = tuple((each, typer.prompt(f"{each} 的登录密码", hide_input=True)) for each in (first, second))
    answer = erase(data, phone, typed)
    if isinstance(answer, Refused):
        fail(answer.sentence)
    console.print(
        f"已删除：{answer.entries} 条记录的正文、{answer.permits} 份许可上的姓名、{answer.photos} 张照片。"
        "以前的备份里还有，请按备份的保留期销毁。"
    )
