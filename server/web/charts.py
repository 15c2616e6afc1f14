"""Pictures of figures as SVG, drawn by the server. Pure: numbers in, markup out; the table beside it says the same.

Colours and type come from the stylesheet by class; sizes are in the picture's own units. Every picture has a title and
a description for whoever does not see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 640
ROW, LABEL, FIGURE = 28, 168, 56
HEIGHT, FLOOR, CEILING = 200, 168, 32
ABOVE = 14
"""How far above the highest line its value is written, clear of the line and its dots."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length, and the figure written at its end."""

    label: str
    value: int
    figure: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name, the class that gives it its look, and a value for each place (None: a gap)."""

    name: str
    look: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Caption:
    """What the picture shows (`title`) and what one should see in it (`description`); `id` is unique on its page."""

    id: str
    title: str
    description: str


def bars(caption: Caption, rows: Sequence[Bar]) -> Markup:
    """Lying bars, one a row, in the given order."""
    longest = max((row.value for row in rows), default=0) or 1
    room = WIDTH - LABEL - FIGURE
    drawn = Markup("").join(_bar(row, n * ROW, room * row.value // longest) for n, row in enumerate(rows))
    return _picture(caption, max(ROW, len(rows) * ROW), drawn)


def columns(caption: Caption, rows: Sequence[Bar]) -> Markup:
    """Standing bars with their labels below: what happens at each hour."""
    highest, step = max((row.value for row in rows), default=0) or 1, WIDTH / max(1, len(rows))
    room = FLOOR - CEILING
    drawn = Markup("").join(_column(row, n * step, step, room * row.value // highest) for n, row in enumerate(rows))
    return _picture(caption, HEIGHT, drawn + _FLOOR_LINE)


def lines(caption: Caption, labels: Sequence[str], drawn: Sequence[Line]) -> Markup:
    """Lines over the same places, with the highest value written at the top left and a label at each end.

    Where every value is nought the lines lie on the floor, and nothing is written above them.
    """
    highest = max((value for line in drawn for value in line.values if value is not None), default=0)
    step = WIDTH / max(1, len(labels) - 1)
    paths = Markup("").join(_line(line, step, highest or 1) for line in drawn)
    ends = _text("chart-label", 0, HEIGHT - 8, labels[0]) if labels else Markup("")
    if len(labels) > 1:
        ends += _text("chart-label chart-end", WIDTH, HEIGHT - 8, labels[-1])
    above = _text("chart-label", 0, CEILING - ABOVE, str(highest)) if highest else Markup("")
    return _picture(caption, HEIGHT, paths + _FLOOR_LINE + ends + above)


_FLOOR_LINE = Markup('<line class="chart-floor" x1="0" y1="{}" x2="{}" y2="{}"/>').format(FLOOR, WIDTH, FLOOR)


def _picture(caption: Caption, height: int, inside: Markup) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-title {id}-text">'
        '<title id="{id}-title">{title}</title><desc id="{id}-text">{text}</desc>{inside}</svg>'
    ).format(width=WIDTH, height=height, id=caption.id, title=caption.title, text=caption.description, inside=inside)


def _bar(row: Bar, top: int, length: int) -> Markup:
    rect = Markup('<rect class="chart-bar" x="{}" y="{}" width="{}" height="16"/>').format(LABEL, top + 6, length)
    label = _text("chart-label", 0, top + 19, row.label)
    return label + rect + _text("chart-figure", LABEL + length + 8, top + 19, row.figure)


def _column(row: Bar, left: float, step: float, height: int) -> Markup:
    rect = Markup('<rect class="chart-bar" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>').format(
        left + step * 0.15, FLOOR - height, step * 0.7, height
    )
    middle = left + step / 2
    figure = _text("chart-figure chart-middle", middle, FLOOR - height - 4, row.figure) if row.value else Markup("")
    return rect + figure + _text("chart-label chart-middle", middle, HEIGHT - 12, row.label)


def _line(line: Line, step: float, highest: int) -> Markup:
    room = FLOOR - CEILING
    points = [(n * step, FLOOR - room * value / highest) for n, value in enumerate(line.values) if value is not None]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = Markup("").join(
        Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(line.look, x, y) for x, y in points
    )
    return Markup('<polyline class="chart-line {}" points="{}"/>').format(line.look, path) + dots


def _text(look: str, x: float, y: float, words: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(look, x, y, escape(words))
