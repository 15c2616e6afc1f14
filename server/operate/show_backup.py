"""`backup`: tell a person how far the copy has come, that it opens doors, and what it does not hold."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import make_url

from server.operate.backup import Manifest, back_up
from server.operate.copy_log import Progress as Heard
from server.settings import Settings
from server.store.folder import DataFolder, NotFounded
from server.store.keys import KeysMissing


def run_backup(data: Path, target: Path, console: Console) -> bool:
    """Back `data` up into `target` and say what was made; answers whether the database is in it.

    Raises `NotFounded` and what `back_up` raises.
    """
    folder = DataFolder(data, Settings().database_url)
    with shown_progress(console) as progress:
        try:
            made = back_up(folder, target, lambda what: watched(progress, what))
        except KeysMissing as error:
            raise NotFounded(data) from error
    for line in _told(folder, target, made):
        console.print(line, soft_wrap=True)
    return made.has_database


def shown_progress(console: Console) -> Progress:
    """One line for each part, while somebody is looking."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def watched(progress: Progress, what: str) -> Heard:
    """A line for this part, moved by what it answers; a whole of 0 is one that is not known."""
    task = progress.add_task(what, total=None)
    return lambda done, whole: progress.update(task, completed=done, total=whole or None)


def _told(folder: DataFolder, target: Path, made: Manifest) -> tuple[str, ...]:
    keys = "里面有签许可的密钥和密码的散列：拿到它的人能开柜。请锁起来保管，不要放在别人打得开的网盘或共享文件夹里。"
    if made.has_database:
        return (f"备份好了，已逐条核验：台账 {made.size} 条，在 {target}。", keys)
    url = make_url(folder.database_url).set(drivername="postgresql").render_as_string(hide_password=True)
    return (
        f"只备份了一半，在 {target}：密钥、附件、公布的台账都有，数据库在 PostgreSQL 里，没有备份。请停下服务，执行：",
        f"pg_dump --format=custom --file={target / 'gongguan.dump'} '{url}'",
        "服务停着的时候两样都做完，它们才对得上；这条命令也请在停下服务以后重做一遍。",
        keys,
    )
