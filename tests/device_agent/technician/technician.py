"""A technician at a real terminal, in front of an emulated cabinet whose doors bear labels."""

import base64
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pexpect

from firmware_protocol.emulators.line import EmulatedLine
from firmware_protocol.notes import Signer
from tests.device_agent.hall import SERVER_SIGNER
from tests.fixtures.patience import PATIENCE_S

KEY = b"a" * 32
AGENT_KEY = Signer("gongguan.test/agent/hall-1", KEY).verifier
CONFIGURATION = """
[agent]
id = "hall-1"
data = "agent-data"
bundle = "hall-1.bundle.json"
[kiosk]
port = 0
"""

Reaction = str | Callable[[], str]


def bundle_in(folder: Path) -> Path:
    """The bundle of `hall-1`, as `add-agent` writes it."""
    path = folder / "hall-1.bundle.json"
    fields = {
        "agent": "hall-1",
        "epoch": 1,
        "private_key": base64.b64encode(KEY).decode(),
        "origin": "gongguan.test",
        "permit_vkey": SERVER_SIGNER.verifier.vkey,
        "log_vkey": Signer("gongguan.test/log", b"l" * 32).verifier.vkey,
        "server_url": "http://127.0.0.1:9/",
        "broker": {"host": "127.0.0.1", "port": 9, "username": "hall-1", "password": "secret"},
    }
    path.write_text(json.dumps(fields))
    path.chmod(0o600)
    return path


class Technician:
    """Types answers to the questions as they come: each pattern in `habits` with what this person does about it."""

    def __init__(self, folder: Path, line: EmulatedLine, labels: Mapping[tuple[int, int], int], port: str) -> None:
        """`labels`: the number on the door that each lock of the line really holds."""
        bundle_in(folder)
        self.config = folder / "hall-1.toml"
        if not self.config.exists():
            self.config.write_text(CONFIGURATION)
        self._line, self._labels = line, labels
        self.seen = ""
        self.habits: dict[str, Reaction] = {
            "技术员姓名": "钱工",
            "上次没有做完": "",
            "柜号": "CAB-01",
            "也可以自己写：/dev/": port,
            "几块锁控板": "",
            "是哪一种": "",
            "写这个柜子的板的地址": "",
            "接了几把锁": "",
            "反馈线（锁旁边": "",
            "通电多少毫秒": "",
            "通电才开的锁吗": "y",
            "都关好了吗": "y",
            "通电开锁一次吗": "y",
            "几号格口": self._read_label,
            "的门推上": self._push_shut,
            "验收不能结束": "q",
            "写入配置文件吗": "y",
        }

    def commission(self) -> int:
        """Run the command to its end; its exit code."""
        command = ["-m", "device_agent", "commission", "--config", str(self.config)]
        child = pexpect.spawn(sys.executable, command, encoding="utf-8", timeout=PATIENCE_S, dimensions=(40, 80))
        try:
            patterns = [*self.habits, pexpect.EOF]
            while (at := child.expect(patterns)) < len(self.habits):
                self.seen += child.before + str(child.after)
                reaction = self.habits[patterns[at]]
                typed = reaction if isinstance(reaction, str) else reaction()
                if patterns[at] != "的门推上":
                    child.expect("> ")
                    self.seen += child.before
                    child.sendline(typed)
            self.seen += child.before
        finally:
            child.close(force=True)
        return int(child.exitstatus)

    def words(self) -> str:
        """What stood on the screen, without what moved it."""
        return re.sub(r"\x1b\[K|\r", "", self.seen)

    def _read_label(self) -> str:
        open_doors = [
            self._labels[address, channel]
            for address, doors in self._line.doors().items()
            for channel, door in doors.items()
            if door.is_open
        ]
        return str(open_doors[0]) if open_doors else "0"

    def _push_shut(self) -> str:
        for address, channel in self._labels:
            self._line.close(address, channel)
        return ""
