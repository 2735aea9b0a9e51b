"""The zoo's training compared with PyTorch and other loops, in turns.

    make bench
    python benchmarks/compare.py --cases=dcgan_28 --peers=tfgan_zoo

Each training runs in a separate process, its networks traced or compiled. In
every round each takes some steps in turn, while the others wait. PyTorch has
a virtual environment of its own, which --torch_python names. Prints a table of
medians, with minimum and maximum, and one of sampling by the size of batches,
and writes all rounds as JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from absl import app, flags

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import measuring  # noqa: E402
from benchmarks.peers.cases import (  # noqa: E402
    CASES,
    COMPARED,
    PRECISIONS,
    SAMPLES,
)

_CASES = flags.DEFINE_list("cases", COMPARED, "Which trainings.")
_PRECISIONS = flags.DEFINE_list("precisions", [*PRECISIONS], "Which ones.")
_PEERS = flags.DEFINE_list("peers", None, "Which ones; by default all.")
_ROUNDS = flags.DEFINE_integer("rounds", 5, "Timed rounds.", lower_bound=5)
_STEPS = flags.DEFINE_integer("steps", None, "A round; default: the case's.")
_TORCH_PYTHON = flags.DEFINE_string(
    "torch_python", None, "Python that has torch; without, it is left out."
)
_OUTPUT = flags.DEFINE_string("output", "runs/benchmarks.json", "All figures.")

# Name: module of benchmarks.peers, its last argument, models that it trains.
PEERS: dict[str, tuple[str, list[str], tuple[str, ...]]] = {
    "tfgan_zoo": ("ours", [], ("dcgan", "wgan_gp", "sngan")),
    # The tutorial's way: generated images are scored once, for both networks.
    "tfgan_zoo joint": ("ours", ["joint"], ("dcgan",)),
    "PyTorch eager": ("pytorch", ["eager"], ("dcgan", "wgan_gp", "sngan")),
    # It has no second derivatives, which the gradient penalty needs.
    "PyTorch compile": ("pytorch", ["compile"], ("dcgan", "sngan")),
    "TensorFlow tutorial": ("tensorflow_loops", ["tutorial"], ("dcgan",)),
    "keras.io": ("tensorflow_loops", ["keras_io"], ("dcgan",)),
}


class Peer:
    """A training that waits in its process."""

    def __init__(self, name: str, case: str, precision: str) -> None:
        module, arguments, _ = PEERS[name]
        python = _TORCH_PYTHON.value if module == "pytorch" else sys.executable
        self.name = name
        self.process = subprocess.Popen(
            [
                *(python, "-m", f"benchmarks.peers.{module}"),
                *(case, precision, *arguments),
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.ready = self._answer()
        self.training: list[float] = []
        self.sampling: dict[int, list[float]] = {batch: [] for batch in SAMPLES}
        self.peak_mb = 0

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(
                f"{self.name} ended: {' '.join(self.process.args)}"
            )
        return json.loads(line)

    def do(self, name: str, *counts: int) -> dict[str, Any]:
        self.process.stdin.write(f"{' '.join([name, *map(str, counts)])}\n")
        self.process.stdin.flush()
        return self._answer()

    def train(self, steps: int, images: int) -> None:
        answer = self.do("train", steps)
        self.training.append(images / answer["seconds"])
        self.peak_mb = answer["peak_mb"]

    def sample(self, batch: int, images: int) -> None:
        answer = self.do("sample", images, batch)
        self.sampling[batch].append(images / answer["seconds"])

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def _measured(name: str, precision: str) -> list[dict[str, Any]]:
    case = CASES[name]
    steps = _STEPS.value or case.steps
    peers: list[Peer] = []
    try:
        for peer, (module, _, models) in PEERS.items():
            wanted = _PEERS.value is None or peer in _PEERS.value
            has_python = module != "pytorch" or _TORCH_PYTHON.value
            if wanted and has_python and case.model in models:
                peers.append(Peer(peer, name, precision))
        _check_same_networks(name, peers)
        for _ in range(_ROUNDS.value):
            for peer in peers:
                peer.train(steps, steps * case.batch_size)
        for _ in range(_ROUNDS.value):
            for batch, images in SAMPLES.items():
                for peer in peers:
                    peer.sample(batch, images)
    finally:
        for peer in peers:
            peer.end()
    return [
        {
            "case": name,
            "precision": precision,
            "peer": peer.name,
            "train_images_per_second": peer.training,
            "sample_images_per_second": {
                str(batch): speeds for batch, speeds in peer.sampling.items()
            },
            "peak_mb": peer.peak_mb,
            "seconds_to_ready": round(peer.ready["seconds"], 1),
            "parameters": peer.ready["parameters"],
        }
        for peer in peers
    ]


def _check_same_networks(name: str, peers: list[Peer]) -> None:
    counts = {peer.name: peer.ready["parameters"] for peer in peers}
    if len(set(counts.values())) > 1:
        raise RuntimeError(f"The networks of {name} differ: {counts}.")


def _spread(values: list[float]) -> str:
    median = statistics.median(values)
    return f"{median:,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def _table(results: list[dict[str, Any]]) -> str:
    lines = [
        "| case | precision | | training, images/s | relative to ours | "
        "peak, MB | ready in, s |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    ours = {
        (one["case"], one["precision"]): one["train_images_per_second"]
        for one in results
        if one["peer"] == "tfgan_zoo"
    }
    for one in results:
        own = ours.get((one["case"], one["precision"]))
        speeds = one["train_images_per_second"]
        share = (
            f"{statistics.median(speeds) / statistics.median(own):.2f}"
            if own
            else "-"
        )
        cells = (
            one["case"],
            one["precision"],
            one["peer"],
            _spread(speeds),
            share,
            f"{one['peak_mb']:,}",
            f"{one['seconds_to_ready']:.0f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_sampling_lines(results)])


def _sampling_lines(results: list[dict[str, Any]]) -> list[str]:
    """Returns a table of sampled images a second, a column for each batch."""
    batches = [str(batch) for batch in SAMPLES]
    lines = [
        f"| case | precision | | {' | '.join(f'of {b}' for b in batches)} |",
        "| --- " * (3 + len(batches)) + "|",
    ]
    for one in results:
        cells = [one["case"], one["precision"], one["peer"]]
        speeds = one["sample_images_per_second"]
        cells += [_spread(speeds[batch]) for batch in batches]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def main(argv: list[str]) -> None:
    """Measures, prints and writes."""
    del argv
    path = Path(_OUTPUT.value)
    path.parent.mkdir(parents=True, exist_ok=True)
    results = []
    for name in _CASES.value:
        for precision in _PRECISIONS.value:
            results += _measured(name, precision)
            content = {"machine": measuring.machine(), "results": results}
            path.write_text(json.dumps(content, indent=1))
    print(_table(results))


if __name__ == "__main__":
    app.run(main)
