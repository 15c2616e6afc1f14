"""The commands that copy a township's data away and bring it back."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

DATA = Path("gongguan-data")
console = Console(soft_wrap=True, markup=False, emoji=False)
complaints = Console(stderr=True, soft_wrap=True, markup=False, emoji=False)


def backup_command(
    target: Annotated[Path, typer.Argument(help="备份到哪个文件夹，要新的或空的；最好在另一块磁盘上。")],
    data: Annotated[Path, typer.Option("--data", help="数据目录。")] = DATA,
) -> None:
    """备份数据目录，服务不用停，核验通过才算备份好。"""
    from sqlite3 import Error as DatabaseTrouble

    from sqlalchemy.exc import DBAPIError

    from server.operate.backup import CopyDamaged, TargetInside, TargetTaken
    from server.operate.show_backup import run_backup

    try:
        is_whole = run_backup(data, target, console)
    except TargetTaken:
        _fail(f"{target} 里已经有东西。旧备份不会被覆盖，请换一个新的文件夹。")
    except TargetInside:
        _fail(f"{target} 在数据目录里面，磁盘坏了会一起丢。请放到数据目录外面，最好在另一块磁盘上。")
    except CopyDamaged as error:
        where, what = error.wrong.where, error.wrong.what
        _fail(f"没有备份成：核验不通过：{where}：{what}。请用 python -m server verify 核验原来的数据，旧备份先不要删。")
    except OSError as error:
        _fail(f"没有备份成，{error.filename or target} 读不了或写不了：{error.strerror}。请换一个地方再试。")
    except (DatabaseTrouble, DBAPIError) as error:
        _fail(f"没有备份成：数据库读不了：{error}。请用 python -m server verify 核验原来的数据，旧备份先不要删。")
    if not is_whole:
        raise typer.Exit(1)


def _fail(sentence: str) -> NoReturn:
    complaints.print(sentence)
    raise typer.Exit(1)
