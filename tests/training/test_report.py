"""The report: one page that holds all it shows."""

import dataclasses
import html
import json
import math
import re
import shlex

import numpy as np
import pytest

from tfgan_zoo import images
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data import DatasetSpec
from tfgan_zoo.data.content import Content
from tfgan_zoo.health.doctor import diagnose
from tfgan_zoo.health.finding import (
    LIKELY,
    SURE,
    Cure,
    Evidence,
    Facts,
    Finding,
)
from tfgan_zoo.health.problems import PROBLEMS
from tfgan_zoo.models.dcgan import RECIPE
from tfgan_zoo.settings import list_settings
from tfgan_zoo.training import report, resuming
from tfgan_zoo.training.data_identity import DataIdentity
from tfgan_zoo.training.records import Restore
from tfgan_zoo.training.report import grids, page, settings
from tfgan_zoo.training.report.page import Page
from tfgan_zoo.training.report.series import Series
from tfgan_zoo.training.run_folder import RunFolder

UPLOT_BYTES = 55_000


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "run")
    config = TrainConfig(steps=9, dataset="./<b>&cats").resolve(RECIPE)
    spec = DatasetSpec("cats", 28, 28, 1)
    identity = DataIdentity(spec, Content.from_text("these", 9))
    resuming.open_run(folder, config, identity, resume=True)
    return folder


def _record(step, loss):
    return {
        "step": step,
        "discriminator_loss": loss,
        "generator_loss": 1.0,
        "images_per_second": 64.0,
    }


def _finding(**changes):
    found = Finding(
        name="mode_collapse",
        title="Mode <collapse>",
        since=200,
        named=220,
        until=None,
        evidence=Evidence("Only <i>0.1</i> & less.", SURE),
        is_failure=True,
        signals=("drift",),
        paper="Someone 2018 (arXiv:1801.04406)",
        cures=(Cure("--penalty=r1", "It <helps>."), Cure("", "Begin again.")),
    )
    return dataclasses.replace(found, **changes)


def _grid(path, step, side=4):
    noise = np.random.default_rng(step).integers(0, 256, (side, side, 3))
    images.write_png(path / f"step_{step:06d}.png", noise.astype(np.uint8))


def _drawn(text, title):
    """Returns the figure with that title, on the whole page."""
    figures = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
    (found,) = [one for one in figures if f"<h4>{title}" in one]
    return found


def _plot(figure):
    (data,) = re.findall(r'data-plot="([^"]*)"', figure)
    return json.loads(html.unescape(data))


def _line(figure, hue=1):
    lines = _plot(figure)["lines"]
    (table,) = [line["table"] for line in lines if line["hue"] == hue]
    return table


def test_report_shows_grids_curves_and_settings_of_the_run(folder):
    for step, loss in ((3, 2.5), (6, 0.5)):
        folder.append_metrics(_record(step, loss))
        _grid(folder.samples, step)
    text = report.write(folder).read_text()
    # Six steps of 64 images, a second each.
    assert "Step 6 of 9</span><span>64 images a second</span>" in text
    assert "<span>6 s</span>" in text
    shown = re.findall(
        r'data-step="(\d)" decoding="sync" alt="[^"]*"(.*?)>', text
    )
    assert shown == [("3", " hidden"), ("6", "")]
    losses = _drawn(text, "Adversarial losses")
    assert "Discriminator loss: from 0.5 to 2.5, last 0.5" in losses
    assert _line(losses, hue=2) == [[3, 6], [2.5, 0.5]]
    assert _line(losses, hue=1) == [[3, 6], [1.0, 1.0]]
    # 5 % are left free below and above.
    assert _plot(losses)["limits"] == pytest.approx([0.4, 2.6])
    assert "<th>beta_1</th><td>0.5</td>" in text
    assert "<th>data_dir</th><td>not set</td>" in text


def test_report_needs_no_other_file_and_escapes_names(folder):
    folder.append_metrics(_record(3, 1.0) | {'<b>"x': 1.0})
    _grid(folder.samples, 3)
    text = report.write(folder).read_text()
    assert "&lt;b&gt;&amp;cats" in text and "<b>&cats" not in text
    assert '<b>"x' not in text
    assert re.findall(r'(?:src|href)="(?!data:|#)', text) == []
    assert "url(" not in text and "@import" not in text
    assert "default-src &#x27;none&#x27;" in text


