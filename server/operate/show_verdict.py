"""`verify`: tell a person what the check found."""

from base64 import b64encode
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.exc import DBAPIError

from server.operate.verify import Verdict, verify
from server.settings import Settings
from server.store.folder import DataFolder, NotFounded
from server.store.keys import KeysMissing


def run_verify(data: Path, console: Console) -> bool:
    """Check the data folder and print the verdict; answers whether nothing is wrong. Raises `NotFounded`."""
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
    return verdict.wrong is None


def _sentence(verdict: Verdict) -> str:
    if verdict.wrong is not None:
        return f"台账有问题：{verdict.wrong.where}：{verdict.wrong.what}。"
    root = b64encode(verdict.root).decode()
    return f"台账完好：共 {verdict.size} 条，签名、编号、日志树与数据表都对得上。树根 {root}"
