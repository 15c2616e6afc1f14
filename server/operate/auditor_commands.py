"""The commands for whoever checks: the log to take away, and a printed form held against it."""

from pathlib import Path
from typing import Annotated

import typer

from server.operate.terminal import DATA, console, fail

UNCHECKED = 2
"""The exit status where nothing could be checked; 1 says that something is wrong."""


def export_log_command(
    target: Annotated[Path, typer.Argument(help="导出到哪个文件夹，要新的或空的；U 盘上的也行。")],
    data: Annotated[Path, typer.Option("--data", help="数据目录：数据库、密钥、附件都在里面。")] = DATA,
) -> None:
    """导出整本台账和核验程序，交给镇纪委带走核验。"""
    from firmware_protocol.log_policy import MalformedPolicy
    from server.operate.export_log import FolderTaken
    from server.operate.show_export import run_export

    try:
        run_export(data, target, console)
    except FolderTaken:
        fail(f"{target} 里已经有东西。请换一个新的文件夹，两次导出不要混在一起。")
    except MalformedPolicy as error:
        fail(f"见证规则 witnesses.txt 有一行写得不对，请改好再导出：{error}")
    except OSError as error:
        fail(f"{target} 写不了：{error.strerror}。")


def verify_receipt_command(
    codes: Annotated[list[str], typer.Argument(help="单据二维码里的文字，整个网址也行；完整证明有几张码就写几个。")],
    data: Annotated[Path, typer.Option("--data", help="数据目录。")] = DATA,
    log: Annotated[Path | None, typer.Option("--log", help="导出的台账文件夹；有它就不看数据目录。")] = None,
    proof: Annotated[Path | None, typer.Option("--proof", help="把完整证明另存成通用格式（.tlog-proof）。")] = None,
) -> None:
    """核验单据上的凭证：签名对不对，那一条还在不在台账里。"""
    from firmware_protocol.log_policy import MalformedPolicy
    from firmware_protocol.notes import MalformedNote
    from server.operate.verify_receipt import NoLog, check_receipt, exported_log, own_log, save_proof
    from server.store.keys import KeysMissing
    from server.web.receipt_words import Verdict

    text = "\n".join(codes)
    try:
        known = exported_log(log) if log else own_log(data)
    except (NoLog, MalformedNote, KeysMissing):
        fail(f"{log or data} 里没有台账的公钥。请给导出的台账文件夹（--log）或者数据目录（--data）。", UNCHECKED)
    except MalformedPolicy as error:
        fail(f"见证规则 witnesses.txt 有一行写得不对，请改好再核验：{error}", UNCHECKED)
    found = check_receipt(text, known)
    for line in found.lines():
        console.print(line)
    if found.verdict is Verdict.WRONG:
        raise typer.Exit(1)
    if proof is not None and not save_proof(text, known, proof):
        fail("这张单据没有完整证明。印单据时请勾“印完整证明”。", UNCHECKED)