@pytest.mark.parametrize("lines", [None, "", '{"step": 3, "generat', "[]\n4\n"])
def test_report_of_a_run_with_next_to_nothing_is_written(folder, lines):
    if lines is not None:
        folder.metrics.write_text(lines)
    folder.samples.rmdir() if folder.samples.is_dir() else None
    text = report.write(folder).read_text()
    assert "Step 0 of 9" in text
    assert "There are no samples yet." in text
    assert "Nothing was logged yet." in text


def test_findings_are_bars_on_the_axis_and_cards():
    records = [{"step": s, "drift": s / 1000} for s in range(0, 1001, 100)]
    ended = _finding(
        title="Memory", until=600, evidence=Evidence("Knows.", LIKELY)
    )
    text = page.html(Page("T", ("Fact",), records, [_finding(), ended]))
    assert 'class="bar sure open" style="left:20.00%;width:80.00%"' in text
    assert 'class="bar likely" style="left:20.00%;width:40.00%"' in text
    assert "<small>sure, since step 200</small>" in text
    assert "<small>likely, steps 200 to 600, then ended</small>" in text
    assert "<span>Fact</span>" in text and "1 open finding<" in text
    cards = re.findall(r"<article.*?</article>", text, re.DOTALL)
    assert len(cards) == 2 and 'id="finding-1"' in cards[0]
    assert "Mode &lt;collapse&gt;" in cards[0]
    assert "Only &lt;i&gt;0.1&lt;/i&gt; &amp; less." in cards[0]
    assert "<code>--penalty=r1</code> It &lt;helps&gt;." in cards[0]
    assert cards[0].index("--penalty") < cards[0].index("Begin again.")
    assert "A failure:" in cards[0] and "A failure:" not in cards[1]
    assert 'href="https://arxiv.org/abs/1801.04406"' in cards[0]
    figures = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
    # Each card has its own, the curve has both.
    sure, likely = [200, 1000, True], [200, 600, False]
    assert [_plot(figure)["spans"] for figure in figures] == [
        [sure],
        [likely],
        [sure, likely],
    ]


def test_log_of_another_training_becomes_a_page(tmp_path):
    records = [
        {"step": 1200, "generator_loss": 1.0},
        {"step": 1400, "generator_loss": float("nan")},
    ]
    doctor = diagnose(records, Facts())
    output = tmp_path / "page.html"
    assert report.write_log(records, doctor, output, title="a<b") == output
    text = output.read_text()
    assert "<title>a&lt;b</title>" in text and "Step 1,400</span>" in text
    assert 'id="finding-1"' in text and "1 open finding<" in text
    assert 'id="samples"' not in text and 'id="settings"' not in text


def test_card_shows_the_signals_that_there_are():
    shares = {f"class_share/{label}": label / 3 for label in range(3)}
    records = [{"step": 1, "drift": 1.0, **shares}]
    found = _finding(signals=("sharpness", "drift", "class_share/"))
    text = page.html(
        Page("T", (), records, [found], class_names=("ant", "<bee>", "cat"))
    )
    (card,) = re.findall(r"<article.*?</article>", text, re.DOTALL)
    titles = re.findall(r"<h4>(\w[^<]*)", card)
    assert titles == ["What helps", "Drift ", "Shares of the classes"]
    assert "&lt;bee&gt; 33 %" in card
    # The second row, half as strong as the third.
    assert 'y="1" width="1" height="1" fill-opacity="0.50"' in card


def test_restores_are_reported_in_words_and_arrows():
    restore = Restore(812, 500, "non_finite", "Non-finite numbers", "<NaN>")
    text = page.html(
        Page("T", records=[{"step": 1000, "drift": 1.0}], restores=[restore])
    )
    assert (
        "Step 812: non-finite numbers; back to step 500; went on. "
        '<span class="quiet">&lt;NaN&gt;</span>'
    ) in text
    assert 'class="arrow" style="margin-left:50.00%;width:31.20%"' in text


def test_axis_begins_at_zero_unless_the_log_begins_late():
    records = [{"step": 10, "drift": 1.0}, {"step": 90, "drift": 1.0}]
    assert 'data-first="0" data-last="90"' in page.html(
        Page("T", records=records)
    )
    records[0]["step"] = 80
    assert 'data-first="80" data-last="90"' in page.html(
        Page("T", records=records)
    )


