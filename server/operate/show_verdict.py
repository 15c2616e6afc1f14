"""`verify`: tell a person what the check found, and leave an entry about it in the log."""

from base64 import b64encode
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.exc import DBAPIError

from server.ledger.forks import LogForked
from server.operate.backup import MANIFEST
from server.operate.verify import Verdict, verify
from server.settings import Settings
from server.store.folder import DataFolder, NotFounded
from server.store.gap import OutOfTurn
from server.store.keys import KeysMissing
from server.township import opened
from server.usecases.record_verification import RecordVerification, record_verification


def run_verify(data: Path, console: Console) -> bool:
    """Check the data folder, print the verdict and record it; answers whether nothing is wrong. Raises `NotFounded`.

    A backup is only read: an entry more, and it would not be the copy that was made.
    """
    folder = DataFolder(data, Settings().database_url)
    try:
        folder.keys()
    except KeysMissing as error:
        raise NotFounded(data) from error
    columns = (TextColumn("{task.description}"), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("核验台账", total=None)
        try:
            verdict = verify(folder, lambda entries: progress.advance(task, entries))
        except DBAPIError as error:
            console.print(
                f"台账有问题：数据库读不了或缺了东西：{error.orig}。请保留现场，用备份核对。",
                soft_wrap=True,
                markup=False,
            )
            return False
    console.print(_sentence(verdict), soft_wrap=True)
    if not (data / MANIFEST).exists():
        _record(data, verdict, console)
    return verdict.wrong is None


def _record(data: Path, verdict: Verdict, console: Console) -> None:
    """A verdict stands whether or not it can be written down; where it cannot, that is said."""
    wrong = None if verdict.wrong is None else (verdict.wrong.where, verdict.wrong.what)
    try:
        with opened(data, is_guest=True) as township:
            township.writer.run_now(record_verification, RecordVerification(verdict.size, verdict.root.hex(), wrong))
    except OutOfTurn:
        console.print("这次核验没有记进台账：柜机补齐以前，台账里什么也不能添。", soft_wrap=True, markup=False)
    except (LogForked, DBAPIError, OSError) as error:
        console.print(f"这次核验没有记进台账：{error}", soft_wrap=True, markup=False)


def _sentence(verdict: Verdict) -> str:
    if verdict.wrong is not None:
        return f"台账有问题：{verdict.wrong.where}：{verdict.wrong.what}。"
    root = b64encode(verdict.root).decode()
    erased = f"其中 {verdict.erased} 条的正文已按规定删除。" if verdict.erased else ""
    if verdict.awaited:
        left = f"公布过的还有 {verdict.awaited} 条，都是柜前的，等柜机补上来；补齐以后请再核验一次。"
        return f"已有的 {verdict.size} 条完好：签名、编号、日志树与数据表都对得上。{erased}{left}"
    return f"台账完好：共 {verdict.size} 条，签名、编号、日志树与数据表都对得上。{erased}树根 {root}"
