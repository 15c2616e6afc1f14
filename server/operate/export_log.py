"""`export-log`: the published log, the keys it is checked with and the program that checks it, in a folder of its own.

What lies there afterwards needs neither this program nor this computer: the files of `DATA/log` as C2SP tlog-tiles has
them, `keys.txt`, `types.txt`, the rule about witnesses where there is one, `verify_log.py` and a page that says how to
use it.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from firmware_protocol.event_types import EVENT_TYPES
from firmware_protocol.log_policy import Policy
from server.certificates.folder import CertificateFolder
from server.operate import verify_log
from server.operate.copy_log import Progress, copy_log
from server.store.folder import DataFolder
from server.store.keys import Keys
from server.store.log_files import CHECKPOINT, LogFiles, Published
from server.store.log_rows import read_head
from server.store.sm3_log import SM3_CHECKPOINT
from server.township import now, opened
from server.usecases.export_log import ExportLog, export_log
from server.witnesses import POLICY_FILE, ask_once, policy_in, to_be_asked

PROGRAM = "verify_log.py"
LINE_END = "\r\n"
"""Windows' own editor and command line read these texts."""


class FolderTaken(Exception):
    """There is something in the folder already; mixing two exports would make neither of them checkable."""


def export_to(data: Path, target: Path, progress: Progress = lambda _done, _all: None) -> Published:
    """Record that the log is exported, publish that, and write all of it to `target`, a new or empty folder.

    The witnesses are asked to cosign what leaves; one that does not answer in time is missing there. Durable is only
    the entry; a broken-off copy is made again. Raises `FolderTaken`, `NotFounded`, `LogForked` and `MalformedPolicy`.
    """
    policy = policy_in(data)
    if target.exists() and any(target.iterdir()):
        raise FolderTaken(target)
    with opened(data, is_guest=True) as township:
        with township.database.reading() as reader:
            size = read_head(reader).frontier.size
        township.writer.run_now(export_log, ExportLog(size))
    _have_cosigned(data, policy)
    keys = DataFolder(data).keys()
    files = LogFiles(DataFolder(data).log, keys.log.verifier, keys.former_logs)
    second = _second_head(files)
    published = files.published()  # after it, so that it is never the shorter one
    if published is None:
        raise FileNotFoundError(files.folder / CHECKPOINT)
    copy_log(files, published, target, progress)
    _write_keys(data, target, keys, policy)
    if second is not None:
        (target / SM3_CHECKPOINT).parent.mkdir()
        (target / SM3_CHECKPOINT).write_bytes(second)
    _write_guide(target, keys, published, now())
    return published


def _have_cosigned(data: Path, policy: Policy) -> None:
    """The entry about the export moved the head: nobody can have cosigned it yet."""
    asked = to_be_asked(policy)
    if asked:
        with opened(data, is_guest=True) as township:
            ask_once(township.publisher, asked, CertificateFolder(DataFolder(data).tls).trust())


def _second_head(files: LogFiles) -> bytes | None:
    """The head of the second tree, where there is one; it is signed with a key of the log."""
    file = files.folder / SM3_CHECKPOINT
    return file.read_bytes() if file.is_file() else None


def _write_keys(data: Path, target: Path, keys: Keys, policy: Policy) -> None:
    """Whose signatures count: the server's two newest keys, and the witnesses with the rule about how many."""
    witnesses = (f"witness {each.cosigner.vkey}" for each in policy.witnesses.values())
    servers = (f"permit {keys.permit.verifier.vkey}", f"log {keys.log.verifier.vkey}")
    _write_lines(target / "keys.txt", (*servers, *witnesses))
    if policy.witnesses:
        shutil.copyfile(data / POLICY_FILE, target / POLICY_FILE)


def _write_guide(target: Path, keys: Keys, published: Published, at: datetime) -> None:
    shutil.copyfile(verify_log.__file__, target / PROGRAM)
    _write_lines(target / "types.txt", (f"{each.name} {each.title}" for each in EVENT_TYPES.values()))
    _write_lines(target / "verify.bat", ('@py -3 "%~dp0verify_log.py" %*', "@pause"))
    _write_lines(target / "说明.txt", _guide(keys, published, at))


def _guide(keys: Keys, published: Published, at: datetime) -> Iterator[str]:
    yield f"共管台账  {keys.log.verifier.name}"
    yield f"导出时间  {at:%Y-%m-%d %H:%M}，共 {published.size} 条"
    yield f"公钥指纹  {keys.log.verifier.fingerprint}"
    yield ""
    yield "怎样核验（任何一台装了 Python 的电脑，不用联网，不用装别的东西）："
    yield "  Windows：双击 verify.bat。其他系统：python3 verify_log.py"
    yield "  拿从前留存的检查点来比：verify_log.py --earlier 检查点文件"
    yield "  核对单据上的凭证：verify_log.py --receipt 二维码里的文字"
    yield "  列出一天的记录：verify_log.py --day 2026-11-03"
    yield "先把上面的公钥指纹与镇纪委留存的、单据上印的核对：指纹不同，就不是同一本台账。"
    yield ""
    yield "checkpoint 是签过名的树头，请另存一份：以后谁改了旧记录，拿它一比就知道。"
    yield "tile 里是每条记录的原样字节（tile/entries）和日志树。姓名、事由等不在这里，只有它们的散列。"


def _write_lines(path: Path, lines: "Iterator[str] | tuple[str, ...]") -> None:
    with path.open("w", encoding="utf-8", newline=LINE_END) as file:
        file.writelines(f"{line}\n" for line in lines)
