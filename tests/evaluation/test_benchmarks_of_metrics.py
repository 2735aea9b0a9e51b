"""The benchmarks of the metrics run, and print what their pages show."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import binaries
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
DISTANCES = (
    "frechet_distance",
    "frechet_distance_extrapolated",
    "kernel_distance",
)
SCORES = ("precision", "recall", "density", "coverage")


def _output(script, *flags, run=binaries.run_script):
    finished = run(ROOT / "benchmarks" / script, *flags, cwd=ROOT)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def _run_anew(script, *flags, cwd):
    """In a process of its own, whose memory nothing else has touched."""
    return subprocess.run(
        [sys.executable, script, *flags],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
    )


def _table(output):
    """Returns a dictionary for each row."""
    lines = [line for line in output.splitlines() if line.startswith("|")]
    head, _, *rows = ([c.strip() for c in x.split("|")[1:-1]] for x in lines)
    return [dict(zip(head, row)) for row in rows]


def _number(cell):
    return float(cell.replace(",", ""))


@pytest.fixture(scope="module")
def plot(tmp_path_factory):
    return tmp_path_factory.mktemp("properties") / "plot.png"


@pytest.fixture(scope="module")
def properties(plot):
    can_draw = importlib.util.find_spec("matplotlib") is not None
    flags = [f"--plot={plot}"] if can_draw else []
    return _table(_output("metric_properties.py", "--count=1000", *flags))


def _column(rows, damage, name):
    own = [row for row in rows if row["damage"].startswith(damage)]
    return [_number(row[name]) for row in own]


def test_each_damage_has_a_row_for_each_strength(properties):
    found = {}
    for row in properties:
        kind = row["damage"].partition(" (")[0]
        found.setdefault(kind, []).append(row["strength"])
    assert found == {
        "noise": ["0", "5", "10", "20", "40", "80"],
        "blur": ["0", "1", "2", "3", "4"],
        "dropped classes": ["0", "1", "3", "5", "7", "9"],
        "collapse": ["0", "0.1", "0.3", "0.5", "0.7", "0.9"],
    }


# The weakest noise and one class less are near what these counts can tell.
@pytest.mark.parametrize(
    ("damage", "first"),
    [("noise", 1), ("blur", 0), ("dropped", 1), ("collapse", 0)],
)
def test_distances_grow_with_the_damage(properties, damage, first):
    for name in DISTANCES:
        values = _column(properties, damage, name)[first:]
        assert values == sorted(set(values)), name
        assert values[-1] > 2.0 * values[0], name


@pytest.mark.parametrize("damage", ["noise", "blur", "dropped", "collapse"])
def test_coverage_falls_to_a_half_or_less(properties, damage):
    first, *_, last = _column(properties, damage, "coverage")
    assert 0.8 < first <= 1.0
    assert last < 0.5 * first


def test_undamaged_halves_score_alike_and_high(properties):
    for name in SCORES:
        noise, blur, collapse = (
            _column(properties, damage, name)[0]
            for damage in ("noise", "blur", "collapse")
        )
        assert noise == blur == collapse
        assert 0.7 < noise < 1.3, name


def test_dropping_classes_leaves_as_many_images_each_time(properties):
    counts = _column(properties, "dropped", "images")
    assert len(set(counts)) == 1
    assert 60 < counts[0] < 140
    assert set(_column(properties, "collapse", "images")) == {1000}


@pytest.mark.usefixtures("properties")
def test_metric_properties_are_drawn_as_a_png(plot):
    pytest.importorskip("matplotlib")
    assert plot.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert 10_000 < plot.stat().st_size < 150_000
    with Image.open(plot) as image:
        assert image.width >= 900
        assert len(image.convert("RGB").getcolors()) > 8


def test_distances_are_timed_beside_the_matrix_square_root():
    flags = ["--count=200", "--width=16", "--rounds=2"]
    rows = {
        row[""]: row
        for row in _table(_output("distances.py", *flags, run=_run_anew))
    }
    assert [*rows] == [
        "frechet_distance",
        "sqrtm",
        "extrapolated_frechet_distance",
        "kernel_distance",
        "neighbourhood",
    ]
    for row in rows.values():
        median, _, least, _, most = (
            row["seconds"].replace("(", "( ").strip(")").split()
        )
        assert 0 <= float(least) <= float(median) <= float(most) < 60
        peak, before = (
            _number(row[name]) for name in ("peak, MB", "held before, MB")
        )
        assert 20 < before <= peak < 4000
    own, sqrtm = (
        float(rows[name]["value"]) for name in ("frechet_distance", "sqrtm")
    )
    assert own == pytest.approx(sqrtm, rel=1e-4)
    assert sqrtm > 1.0
    shares = [float(one) for one in rows["neighbourhood"]["value"].split(",")]
    assert len(shares) == 4
    assert all(0 <= share <= 2 for share in shares)
