"""The curves: figures with their legends, in groups."""

from __future__ import annotations

from tfgan_zoo.health.signals import signal
from tfgan_zoo.training.report import charts, classes, plot, text
from tfgan_zoo.training.report.charts import Chart
from tfgan_zoo.training.report.frame import Frame
from tfgan_zoo.training.report.limits import limits
from tfgan_zoo.training.report.plot import Line
from tfgan_zoo.training.report.series import Series


def grouped(series: Series, frame: Frame) -> str:
    """Returns all curves, in a frame that all of them share."""
    charts_by_group = charts.groups(series)
    figures = {
        group: [chart_figure(chart, series, frame) for chart in of_group]
        for group, of_group in charts_by_group.items()
    }
    if classes.rows(series):
        figures[charts.CLASSES].insert(0, classes.figure(series, frame))
    charts_html = "".join(
        f'<h3>{group}</h3><div class="charts">{"".join(of_group)}</div>'
        for group, of_group in figures.items()
        if of_group
    )
    left_out = len(charts.unknown(series)) - charts.MOST_UNKNOWN
    if left_out > 0:
        charts_html += (
            f'<p class="quiet">{text.counted(left_out, "further value")} of '
            "the log not drawn.</p>"
        )
    return charts_html


def chart_figure(
    chart: Chart, series: Series, frame: Frame, *, explains: bool = True
) -> str:
    """Returns the figure of a chart, of which there are values.

    Args:
        chart: what to draw.
        series: its values.
        frame: of the plot.
        explains: whether it says what the values are.
    """
    lines = [
        Line(title, series.finite(low), charts.hue(low, 0), series.finite(high))
        for title, low, high in chart.bands
    ]
    lines += [
        Line(charts.title(name), series.points(name), charts.hue(name, place))
        for place, name in enumerate(chart.names)
    ]
    # Bands are of logits, which may be negative.
    is_log = not chart.bands and all(
        signal(name).is_log for name in chart.names
    )
    first = (*chart.names, *(band[0] for band in chart.bands))[0]
    title = text.escaped(chart.title or charts.title(first))
    values = [value for line in lines for value in line.values()]
    axis = limits(values, is_log=is_log, is_share=chart.is_share)
    if axis.is_log:
        title += " <small>log</small>"
    charts_html = plot.html(lines, frame, axis)
    if len(lines) == 1:
        # Its name is the title.
        title += _last(lines[0])
        legend = ""
    else:
        legend = f'<ul class="legend">{"".join(map(_legend, lines))}</ul>'
    return (
        f'<figure class="chart"><figcaption><h4>{title}</h4>{legend}'
        f"</figcaption>{charts_html}"
        f"{_explained(chart) if explains else ''}</figure>"
    )


def _legend(line: Line) -> str:
    if line.upper:
        return (
            f'<li class="c{line.hue}"><i class="band"></i>'
            f"<span>{text.escaped(line.title)}, 5th to 95th percentile"
            "</span></li>"
        )
    return (
        f'<li class="c{line.hue}"><i></i><span>{text.escaped(line.title)}'
        f"</span>{_last(line)}</li>"
    )


def _last(line: Line) -> str:
    last = plot.last_of(line.points)
    return f' <output data-last="{last}">{last}</output>'


def _explained(chart: Chart) -> str:
    rows = [
        f"<dt>{text.escaped(charts.title(name))}</dt>"
        f"<dd>{text.escaped(charts.describe(name))}</dd>"
        for name in chart.names
        if charts.describe(name)
    ]
    if not rows:
        return ""
    return (
        "<details><summary>What it says</summary>"
        f"<dl>{''.join(rows)}</dl></details>"
    )
