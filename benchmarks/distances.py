"""Time and memory of the distances, beside FID by a matrix square root.

    python benchmarks/distances.py

"sqrtm" is the usual way to an FID, written out here: `numpy.cov` of each set,
then the real part of `scipy.linalg.sqrtm` of their product, as pytorch-fid
computes it. Features are correlated normal numbers through a ReLU, in two sets
that differ a little. Round by round each in turn is computed in a process of
its own, whose time is that of the computation alone; prints a table of medians,
with the least and the most.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import measuring
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)

# Only the processes that compute import NumPy: on Linux a process' peak is at
# least that of the one which started it.
if TYPE_CHECKING:
    import numpy as np

_COUNT = flags.DEFINE_integer("count", 10_000, "Rows a set.", lower_bound=50)
_WIDTH = flags.DEFINE_integer("width", 2048, "Columns.", lower_bound=2)
_ROUNDS = flags.DEFINE_integer("rounds", 3, "Timed ones.", lower_bound=1)
_ONLY = flags.DEFINE_list("only", None, "Which; by default all.")
_ONE = flags.DEFINE_string("one", None, "Used by itself: one row, as JSON.")
_FOLDER = flags.DEFINE_string("folder", None, "Used by itself: of the sets.")

_SETS = ("real", "fake")
_MAKE = "features"


def _make(folder: Path) -> dict[str, Any]:
    """Writes both sets, float32 [N, D]; returns the versions."""
    import numpy as np
    import scipy

    random = np.random.RandomState(0)
    width = _WIDTH.value
    # Variances fall as those of a network's features do.
    scales = 1.0 / np.sqrt(np.arange(1, width + 1))
    mixing = random.normal(size=[width, width]) * scales[:, np.newaxis]
    for shift, name in enumerate(_SETS):
        latents = random.normal(size=[_COUNT.value, width])
        rows = latents @ mixing + 0.2 * shift
        np.save(folder / name, np.maximum(rows, 0.0).astype(np.float32))
    return {"numpy": np.__version__, "scipy": scipy.__version__}


def _sqrtm(real: np.ndarray, fake: np.ndarray) -> float:
    """Frechet distance as pytorch-fid has it."""
    import numpy as np
    from scipy import linalg

    one, other = (np.mean(rows, 0, np.float64) for rows in (real, fake))
    shift = one - other
    a, b = np.cov(real, rowvar=False), np.cov(fake, rowvar=False)
    root = linalg.sqrtm(a.dot(b))
    if np.iscomplexobj(root):
        root = root.real
    traces = np.trace(a) + np.trace(b) - 2.0 * np.trace(root)
    return float(shift.dot(shift) + traces)


def _frechet(real: np.ndarray, fake: np.ndarray) -> float:
    from tfgan_zoo.evaluation import frechet

    return frechet.frechet_distance(real, fake)


def _extrapolated(real: np.ndarray, fake: np.ndarray) -> float:
    from tfgan_zoo.evaluation import frechet

    return frechet.extrapolated_frechet_distance(real, fake)


def _kernel(real: np.ndarray, fake: np.ndarray) -> float:
    from tfgan_zoo.evaluation import kernel

    return kernel.kernel_distance(real, fake).value


def _neighbourhood(real: np.ndarray, fake: np.ndarray) -> list[float]:
    from tfgan_zoo.evaluation import neighbours

    return list(neighbours.neighbourhood(real, fake))


COMPUTED = {
    "frechet_distance": _frechet,
    "sqrtm": _sqrtm,
    "extrapolated_frechet_distance": _extrapolated,
    "kernel_distance": _kernel,
    "neighbourhood": _neighbourhood,
}


def _measured(name: str, folder: Path) -> dict[str, Any]:
    """Computes one; returns its value, seconds and bytes."""
    import numpy as np
    import scipy.linalg  # noqa: F401

    # All that any of them needs, so that none is timed with its imports.
    from tfgan_zoo.evaluation import frechet, kernel, neighbours  # noqa: F401

    real, fake = (np.load(folder / f"{one}.npy") for one in _SETS)
    before = measuring.resident_bytes()
    start = time.perf_counter()
    value = COMPUTED[name](real, fake)
    return {
        "value": value,
        "seconds": time.perf_counter() - start,
        "before_bytes": before,
        "peak_bytes": _peak_bytes(),
    }


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _one(name: str, folder: Path) -> dict[str, Any]:
    return _make(folder) if name == _MAKE else _measured(name, folder)


def _in_a_process(name: str, folder: str) -> dict[str, Any]:
    own = [f"--one={name}", f"--folder={folder}"]
    own += [f"--count={_COUNT.value}", f"--width={_WIDTH.value}"]
    finished = subprocess.run(
        [sys.executable, __file__, *own],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(finished.stdout)


def _table(results: dict[str, list[dict[str, Any]]]) -> str:
    lines = [
        "| | seconds | peak, MB | held before, MB | value |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, rounds in results.items():
        seconds = [one["seconds"] for one in rounds]
        value = rounds[0]["value"]
        values = value if isinstance(value, list) else [value]
        cells = [
            name,
            f"{statistics.median(seconds):.2f} "
            f"({min(seconds):.2f} to {max(seconds):.2f})",
            f"{max(one['peak_bytes'] for one in rounds) >> 20:,}",
            f"{max(one['before_bytes'] for one in rounds) >> 20:,}",
            ", ".join(f"{value:.6g}" for value in values),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(argv: list[str]) -> None:
    """Measures each in a process of its own and prints."""
    del argv
    if _ONE.value:
        print(json.dumps(_one(_ONE.value, Path(_FOLDER.value or ""))))
        return
    names = _ONLY.value or [*COMPUTED]
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        versions = _in_a_process(_MAKE, folder)
        print({**measuring.machine(), **versions})
        print(f"Two sets of {_COUNT.value:,} x {_WIDTH.value:,}, float32.\n")
        for _ in range(_ROUNDS.value):
            for name, rounds in results.items():
                rounds.append(_in_a_process(name, folder))
    print(_table(results))


if __name__ == "__main__":
    app.run(main)
