"""`report.html`: a run on one page that needs no other file."""

from __future__ import annotations

import base64
import dataclasses
import html
from pathlib import Path
from typing import Any

from tfgan_zoo import files
from tfgan_zoo.training.run_folder import RunFolder

_CURVES = {
    "discriminator_loss": ("Discriminator loss", "#c2410c"),
    "generator_loss": ("Generator loss", "#1d4ed8"),
    "images_per_second": ("Images per second", "#15803d"),
    "frechet_distance": ("Frechet distance", "#7e22ce"),
    "precision": ("Precision", "#0e7490"),
    "recall": ("Recall", "#be185d"),
    "coverage": ("Coverage", "#4d7c0f"),
}
_WIDTH, _HEIGHT, _MARGIN = 320, 120, 8

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 1rem auto;
  max-width: 60rem; padding: 0 1rem; }}
.side {{ display: grid; gap: 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); }}
figure {{ margin: 0; }}
img {{ image-rendering: pixelated; width: 100%; }}
svg {{ width: 100%; background: #8881; }}
td, th {{ padding: .1rem 1rem .1rem 0; text-align: left;
  overflow-wrap: anywhere; }}
</style>
<h1>{title}</h1>
<p>{summary}</p>
<h2>Samples</h2>
<div class="side">{samples}</div>
<h2>Curves</h2>
<div class="side">{curves}</div>
<h2>Settings</h2>
<table>{settings}</table>
</html>
"""


def write(folder: RunFolder) -> Path:
    """Writes report.html from what the run folder holds.

    It shows the first and the newest grid of samples, the curves of
    metrics.jsonl and the settings.

    Returns:
        Its path.
    """
    config = folder.read_config()
    records = folder.read_metrics()
    step = records[-1]["step"] if records else 0
    grids = sorted(folder.samples.glob("step_*.png"), key=_step)
    page = _PAGE.format(
        title=html.escape(f"{config.model} on {Path(config.dataset).name}"),
        summary=f"Step {step} of {config.steps}.",
        samples="".join(map(_figure, dict.fromkeys([*grids[:1], *grids[-1:]]))),
        curves="".join(_curve(records, name) for name in _CURVES),
        settings="".join(
            f"<tr><th>{name}</th><td>{html.escape(str(value))}</td></tr>"
            for name, value in dataclasses.asdict(config).items()
        ),
    )
    files.write_text(folder.report, page)
    return folder.report


def _step(grid: Path) -> int:
    return int(grid.stem.removeprefix("step_"))


def _figure(grid: Path) -> str:
    content = base64.b64encode(grid.read_bytes()).decode()
    step = _step(grid)
    return (
        f'<figure><img src="data:image/png;base64,{content}" '
        f'alt="Grid of samples at step {step}">'
        f"<figcaption>Step {step}</figcaption></figure>"
    )


def _curve(records: list[dict[str, Any]], name: str) -> str:
    label, colour = _CURVES[name]
    records = [one for one in records if one.get(name) is not None]
    values = [record[name] for record in records]
    if not values:
        return ""
    low, high = min(values), max(values)
    points = " ".join(
        f"{x:.1f},{y:.1f}" for x, y in _points(records, values, low, high)
    )
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{label} over the steps">'
        f'<polyline points="{points}" fill="none" stroke="{colour}" '
        'stroke-width="1.5"/></svg>'
        f"<figcaption>{label}: {low:.4g} to {high:.4g}, "
        f"last {values[-1]:.4g}</figcaption></figure>"
    )


def _points(
    records: list[dict[str, Any]], values: list[float], low: float, high: float
) -> list[tuple[float, float]]:
    last_step = records[-1]["step"]
    span = (high - low) or 1.0
    return [
        (
            _MARGIN + (_WIDTH - 2 * _MARGIN) * record["step"] / last_step,
            _MARGIN + (_HEIGHT - 2 * _MARGIN) * (high - value) / span,
        )
        for record, value in zip(records, values)
    ]
