"""Charts as geometry: where each bar of a drawing lies, in percent of its width and in pixels.

`macros/charts.html` draws them as SVG; colours are classes of `charts.css`. What is counted is not
known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

TOP, FLOOR = 22, 182  # of the plot, in pixels
LEFT = 6.0  # percent, for the numbers of the scale
SHARE = 0.7  # of the room of a label that its bars take


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A lying bar with its label and number, which stand beside it as text. `share` is of the
    longest one, in percent."""

    label: str
    value: float
    share: float = 0
    kind: str = "primary"
    href: str = ""
    text: str = ""  # in place of the number
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A standing bar. `title` says what it shows, in words."""

    x: float
    width: float
    y: float
    height: float
    middle: float
    value: int
    series: int
    title: str


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Standing bars side by side; `scale` = [(y, number)], `labels` = [(middle, text, second
    line)]."""

    columns: Sequence[Column]
    scale: Sequence[tuple[float, int]]
    labels: Sequence[tuple[float, str, str]]
    series: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]  # the same as a table


def bars(some: Sequence[Bar]) -> list[Bar]:
    """The same, each with its share of the longest."""
    longest = max((each.value for each in some), default=0) or 1
    return [replace(each, share=round(100 * each.value / longest, 2)) for each in some]


def columns(
    labels: Sequence[tuple[str, str]], series: Sequence[tuple[str, Sequence[int]]]
) -> Columns:
    """One group of bars for each label (in two lines), one bar of it for each series."""
    names = [" ".join(label) for label in labels]
    top = scale_of(max((max(values, default=0) for _, values in series), default=0))
    room = (100 - LEFT) / max(len(labels), 1)
    middles = [LEFT + room * (i + 0.5) for i in range(len(labels))]
    return Columns(
        columns=[
            _column(middles[i], room * SHARE, n, len(series), values[i], top, f"{label}, {name}")
            for i, label in enumerate(names)
            for n, (name, values) in enumerate(series)
        ],
        scale=[(_y(top * k // 4, top), top * k // 4) for k in range(5)],
        labels=[(round(middle, 2), *label) for middle, label in zip(middles, labels, strict=True)],
        series=[name for name, _ in series],
        rows=[(label, [values[i] for _, values in series]) for i, label in enumerate(names)],
    )


def scale_of(highest: int) -> int:
    """Where the scale ends: a round number that four lines divide evenly, 4 at least."""
    ten = 1
    while 20 * ten < highest:
        ten *= 10
    return next(step * ten for step in (4, 8, 12, 20) if step * ten >= highest)


def _column(
    middle: float, width: float, n: int, of: int, value: int, top: int, title: str
) -> Column:
    each = width / of
    return Column(
        x=round(middle - width / 2 + n * each, 2),
        width=round(each * 0.92, 2),
        y=_y(value, top),
        height=round(FLOOR - _y(value, top), 1),
        middle=round(middle - width / 2 + (n + 0.46) * each, 2),
        value=value,
        series=n,
        title=f"{title}: {value}",
    )


def _y(value: int, top: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * value / top, 1)
