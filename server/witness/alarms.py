"""What a witness cries out about, in plain words, and what it says when all is well. Pure.

An alarm begins once and ends when its cause does; evidence of two histories never ends by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from firmware_protocol.times import CHINA

SILENT_AFTER = timedelta(minutes=5)
AHEAD_MAX = timedelta(minutes=10)
"""So far the log's own time may be ahead of this machine's clock."""

SENTENCES: Mapping[str, str] = {
    "forked": "台账出现了两种历史：服务器现在给出的，和以前给出的不是同一本。可能有人改过记录。"
    "请保存好见证程序的数据目录，立即报告镇纪委负责人，不要先通知服务器的管理员。",
    "shrunk": "台账变短了：服务器给出的条数比以前见证过的少。可能放回了旧的备份，也可能有人删过记录。"
    "请保存好见证程序的数据目录，并报告镇纪委负责人。",
    "unproven": "收到一份接不上的检查点，没有见证。可能是传错了，也可能是另一本台账。"
    "请看有没有别的警报，并报告镇纪委负责人。",
    "damaged": "台账的文件和它的检查点对不上，没有收进镜像。可能是网络或磁盘坏了，也可能有人改过文件。"
    "请让服务器的管理员用 verify 核验，并把结果告诉镇纪委。",
    "ahead": "台账自己说的时间，比这台电脑快了十分钟以上：有一边的时钟不对。请先看这台电脑的时间；"
    "不对的是服务器，就打电话问服务器的管理员，并报告镇纪委负责人。",
    "unkept": "这台电脑的硬盘存不下看到的台账，可能满了，也可能坏了；存得下以前不再见证。"
    "请腾出空间；还不行就换硬盘，并报告镇纪委负责人。",
    "silent": "台账没有动静：服务器已经 {minutes} 分钟没有更新检查点。请打电话问服务器的管理员；联系不上，就到现场看。",
}
"""One for each kind: what is seen, what it may mean, what to do."""
NEW_KEY = (
    "台账换了密钥，旧密钥签字交给了新的，见证程序已经换上。新公钥指纹 {fingerprint}。"
    "请与三资办的书面通知核对；没有收到通知，就报告镇纪委负责人。"
)
LASTING = frozenset({"forked", "shrunk"})


@dataclass(frozen=True, slots=True)
class Watchfulness:
    """Since when which alarm stands, and when the log last gave a sign of life (None: not yet, since `begun_at`).

    `log_at` is the newest time that the log itself vouched for its head, of `size` entries. That either moves on is the
    sign of life, by this machine's own clock: the server's may be wrong by hours. Where it is ahead, that is said. The
    same head with an older time, or with none after others had one, may be a copy that somebody kept.
    """

    begun_at: datetime
    alive_at: datetime | None = None
    log_at: datetime | None = None
    alarms: Mapping[str, datetime] = field(default_factory=dict)
    silent_after: timedelta = SILENT_AFTER
    size: int = 0

    def saw(self, size: int, log_at: datetime | None, now: datetime) -> "Watchfulness":
        """A head of so many entries was fetched and held; the log itself says that it was its newest at `log_at`."""
        kept = {kind: since for kind, since in self.alarms.items() if kind in LASTING or kind == "unproven"}
        if log_at is not None and log_at - now > AHEAD_MAX:
            kept["ahead"] = self.alarms.get("ahead", now)
        moves_on = self.log_at is None or (log_at is not None and log_at > self.log_at)
        seen = replace(self, alarms=kept, log_at=log_at if moves_on else self.log_at, size=max(size, self.size))
        return (replace(seen, alive_at=now) if moves_on or size > self.size else seen).looked(now)

    def found(self, kind: str, now: datetime) -> "Watchfulness":
        """Something is wrong, and remains so until it is seen to be right."""
        return replace(self, alarms={kind: now, **self.alarms}).looked(now)

    def looked(self, now: datetime) -> "Watchfulness":
        """Time has passed: is the log silent by now?"""
        alarms = {kind: since for kind, since in self.alarms.items() if kind != "silent"}
        if self.quiet_for(now) > self.silent_after:
            alarms["silent"] = self.alarms.get("silent", now)
        return replace(self, alarms=alarms)

    def quiet_for(self, now: datetime) -> timedelta:
        """How long there was no sign of life."""
        return now - (self.alive_at or self.begun_at)

    def sentences(self, now: datetime) -> tuple[str, ...]:
        """What stands now, the worst first."""
        minutes = self.quiet_for(now) // timedelta(minutes=1)
        return tuple(sentence.format(minutes=minutes) for kind, sentence in SENTENCES.items() if kind in self.alarms)


def begun(before: Watchfulness, after: Watchfulness) -> tuple[str, ...]:
    """The alarms that stand now and did not before."""
    return tuple(kind for kind in SENTENCES if kind in after.alarms and kind not in before.alarms)


def all_well(size: int, at: datetime) -> str:
    """What to say when nothing is wrong."""
    return f"一切正常：台账有 {size} 条，最近一次核对在 {at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}。"
