"""The commands for a witness without a network: what goes to it on a stick, and what comes back."""

from pathlib import Path
from typing import Annotated

import typer

from server.operate.copy_log import WITNESSED
from server.operate.terminal import DATA, console, fail

UNTAKEN = (
    "这个签名用不上：不是见证规则（witnesses.txt）里的见证签的，或者签的不是这本台账。台账在这期间变长了的，"
    "请把导出的那份请求和签名放在同一个文件夹里再试；请求不在了就重新导出一份。"
)


def export_checkpoint_command(
    out: Annotated[Path, typer.Argument(help="见证请求写到哪里，例如优盘上的一个文件。")],
    data: Annotated[Path, typer.Option("--data", help="数据目录。")] = DATA,
    old: Annotated[int, typer.Option("--old", help="那个见证已经见过多少条；第一次是 0。")] = 0,
) -> None:
    """给不联网的见证导出一份请求。"""
    from server.operate.by_stick import NothingPublished, request_bytes

    try:
        out.write_bytes(request_bytes(data, old))
    except NothingPublished:
        fail("台账还没有公布过这么多条。请核对 --old，或者先启动一次服务。")
    except OSError as error:
        fail(f"文件 {out} 写不了：{error.strerror}。")
    console.print(f"请求在 {out}。请带到见证的电脑上：python -m server witness add {out.name}")


def take_cosignature_command(
    file: Annotated[Path, typer.Argument(help="见证带回来的 .cosignature 文件；导出的那份请求要还在它旁边。")],
    data: Annotated[Path, typer.Option("--data", help="数据目录。")] = DATA,
) -> None:
    """收下用优盘带回来的见证签名，与检查点一起公布。"""
    from server.operate.by_stick import NotTaken, take_cosignature

    try:
        name, size = take_cosignature(data, file)
    except OSError as error:
        fail(f"文件 {file} 读不了：{error.strerror}。")
    except NotTaken:
        fail(UNTAKEN)
    console.print(f"收下了：{name} 见证到第 {size} 条为止。这份签名留在 log/{WITNESSED} 里，导出台账时一起带走。")
