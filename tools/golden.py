"""Records what must not change when the code is rearranged, and compares it.

    git worktree add ../before main~20
    python tools/golden.py record --checkout=../before --output=before.json
    python tools/golden.py record --output=after.json
    python tools/golden.py compare before.json after.json

Both recordings belong on the same machine with the same packages: the bits of
a training depend on both. Twelve minutes each on two cores.

A recording holds, for every architecture, the values of a checkpoint after 20
steps on one replica, on two, and resumed after 10, with the pixels that the
exported generator samples; the pixels of eight seeds of every trained
generator; and the flags of every binary. Values are compared without their
names, which may change.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

ROOT = Path(__file__).resolve().parents[1]
STEPS = 20
SEEDS = list(range(8))
BINARIES = ("demo", "doctor", "evaluate", "export", "sample", "train", "zoo")
_CLOTHES = ["--dataset=fashion_mnist_10k"]
_LARGER = [*_CLOTHES, "--image_size=32"]
_DRAWINGS = ["--dataset=emoji_drawings"]
# The architectures that images of 28 pixels are not for.
_DATA = {
    "cut": _DRAWINGS,
    "cyclegan": _DRAWINGS,
    "pix2pix": _DRAWINGS,
    "r3gan": _LARGER,
    "r3gan_projection": _LARGER,
    "sagan": _LARGER,
    "sngan": _LARGER,
    "sngan_projection": _LARGER,
    "toy": ["--dataset=ring8"],
}

# Two replicas without two GPUs: logical devices, before TensorFlow starts.
_TRAIN = """
import sys
import tensorflow as tf
replicas = int(sys.argv.pop(1))
if replicas > 1:
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(
        cpu, [tf.config.LogicalDeviceConfiguration()] * replicas
    )
    names = [f"CPU:{number}" for number in range(replicas)]
    initialize = tf.distribute.MirroredStrategy.__init__
    tf.distribute.MirroredStrategy.__init__ = lambda self: initialize(
        self, names
    )
from tfgan_zoo.cli import train
train.run()
"""
_ARCHITECTURES = """
from tfgan_zoo import models
print(*models.names())
"""
_GENERATORS = """
from tfgan_zoo import pretrained
print(*pretrained.names())
"""
_SAMPLE = """
import hashlib, sys
import numpy as np
import tfgan_zoo
name, *seeds = sys.argv[1:]
generator = tfgan_zoo.load(name)
seeds = [int(seed) for seed in seeds]
try:
    images = generator.sample(seeds=seeds)
except ValueError:  # It takes images.
    shape = [8, *generator.metadata.inputs[0].shape]
    values = np.random.default_rng(seeds).uniform(-1.0, 1.0, shape)
    images = generator(values.astype(np.float32))
print(hashlib.sha256(np.ascontiguousarray(images).tobytes()).hexdigest())
"""
_FLAGS = """
import importlib, json, sys
from absl import flags
importlib.import_module(f"tfgan_zoo.cli.{sys.argv[1]}")
print(json.dumps({
    flag.name: [flag.flag_type(), flag.default]
    for module, members in flags.FLAGS.flags_by_module_dict().items()
    if "tfgan_zoo" in module or module == "__main__"
    for flag in members
}))
"""


def main() -> int:
    """Records or compares; returns the exit code."""
    options = _options()
    if options.action == "compare":
        lines = differences(
            *(
                json.loads(path.read_text("utf-8"))
                for path in (options.before, options.after)
            )
        )
        print("\n".join(lines) or "Nothing differs.")
        return bool(lines)
    recording = _record(options.checkout.resolve())
    options.output.write_text(json.dumps(recording, indent=1) + "\n", "utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    actions = parser.add_subparsers(dest="action", required=True)
    record = actions.add_parser("record")
    record.add_argument("--checkout", type=Path, default=ROOT)
    record.add_argument("--output", type=Path, required=True)
    compare = actions.add_parser("compare")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    return parser.parse_args()


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Returns a line for each part of two recordings that differs."""
    lines = []
    for subject in sorted(set(before) | set(after)):
        one, other = before.get(subject, {}), after.get(subject, {})
        for name in sorted(set(one) | set(other)):
            if one.get(name) != other.get(name):
                what = _difference(one.get(name), other.get(name))
                lines.append(f"{subject} {name}: {what}")
    return lines


