"""What an agent counted on its serial lines in the last hour: the figures, and a sentence where there are too many."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.web.language import N_
from server.web.views.reading import Reading


@dataclass(frozen=True, slots=True)
class Threshold:
    """So often an hour, and people should be told, in this sentence."""

    per_hour_min: int
    sentence: str


THRESHOLDS: Mapping[str, Threshold] = {
    "disbelieved": Threshold(1, N_("%(place)s 1 小时内收到 %(n)s 条冒充的报文：有人动过这条线，请马上去看")),
    "timeouts": Threshold(10, N_("%(place)s 1 小时内有 %(n)s 次没有回答：请检查接线")),
    "bad_checks": Threshold(5, N_("%(place)s 1 小时内有 %(n)s 条报文校验不对：请检查接线和接地")),
    "reconnects": Threshold(2, N_("%(place)s 1 小时内断开过 %(n)s 次：请检查 USB 线和插口")),
}
"""The words are those of the agent's `Count`; what has no line here troubles nobody. The first stands first."""


def line_troubles(lines: Mapping[str, Mapping[str, int]], reading: Reading) -> tuple[str, ...]:
    """A sentence for each line and board (`left:1`) on which something happens too often."""
    return tuple(
        reading.say(threshold.sentence) % {"place": _place(name, reading), "n": counts[word]}
        for word, threshold in THRESHOLDS.items()
        for name, counts in sorted(lines.items())
        if counts.get(word, 0) >= threshold.per_hour_min
    )


COUNTED: Mapping[str, str] = {
    "frames": N_("报文"),
    "bad_checks": N_("校验不对"),
    "skipped_octets": N_("不成报文的字节"),
    "timeouts": N_("没有回答"),
    "retries": N_("重问"),
    "reconnects": N_("断开"),
    "unlocks": N_("开锁"),
    "disbelieved": N_("冒充"),
}
"""Every word of the agent's `Count`, as people read it."""


def line_figures(lines: Mapping[str, Mapping[str, int]], reading: Reading) -> tuple[str, ...]:
    """A line for each line and board on which anything happened: its name and its figures, those of 0 left out."""
    return tuple(
        f"{_place(name, reading)}{reading.say('：')}{_figures(counts, reading)}"
        for name, counts in sorted(lines.items())
        if any(counts.values())
    )


def _figures(counts: Mapping[str, int], reading: Reading) -> str:
    said = (f"{reading.say(title)} {counts[word]}" for word, title in COUNTED.items() if counts.get(word))
    return reading.say("，").join(said)


def _place(name: str, reading: Reading) -> str:
    line, _, address = name.partition(":")
    if address:
        return reading.say("线路 %(line)s 的 %(address)s 号板") % {"line": line, "address": address}
    return reading.say("线路 %(line)s") % {"line": line}