def test_page_without_findings_says_what_was_not_examined():
    name, kind = next((n, k) for n, k in PROBLEMS.items() if k.needs)
    text = page.html(Page("T", unexamined=[name, "of_another_version"]))
    assert "Nothing was found." in text
    assert "<details open><summary>Not examined" in text
    assert f"<li>{kind.title}: needs " in text.replace("&#x27;", "'")
    assert "<li>of another version</li>" in text
    examined = f"{len(PROBLEMS) - 2} of {len(PROBLEMS)} kinds examined"
    assert f"nothing found, {examined}" in text
    assert "healthy" not in text
    assert "</b> healthy</span>" in page.html(Page("T"))


def test_values_that_are_no_numbers_are_marked_or_passed_over():
    values = [1.0, float("nan"), 2.0, None, 3.0, float("inf"), "x", True]
    records = [{"step": s, "drift": v} for s, v in enumerate(values)]
    figure = _drawn(page.html(Page("T", records=records)), "Drift ")
    assert _line(figure) == [[0, 1, 2, 4, 5], [1.0, None, 2.0, 3.0, None]]
    assert "not finite</output>" in figure


def test_logarithmic_plot_has_its_zeros_at_the_bottom():
    values = [0.0, 1e-4, 1e-2]
    records = [{"step": s, "logit_gradient": v} for s, v in enumerate(values)]
    figure = _drawn(page.html(Page("T", records=records)), "Slope")
    assert _plot(figure)["log"] is True
    assert _plot(figure)["limits"] == pytest.approx([1e-4 / 1.5, 1.5e-2])
    assert _line(figure) == [[0, 1, 2], values]
    assert "down to 0, drawn at the bottom" in figure


def test_few_far_values_do_not_flatten_the_rest():
    records = [{"step": s, "drift": 1.0 + s % 2} for s in range(100)]
    records[50]["drift"] = 1e6
    figure = _drawn(page.html(Page("T", records=records)), "Drift ")
    _, high = _plot(figure)["limits"]
    assert 2.0 < high < 4.0
    assert "Some values go up to 1,000,000." in figure


def test_thousands_of_records_make_a_small_page_with_every_spike():
    records = [_record(step, 1.0) for step in range(1, 20_001)]
    for step in (7_777, 12_345, 12_346):
        records[step]["discriminator_loss"] = 1.0 + step / 1e5
    text = page.html(Page("T", records=records))
    steps, _ = _line(_drawn(text, "Adversarial losses"), hue=2)
    assert {7_778, 12_347} < set(steps)
    assert len(text) < 80_000 + UPLOT_BYTES


def test_scores_have_their_last_and_their_best_value():
    records = [
        {
            "step": step,
            "frechet_distance": distance,
            "label_accuracy": distance / 100,
            "evaluation_seconds": 1.0,
        }
        for step, distance in ((100, 20.0), (200, 10.0), (300, 15.0))
    ]
    # The same name, of an examination.
    records.append({"step": 300, "label_accuracy": 0.99})
    text = page.html(Page("T", records=records))
    (table,) = re.findall(r'<table class="scores">.*?</table>', text)
    plain = re.sub(r"<[^>]+>|&nbsp;", " ", table)
    plain = " ".join(plain.split())
    assert (
        "Frechet distance Lower is better. 15 step 300 10 step 200"
    ) in plain
    assert "Label accuracy Higher is better. 0.15 step 300 0.2 step 100" in (
        plain
    )
    assert "not scored" in page.html(Page("T", grids=grids.Grids()))
    assert 'id="scores"' not in page.html(Page("T"))


def test_what_no_chart_knows_is_drawn_as_well():
    records = [{"step": 1, "my_loss": 2.0, "my_value": 3.0}]
    text = page.html(Page("T", records=records))
    assert text.index("<h3>Losses") < text.index("<h4>My loss")
    assert text.index("<h3>Further") < text.index("<h4>My value")


def test_at_most_forty_grids_are_shown_evenly_with_first_and_last(tmp_path):
    for step in range(1, 101):
        _grid(tmp_path, step)
    (tmp_path / "step_best.png").write_bytes(b"")
    found = grids.of_folder(tmp_path)
    steps = [grid.step for grid in found.selected]
    assert len(steps) == 40 and (steps[0], steps[-1]) == (1, 100)
    assert set(np.diff(steps)) == {2, 3}
    assert found.note == "40 of the 100 grids are shown."


