"""`python -m server seed --scale`: say how far the seeding is, and what came of it."""

from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from server.operate.scale.seed import NotEmpty, Size, seed


def run_seed(data: Path, entries: int, items: int, console: Console, *, is_meant: bool) -> str | None:
    """Seed, with a bar on a terminal; answers why it did not, and then has changed nothing."""
    if not is_meant:
        return "请加上 --scale：这个命令只造用来测量的数据。真正的镇请用 import 导入名册。"
    started = monotonic()
    columns = TextColumn("{task.completed:,.0f} 条"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=entries)
        try:
            size = seed(data, Size(entries, items), lambda done: progress.update(bar, completed=done))
        except NotEmpty:
            return f"{data} 里已经有东西。造数只写进空目录，免得和真正的台账混在一起；请换一个目录。"
    console.print(f"台账 {size:,} 条，保管物 {items:,} 件，用了 {monotonic() - started:.0f} 秒。")
    console.print("这个目录只用来测量：人和事都是编的。量完请整个删掉。")
    return None
