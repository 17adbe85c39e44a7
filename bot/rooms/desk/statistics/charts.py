"""A report as pictures: PNGs for Slack. Titles and labels are handed in; nothing is drawn without figures.

Importing this module imports matplotlib, so whoever draws imports it when there is something to draw.
"""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.rooms.desk.statistics.report import Report

INK, LEAF, SAND, RUST = "#22333b", "#4c9a6a", "#c9b79c", "#bc4b51"
SIZE = (8.0, 3.6)  # inches
DPI = 150
TICKS = 14  # weeks named below a chart
PERCENT = 100
BEST = 5  # of CSAT

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture."""

    name: str
    title: str
    png: bytes


@dataclass(frozen=True, slots=True)
class _Line:
    """Values by week; the dashed line is the slow end of the one with the same colour."""

    label: str
    values: Values
    colour: str
    dashed: bool = False


def charts(report: Report, titles: Mapping[str, str]) -> list[Chart]:
    """Volume, times, shares and CSAT by week. `titles` are those of templates/desk/charts.yaml."""
    if not report.by_week:
        return []
    weeks = list(report.by_week)
    rows = list(report.by_week.values())

    def line(name: str, values: Values, colour: str, *, dashed: bool = False) -> _Line:
        return _Line(titles[name], values, colour, dashed)

    pictures = {
        "volume": _bars(
            weeks,
            [
                line("answered", [r.answered for r in rows], LEAF),
                line("opened", [r.opened for r in rows], INK),
            ],
        ),
        "times": _lines(
            weeks,
            [
                line("first_reply_median", [r.first_reply_median for r in rows], LEAF),
                line("first_reply_p90", [r.first_reply_p90 for r in rows], LEAF, dashed=True),
                line("resolution_median", [r.resolution_median for r in rows], INK),
                line("resolution_p90", [r.resolution_p90 for r in rows], INK, dashed=True),
            ],
        ),
        "quality": _lines(
            weeks,
            [
                line("deflection", [_percent(r.deflection) for r in rows], LEAF),
                line("breach_rate", [_percent(r.breach_rate) for r in rows], RUST),
            ],
            top=PERCENT,
        ),
        "csat": _lines(weeks, [line("csat_mean", [r.csat for r in rows], INK)], bottom=1, top=BEST),
    }
    return [Chart(name, titles[name], _png(drawn, titles[name])) for name, drawn in pictures.items()]


def _bars(weeks: Sequence[date], lines: Sequence[_Line]) -> Figure:
    figure, axes = _canvas(weeks)
    width = 0.8 / len(lines)
    for number, line in enumerate(lines):
        places = [week + (number - (len(lines) - 1) / 2) * width for week in range(len(weeks))]
        axes.bar(places, _gaps(line.values), width, label=line.label, color=line.colour)
    return figure


def _lines(
    weeks: Sequence[date], lines: Sequence[_Line], *, bottom: float = 0, top: float | None = None
) -> Figure:
    figure, axes = _canvas(weeks)
    for line in lines:
        axes.plot(
            range(len(weeks)),
            _gaps(line.values),
            marker="o",
            markersize=4,
            linestyle="--" if line.dashed else "-",
            label=line.label,
            color=line.colour,
            clip_on=False,
        )
    axes.set_ylim(bottom=bottom, top=top)
    return figure


def _percent(share: float | None) -> float | None:
    return None if share is None else PERCENT * share


def _gaps(values: Values) -> list[float]:
    """A week without figures is a gap, not a zero."""
    return [float("nan") if value is None else value for value in values]


def _canvas(weeks: Sequence[date]) -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=SAND, linewidth=0.5)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.set_xlim(-0.5, len(weeks) - 0.5)
    named = range(len(weeks) - 1, -1, -math.ceil(len(weeks) / TICKS))
    axes.set_xticks(list(named), [f"{weeks[week].day} {weeks[week]:%b}" for week in named])
    return figure, axes


def _png(figure: Figure, title: str) -> bytes:
    [axes] = figure.axes
    figure.suptitle(title, x=0.01, ha="left", color=INK, fontweight="bold")
    if len(axes.get_legend_handles_labels()[0]) > 1:
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=4, fontsize="small")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
