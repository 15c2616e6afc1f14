"""What an agent gives away for support: what was said on its lines last and what was counted, signed with its key.

The document `gongguan-line-report/v1` has frames as they stood on the wire: a controller's secret is never on it. Times
are the agent's, and for each frame the monotonic milliseconds too, which no clock step bends. ::

    {"agent": "hall-1", "at": "…", "lines": [{"name": "left", "board": "bcc-8a",
      "counts": {"left": {"frames": 812}, "left:1": {"unlocks": 3}},
      "frames": [{"at": "…", "ms": 81273.4, "side": "host", "hex": "80 01 00 33 B2", "meaning": "问 1 号板 …。"}]}]}
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from device_agent.line.spoken import Spoken
from device_agent.line.wording import meaning, spaced_hex
from device_agent.serial_bus import SerialBus
from firmware_protocol.notes import Signer, write_document
from firmware_protocol.times import write_time

LINE_REPORT = "gongguan-line-report/v1"


def line_report(agent: str, buses: Sequence[SerialBus], at: datetime, now_ms: float, signer: Signer) -> bytes:
    """The signed note; `now_ms` is the monotonic clock at `at`."""
    lines = [_line(bus, at, now_ms) for bus in buses]
    return write_document(LINE_REPORT, {"agent": agent, "at": write_time(at), "lines": lines}, signer)


def metrics(buses: Sequence[SerialBus]) -> str:
    """What was counted since the start, in the text format of Prometheus."""
    lines = ["# TYPE gongguan_line_total counter"]
    for bus in buses:
        for place, counts in bus.counted().items():
            lines += [f'gongguan_line_total{{place="{place}",count="{word}"}} {n}' for word, n in counts.items()]
    return "\n".join(lines) + "\n"


def _line(bus: SerialBus, at: datetime, now_ms: float) -> dict[str, Any]:
    frames = [_frame(spoken, at, now_ms) for spoken in bus.spoken()]
    counts = {place: dict(counted) for place, counted in bus.counted().items()}
    return {"name": bus.name, "board": bus.family, "counts": counts, "frames": frames}


def _frame(spoken: Spoken, at: datetime, now_ms: float) -> dict[str, Any]:
    return {
        "at": write_time(at - timedelta(milliseconds=now_ms - spoken.at_ms)),
        "ms": round(spoken.at_ms, 1),
        "side": spoken.side.value,
        "hex": spaced_hex(spoken.piece.octets),
        "meaning": meaning(spoken.piece, is_believed=spoken.is_believed),
    }
