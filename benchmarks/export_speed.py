"""One image of a DCGAN: TFLite files beside ONNX Runtime, as Markdown.

    python benchmarks/export_speed.py --onnx_python=.venv-onnx/bin/python

The network is that of `tfgan-train`, 28 pixels, width 64, untrained, in both
formats; that they compute the same is checked. `make bench_export` installs
what is compared.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from absl import app, flags

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import measuring
from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow

_ONNX_PYTHON = flags.DEFINE_string(
    "onnx_python", None, "A Python with onnx, onnxruntime and ai-edge-litert."
)
_PEER = Path(__file__).with_name("peers") / "runtimes.py"
_EPSILON = 1e-5
_LATENTS = 64


def _folded(norm: Any) -> tuple[Any, Any]:
    """Returns scale and offset of a batch normalisation, [C] each."""
    import numpy as np

    gamma, beta, mean, variance = (
        weight.numpy()
        for weight in (
            norm.gamma,
            norm.beta,
            norm.moving_mean,
            norm.moving_variance,
        )
    )
    scale = gamma / np.sqrt(variance + _EPSILON)
    return scale, beta - mean * scale


def _network(generator: Any) -> dict[str, Any]:
    """Returns the weights in ONNX's order, channels first."""
    import numpy as np

    side, _, channels = generator.reshape.target_shape
    scale, offset = _folded(generator.norms[0])
    places = np.arange(side * side * channels)
    places = places.reshape(side * side, channels).T.reshape(-1)
    dense = generator.project.kernel.numpy() * np.tile(scale, side * side)
    scale_1, offset_1 = _folded(generator.norms[1])
    kernel_1 = generator.convs[0].kernel.numpy().transpose(3, 2, 0, 1)
    kernel_2 = generator.to_image.kernel.numpy().transpose(3, 2, 0, 1)
    return {
        "w0": dense[:, places],
        "b0": np.tile(offset, side * side)[places],
        "w1": kernel_1 * scale_1[:, np.newaxis, np.newaxis],
        "b1": offset_1,
        "w2": kernel_2,
        "b2": generator.to_image.bias.numpy(),
        "shape": np.array([1, channels, side]),
    }


def _write(folder: Path) -> None:
    import numpy as np

    from tfgan_zoo.backend import keras
    from tfgan_zoo.export import inputs, tflite
    from tfgan_zoo.export.variants import VARIANTS
    from tfgan_zoo.models.dcgan import DCGAN

    keras.utils.set_random_seed(0)
    gan = DCGAN((28, 28, 1))
    for weight in gan.ema_generator.weights:  # statistics, as of a training
        weight.assign_add(0.05 * np.random.default_rng(0).random(weight.shape))
    rows = inputs.sample_inputs(gan, _LATENTS, seed=0)
    calibration = inputs.sample_inputs(gan, 256, seed=1)
    np.savez(
        folder / "network.npz",
        **_network(gan.ema_generator),
        latents=rows["latents"],
        images=gan(rows["latents"]).numpy(),
    )
    for variant in VARIANTS.values():
        content = tflite.convert(
            gan, variant, batch_size=1, calibration=calibration
        )
        (folder / variant.file_name).write_bytes(content)


def main(argv: list[str]) -> None:
    """Measures and prints."""
    del argv
    if not _ONNX_PYTHON.value:
        sys.exit("--onnx_python must be given.")
    import_tensorflow()
    with tempfile.TemporaryDirectory() as name:
        _write(Path(name))
        done = subprocess.run(
            [_ONNX_PYTHON.value, str(_PEER), name],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    print(f"{json.dumps(measuring.machine())}\n")
    apart = rows[0]["onnx_difference"]
    print(f"ONNX Runtime's image differs from Keras' by {apart:.1e}.\n")
    print("| file | kB | 1 thread, ms | 2 threads, ms |")
    print("| --- | --- | --- | --- |")
    half = len(rows) // 2
    for one, two in zip(rows[:half], rows[half:]):
        cells = [
            "{median:.3f} ({min:.3f} to {max:.3f})".format(**row)
            for row in (one, two)
        ]
        cells = [one["file"], f"{one['bytes'] // 1000:,}", *cells]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    app.run(main)
