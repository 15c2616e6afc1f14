"""What a check of a cabinet in the field finds: one line each, good or bad, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from device_agent.commissioning.columns import aligned


class Verdict(StrEnum):
    """How one thing is, as it stands in the table."""

    GOOD = "正常"
    DOUBTFUL = "注意"
    """Works; somebody should look at it."""
    BAD = "不行"


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at: what it is, how it is, what was seen, and what to do unless it is good."""

    what: str
    verdict: Verdict
    seen: str
    advice: str = ""


def good(what: str, seen: str) -> Checked:
    """It is as it should be."""
    return Checked(what, Verdict.GOOD, seen)


def doubtful(what: str, seen: str, advice: str) -> Checked:
    """It works."""
    return Checked(what, Verdict.DOUBTFUL, seen, advice)


def bad(what: str, seen: str, advice: str) -> Checked:
    """It does not work."""
    return Checked(what, Verdict.BAD, seen, advice)


def table_of(checked: Sequence[Checked]) -> str:
    """Everything in a table, then what to do, worst first."""
    rows = aligned([("结论", "什么", "看到"), *((each.verdict, each.what, each.seen) for each in checked)])
    order = [Verdict.BAD, Verdict.DOUBTFUL]
    advised = sorted((each for each in checked if each.advice), key=lambda each: order.index(each.verdict))
    advice = [f"{n}. {each.what}：{each.advice}" for n, each in enumerate(advised, start=1)]
    return "\n".join([*rows, "", *(advice or ["都正常，不用做什么。"])])


def exit_code(checked: Sequence[Checked]) -> int:
    """0 if nothing is bad, else 1."""
    return int(any(each.verdict is Verdict.BAD for each in checked))
