"""What a measurement answers, and how it is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Column, Table

VERDICTS = {None: "", True: "met: ", False: "[bold]missed[/bold]: "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing that was measured, in `unit`, beside the floors of the same run.

    `measured` and `floors` are by name (`p50`, `durable commit`). `target` is for people; `is_met` None: there is none.
    """

    what: str
    unit: str
    measured: Mapping[str, float]
    floors: Mapping[str, float] = field(default_factory=dict)
    target: str = ""
    is_met: bool | None = None

    def as_json_object(self) -> dict[str, Any]:
        """Everything, for a file."""
        return {
            "what": self.what,
            "unit": self.unit,
            "measured": dict(self.measured),
            "floors": dict(self.floors),
            "target": self.target,
            "is_met": self.is_met,
        }


def spread(took: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile; of fewer than a hundred samples the latter is about the largest."""
    if len(took) == 1:
        return {"p50": took[0], "p99": took[0]}
    cuts = quantiles(took, n=100, method="inclusive")
    return {"p50": cuts[49], "p99": cuts[98]}


def show(figures: Iterable[Figure], console: Console) -> None:
    """Print the figures as a table."""
    heads = (Column(head, no_wrap=True) for head in ("what", "measured", "floor, same run", "target"))
    table = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)
    for figure in figures:
        measured = f"{', '.join(_named(figure.measured))} {figure.unit}"
        floors = "\n".join(f"{floor} {figure.unit}" for floor in _named(figure.floors))
        table.add_row(figure.what, measured, floors, VERDICTS[figure.is_met] + figure.target)
    console.print(table)


def _named(values: Mapping[str, float]) -> list[str]:
    return [f"{name} {_short(value)}" for name, value in values.items()]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
