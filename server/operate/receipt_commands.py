"""The command for whoever holds a printed form and has the log at hand."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

DATA = Path("gongguan-data")
console = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)
complaints = Console(stderr=True, soft_wrap=True, markup=False, emoji=False)


def verify_receipt_command(
    code: Annotated[str, typer.Argument(help="单据二维码里的文字，整个网址也行。")],
    data: Annotated[Path, typer.Option("--data", help="数据目录。")] = DATA,
    log: Annotated[Path | None, typer.Option("--log", help="导出的台账文件夹；有它就不看数据目录。")] = None,
) -> None:
    """核验单据上的凭证：签名对不对，那一条还在不在台账里。"""
    from firmware_protocol.notes import MalformedNote
    from server.operate.verify_receipt import NoLog, check_receipt, exported_log
    from server.store.folder import DataFolder
    from server.store.keys import KeysMissing
    from server.store.log_files import LogFiles
    from server.web.receipt_words import Verdict

    try:
        folder = DataFolder(data)
        files = exported_log(log) if log else LogFiles(folder.log, folder.keys().log.verifier)
    except (NoLog, MalformedNote, KeysMissing):
        _fail(f"{log or data} 里没有台账的公钥。请给导出的台账文件夹（--log）或者数据目录（--data）。")
    found = check_receipt(code, files)
    for line in found.lines():
        console.print(line)
    if found.verdict is Verdict.WRONG:
        raise typer.Exit(1)


def _fail(sentence: str) -> NoReturn:
    complaints.print(sentence)
    raise typer.Exit(2)
