"""`restore`: tell a person what came back, what did not, and what to do before anybody works with it."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from server.operate.backup import Manifest
from server.operate.restore import LOST, Loss, read_manifest, restore
from server.operate.show_backup import shown_progress, watched

FORK = (
    "台账在缺口处会分叉：见过后面那些记录的柜机和见证不会再认这本台账，柜机只还不领。按顺序做：",
    "1. 先把磁盘上剩下的东西和见证的目录留存好，报告镇纪委：从备份恢复，缺了哪一段，要写成书面记录。",
    "2. 启动服务，等每台柜机连上来，把柜前的记录补齐（“共管柜”页上看）。",
    "3. 把缺的事重新做一遍：先挂失、停用、撤销、封存，再办别的。",
    "4. 每台柜机用 add-agent 再登记一次，换上新的凭据；镇纪委用 witness init 换一个名字新建见证。",
)

KEY_TITLES = {"permit": "签许可的密钥", "log": "签检查点的密钥"}
FOLLOWED = (
    "{keys}在备份以后换过，新的那一把没有了，恢复出来的是旧的。要是因为外泄才换的，别人手里也有：",
    "启动服务以前先再换一次：{commands}，加上 --overlap-days 0。再按上面的顺序做。",
)
GAP = (
    "服务器自己记的一条不少，台账接着原来的走，不会分叉。可以启动服务：柜机连上来，记录各回各的位置。",
    "补齐以前只收柜机的记录，别的事办不了。有柜机坏了、补不上来的，不加 --log 再恢复一次，按那里说的做。",
)


def run_restore(backup: Path, data: Path, newest_log: Path | None, console: Console) -> None:
    """Restore `backup` into `data` and say what follows from it. Raises what `restore` raises."""
    with shown_progress(console) as progress:
        loss = restore(backup, data, newest_log, lambda what: watched(progress, what))
    for line in (*_came_back(read_manifest(backup), data), *_lost(loss, newest_log, data)):
        console.print(line, soft_wrap=True)


def _came_back(manifest: Manifest, data: Path) -> Iterator[str]:
    at = manifest.made_at.replace("T", " ")
    if manifest.has_database:
        yield f"恢复到了 {data}：{at} 的备份，台账 {manifest.size} 条，逐条核验过。"
        return
    yield f"恢复到了 {data}：{at} 的密钥、附件和公布的台账。数据库在 PostgreSQL 里，请执行 pg_restore，再执行："
    yield f"python -m server verify --data {data}"


def _lost(loss: Loss | None, newest_log: Path | None, data: Path) -> Iterator[str]:
    if loss is None:
        yield "做备份以后的事，柜前的记录柜机会补上来；服务器自己记的（申请、审批、许可、挂失、停用）没有了。"
        yield "不知道缺多少。旧磁盘的 log 文件夹还读得出，或者见证有镜像的，先不要启动，换一个目录，加上 --log 重做。"
        yield from FORK
        yield "备份以后换过密钥的，恢复出来的是旧的：启动服务以前先用 rotate-key 再换一次，加上 --overlap-days 0。"
    elif not loss.lost and not loss.cabinets:
        yield f"与 {newest_log} 一条不差，台账没有缺，可以启动服务。"
    else:
        yield f"比 {newest_log} 少 {len(loss.lost) + loss.cabinets} 条。柜机的 {loss.cabinets} 条会补上来。"
        yield from GAP if loss.is_gap else (*_named(loss, data), *FORK, *_followed(loss))


def _followed(loss: Loss) -> Iterator[str]:
    words = {
        "keys": "、".join(KEY_TITLES[role] for role in loss.followed),
        "commands": "、".join(f"rotate-key {role}" for role in loss.followed),
    }
    yield from (line.format(**words) for line in FOLLOWED if loss.followed)


def _named(loss: Loss, data: Path) -> Iterator[str]:
    yield f"服务器自己记的没有了：{'，'.join(f'{title} {count}' for title, count in loss.server.items())}。"
    yield f"逐条列在 {data / LOST}：什么时候、什么事、关于谁；事由和材料不在台账里，请对照纸质单据、找当事人补。"
