"""`export-log`: tell a person how far the export has come, and what to do with it."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from server.operate.export_log import PROGRAM, export_to
from server.store.folder import DataFolder


def run_export(data: Path, target: Path, console: Console) -> None:
    """Export the log of `data` into `target` and say where it is. Raises what `export_to` raises."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("导出台账")
        published = export_to(data, target, lambda done, whole: progress.update(task, completed=done, total=whole))
    console.print(f"导出了 {published.size} 条记录，在 {target}。核验：python3 {target / PROGRAM}", soft_wrap=True)
    fingerprint = DataFolder(data).keys().log.verifier.fingerprint
    console.print(f"公钥指纹 {fingerprint}，请镇纪委与自己留存的核对。", soft_wrap=True)
