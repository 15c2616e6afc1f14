"""The commands that copy a township's data away and bring it back."""

from pathlib import Path
from typing import Annotated

import typer

from server.operate.terminal import DATA, console, fail


def backup_command(
    target: Annotated[Path, typer.Argument(help="备份到哪个文件夹，要新的或空的；最好在另一块磁盘上。")],
    data: Annotated[Path, typer.Option("--data", help="数据目录。")] = DATA,
) -> None:
    """备份数据目录，服务不用停，核验通过才算备份好。"""
    from server.operate.backup import CopyDamaged, TargetInside, TargetTaken
    from server.operate.show_backup import run_backup

    try:
        is_whole = run_backup(data, target, console)
    except TargetTaken:
        fail(f"{target} 里已经有东西。旧备份不会被覆盖，请换一个新的文件夹。")
    except TargetInside:
        fail(f"{target} 在数据目录里面，磁盘坏了会一起丢。请放到数据目录外面，最好在另一块磁盘上。")
    except CopyDamaged as error:
        where, what = error.wrong.where, error.wrong.what
        fail(f"没有备份成：核验不通过：{where}：{what}。请用 python -m server verify 核验原来的数据，旧备份先不要删。")
    except OSError as error:
        fail(f"没有备份成，{error.filename or target} 读不了或写不了：{error.strerror}。请换一个地方再试。")
    if not is_whole:
        raise typer.Exit(1)


def restore_command(
    backup: Annotated[Path, typer.Argument(help="备份的文件夹。")],
    data: Annotated[Path, typer.Option("--data", help="恢复成哪个数据目录，要新的或空的。")],
    log: Annotated[Path | None, typer.Option("--log", help="最新的台账：旧数据目录的 log，或者见证的镜像。")] = None,
) -> None:
    """从备份恢复数据目录，核验，说明缺了什么、接着做什么。"""
    from server.operate.backup import CopyDamaged, TargetTaken
    from server.operate.restore import NotABackup, NotThisLog, OlderLog
    from server.operate.show_restore import run_restore

    try:
        run_restore(backup, data, log, console)
    except NotABackup:
        fail(f"{backup} 不是一份做完的备份（里面没有 backup.json）。请换一份。")
    except TargetTaken:
        fail(f"{data} 里已经有东西，不会覆盖。请换一个新的目录。")
    except CopyDamaged as error:
        fail(f"没有恢复：这份备份核验不通过：{error.wrong.where}：{error.wrong.what}。请换一份备份，这一份留存。")
    except OlderLog:
        fail(f"{log} 比备份还旧，看不出缺了什么。请换一份更新的。")
    except NotThisLog:
        fail(f"没有恢复：{log} 与这份备份不是同一本台账，或者文件坏了。请两样都留存，请镇纪委到场核对。")
    except OSError as error:
        fail(f"没有恢复，{error.filename or data} 读不了或写不了：{error.strerror}。请换一个地方再试。")