def _difference(before: Any, after: Any) -> str:
    if before is None or after is None:
        return "new" if before is None else "gone"
    if isinstance(before, dict):
        return "; ".join(differences({"": before}, {"": after})).strip()
    if isinstance(before, list) and all(isinstance(v, str) for v in before):
        gone = sum((Counter(before) - Counter(after)).values())
        new = sum((Counter(after) - Counter(before)).values())
        return f"{gone} of {len(before)} values gone, {new} new"
    return f"{before} became {after}"


def _record(checkout: Path) -> dict[str, Any]:
    run = _runner(checkout)
    with ThreadPoolExecutor(2) as pool, tempfile.TemporaryDirectory() as work:
        flags = {
            name: pool.submit(lambda n: json.loads(run(_FLAGS, n)), name)
            for name in BINARIES
        }
        generators = {
            name: pool.submit(run, _SAMPLE, name, *map(str, SEEDS))
            for name in run(_GENERATORS).split()
        }
        trainings = {
            name: pool.submit(_train, run, name, Path(work, name))
            for name in run(_ARCHITECTURES).split()
        }
        return {
            subject: {name: future.result() for name, future in jobs.items()}
            for subject, jobs in (
                ("flags", flags),
                ("generator", generators),
                ("training", trainings),
            )
        }


def _runner(checkout: Path) -> Callable[..., str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }

    def run(code: str, *arguments: str) -> str:
        finished = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True,
            text=True,
            env=environment,
            cwd=tempfile.gettempdir(),  # so that the checkout alone is found
        )
        if finished.returncode:
            raise RuntimeError(f"{arguments}: {finished.stderr}")
        return finished.stdout.strip()

    return run


def _train(
    run: Callable[..., str], architecture: str, work: Path
) -> dict[str, Any]:
    """Returns what three trainings of an architecture end with."""
    flags = [
        f"--model={architecture}",
        *_DATA.get(architecture, _CLOTHES),
        f"--steps={STEPS}",
        f"--checkpoint_every={STEPS // 2}",
        "--batch_size=8",
        "--width=8",
    ]
    values: dict[str, Any] = {}
    for replicas in (1, 2):
        folder = work / str(replicas)
        run(_TRAIN, str(replicas), *flags, f"--output_dir={folder}")
        values[f"{replicas}_replicas"] = checkpoint_values(folder)
    folder = work / "1"
    values["samples"] = run(_SAMPLE, str(folder / "export"), *map(str, SEEDS))
    shutil.rmtree(folder / "export")
    shutil.rmtree(_checkpoint(folder))
    run(_TRAIN, "1", *flags, f"--output_dir={folder}")
    values["resumed"] = checkpoint_values(folder)
    shutil.rmtree(work)
    return values


def _checkpoint(folder: Path) -> Path:
    return folder / "checkpoints" / f"step_{STEPS:06d}"


def checkpoint_values(folder: Path) -> list[str]:
    """Returns type, shape and hash of every value of a run's last checkpoint.

    Args:
        folder: the run's, of 20 steps.

    Returns:
        Sorted, and without the names of the variables.
    """
    import tensorflow as tf

    reader = tf.train.load_checkpoint(str(_checkpoint(folder) / "state"))
    values = []
    for name, shape in reader.get_variable_to_shape_map().items():
        if name.startswith("_CHECKPOINTABLE"):
            continue
        tensor = reader.get_tensor(name)
        digest = hashlib.sha256(tensor.tobytes()).hexdigest()[:16]
        values.append(f"{tensor.dtype}{shape} {digest}")
    return sorted(values)


if __name__ == "__main__":
    sys.exit(main())
