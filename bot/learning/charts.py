"""A report as pictures: PNGs for Slack. Titles and labels are handed in; nothing is drawn without figures.

Importing this module imports matplotlib, so whoever draws imports it when there is something to draw.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.learning.statistics import Report

INK, LEAF, SAND, RUST = "#22333b", "#4c9a6a", "#c9b79c", "#bc4b51"
SIZE = (8.0, 3.6)  # inches
DPI = 150


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture."""

    name: str
    title: str
    png: bytes


def charts(report: Report, titles: Mapping[str, str]) -> list[Chart]:
    """Volume, times, and quality by week. `titles` are those of templates/agents/charts.yaml."""
    if not report.by_week:
        return []
    weeks = [f"{monday:%d %b}" for monday in report.by_week]
    rows = list(report.by_week.values())
    return [
        _bars(
            "volume",
            titles,
            weeks,
            {titles["answered"]: [r.answered for r in rows], titles["opened"]: [r.opened for r in rows]},
        ),
        _lines(
            "times",
            titles,
            weeks,
            {
                titles["first_reply_median"]: [r.first_reply_median for r in rows],
                titles["first_reply_p90"]: [r.first_reply_p90 for r in rows],
                titles["resolution_median"]: [r.resolution_median for r in rows],
            },
        ),
        _lines(
            "quality",
            titles,
            weeks,
            {
                titles["deflection"]: [None if r.deflection is None else 100 * r.deflection for r in rows],
                titles["breach_rate"]: [None if r.breach_rate is None else 100 * r.breach_rate for r in rows],
                titles["csat"]: [None if r.csat is None else 20 * r.csat for r in rows],
            },
        ),
    ]


def _bars(
    name: str, titles: Mapping[str, str], weeks: Sequence[str], series: Mapping[str, Sequence[int]]
) -> Chart:
    figure, axes = _canvas(titles[name])
    width = 0.8 / len(series)
    for number, (label, values) in enumerate(series.items()):
        places = [x + number * width for x in range(len(weeks))]
        axes.bar(places, values, width, label=label, color=(LEAF, INK)[number])
    axes.set_xticks([x + width / 2 for x in range(len(weeks))], weeks)
    axes.legend(frameon=False)
    return Chart(name, titles[name], _png(figure))


def _lines(
    name: str, titles: Mapping[str, str], weeks: Sequence[str], series: Mapping[str, Sequence[float | None]]
) -> Chart:
    figure, axes = _canvas(titles[name])
    for (label, values), colour in zip(series.items(), (LEAF, RUST, INK), strict=True):
        axes.plot(range(len(weeks)), [_gap(v) for v in values], marker="o", label=label, color=colour)
    axes.set_xticks(range(len(weeks)), weeks)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    return Chart(name, titles[name], _png(figure))


def _gap(value: float | None) -> float:
    return float("nan") if value is None else value


def _canvas(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", color=INK, fontweight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=SAND, linewidth=0.5)
    axes.tick_params(axis="x", rotation=45)
    return figure, axes


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
