"""How what was said on a line is shown to a technician: one row each, or one JSON object a row. Pure."""

import json
from dataclasses import dataclass
from datetime import datetime

from device_agent.line.wording import SPEAKERS
from firmware_protocol.boards import Side
from firmware_protocol.times import CHINA, write_time


@dataclass(frozen=True, slots=True)
class Row:
    """Something that was said, ready to be shown."""

    at: datetime
    side: Side | None
    meaning: str
    hex: str

    def as_text(self) -> str:
        """`13:22:05.123  柜机→板  问 1 号板各路的状态。  [80 01 00 33 B2]`."""
        time = f"{self.at.astimezone(CHINA):%H:%M:%S.%f}"[:-3]
        return f"{time}  {SPEAKERS[self.side]}  {self.meaning}  [{self.hex}]"

    def as_json(self) -> str:
        """The same as one JSON object; `side` is `host`, `board` or null."""
        fields = {"at": write_time(self.at), "side": self.side, "meaning": self.meaning, "hex": self.hex}
        return json.dumps(fields, ensure_ascii=False)
