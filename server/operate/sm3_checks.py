"""Holding the head of the second tree, where one was published, against the published log."""

from collections.abc import Iterator

from firmware_protocol.notes import MalformedNote, UnverifiedNote
from server.ledger.forks import LogForked
from server.ledger.tree import Sm3Frontier
from server.operate.wrongs import Wrong
from server.store.log_files import LogFiles
from server.store.sm3_log import sm3_frontier, sm3_head

_WHERE = "公布的 SM3 检查点"


def sm3_problems(files: LogFiles | None) -> Iterator[Wrong]:
    """What is wrong with it; to be asked once the published files are known to be those of the log."""
    if files is None:
        return
    try:
        head = sm3_head(files)
        published = files.published()  # after it: whatever is let out meanwhile, the log's own head comes first
        if head is not None and published is not None:
            sm3_frontier(files, published.size, Sm3Frontier(), head)
    except (UnverifiedNote, MalformedNote):
        yield Wrong(_WHERE, "签名不对")
    except LogForked:
        yield Wrong(_WHERE, "它的大小或树根与台账算出来的不一致")