def test_large_grids_are_compressed_and_then_fewer(tmp_path):
    for step in range(1, 9):
        _grid(tmp_path, step, side=100)
    exact = grids.of_folder(tmp_path, limit_bytes=400_000)
    assert len(exact.selected) == 8 and not exact.note
    fewer = grids.of_folder(tmp_path, limit_bytes=100_000)
    steps = [grid.step for grid in fewer.selected]
    assert 2 < len(steps) < 8 and (steps[0], steps[-1]) == (1, 8)
    assert all(one.content.startswith(b"\xff\xd8") for one in fewer.selected)
    size = sum(len(one.content) for one in fewer.selected) * 4 // 3
    assert 60_000 < size <= 100_000
    assert "are compressed" in fewer.note
    assert "data:image/jpeg" in grids.slider(fewer)
    least = grids.of_folder(tmp_path, limit_bytes=1)
    assert [grid.step for grid in least.selected] == [8]


def test_grid_that_was_cut_is_left_out(tmp_path):
    for step in (1, 2, 3):
        _grid(tmp_path, step)
    cut = tmp_path / "step_000002.png"
    cut.write_bytes(cut.read_bytes()[:60])
    found = grids.of_folder(tmp_path)
    assert [grid.step for grid in found.selected] == [1, 3]


def test_export_is_reported_with_its_card(folder):
    extra = folder.export / "saved_model" / "assets.extra"
    extra.mkdir(parents=True)
    (folder.export / "generator_float32.tflite").write_bytes(bytes(2_500_000))
    card = {"architecture": "dcgan", "image_shape": [28, 28, 1], "metrics": 3}
    (extra / "tfgan_zoo.json").write_text(json.dumps(card))
    text = report.write(folder).read_text()
    assert "generator_float32.tflite</code></th><td>2.5 MB</td>" in text
    assert "<th>Images</th><td>28 × 28 × 1</td>" in text
    assert "export_report.md" not in text
    (folder.export / "export_report.md").write_text("")
    (extra / "tfgan_zoo.json").write_text("{")
    text = report.write(folder).read_text()
    assert '<a href="export/export_report.md">' in text
    assert "The model card" not in text
    # Elsewhere the link would lead nowhere.
    elsewhere = folder.root.parent / "page.html"
    assert report.write(folder, elsewhere) == elsewhere
    text = elsewhere.read_text()
    assert "generator_float32.tflite" in text and "export/" not in text


@pytest.mark.parametrize("model", ["dcgan", "of_another_version"])
def test_command_gives_the_settings_back(model):
    config = TrainConfig(
        model=model,
        dataset="my images/cats",
        image_size=28,
        channels=1,
        loss="hinge",
        beta_1=0.0,
        sync_batch_norm=False,
        jit_compile=True,
        data_dir="it's here",
    ).resolve(RECIPE)
    _, *words = shlex.split(" ".join(settings.command(config)))
    types = {one.name: one.types for one in list_settings(TrainConfig)}
    found = {}
    for word in words:
        name, equals, value = word.removeprefix("--").partition("=")
        if equals:
            kind = types.get(name, (str,))[0]
            found[name] = kind(value)
        else:
            is_no = name.startswith("no")
            found[name.removeprefix("no")] = not is_no
    assert found.pop("output_dir") == "runs/again"
    again = TrainConfig(**found)
    assert again.resolve(RECIPE) == config
    if model == "dcgan":
        # What the recipe says needs no flag.
        assert "beta_2" not in found


@pytest.mark.parametrize(
    "record",
    [
        # A line is cut to pieces, and each piece is a finding of its own.
        lambda step: {"generator_loss": math.nan if step % 6 else 1.0},
        lambda step: {f"name{step}": 1.0, f"class_share/{step}": 0.1},
        lambda step: {"x" * (200 + step): 1.0, "class_share/\u00b2": 0.1},
    ],
)
def test_page_of_a_long_log_stays_small(tmp_path, record):
    records = [{"step": step, **record(step)} for step in range(3000)]
    doctor = diagnose(records, Facts())
    page = report.write_log(
        records, doctor, tmp_path / "page.html", title="long"
    )
    assert page.stat().st_size < 400_000 + UPLOT_BYTES


def test_points_of_a_very_long_log_are_thinned_but_for_the_extremes():
    records = [{"step": step, "x": float(step % 7)} for step in range(150_000)]
    records[77_777]["x"], records[99_999]["x"] = 50.0, -math.inf
    points = Series(records).points("x")
    assert len(points) < 20_000
    assert (77_777, 50.0) in points and (99_999, -math.inf) in points
    assert points[0] == (0, 0.0) and points[-1] == (149_999, 149_999 % 7)
