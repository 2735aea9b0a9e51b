"""How near each way of finding an image's latents comes, and how fast.

    tfgan-encoder --model=dcgan-mnist --output=exports/digits
    python benchmarks/inversion.py --model=exports/digits --output=inversion

Finds the latents of the first `--count` images of a test split, one image at a
time, by the search from seeds as `tfgan-sample --invert` does it without an
encoder (four starts a class, 300 steps of Adam), by the encoder alone, and by
the encoder with ten steps of refinement. Of each it takes

- the mean squared error of pixels in [-1, 1], between the image and what the
  generator makes of the latents, rounded to 8 bits;
- the mean squared distance of their features, by the classifier of the data set
  that comes with the package;
- the share of images that keep their class by that classifier;
- seconds an image, of the clock and of all processors together, after two
  images that do not count.

`--output` gets `results.jsonl`, a line for each image and way, to which the
same command adds what is missing, and `pairs.png`, the first images above what
each way finds. The table is printed in Markdown.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from absl import app, flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow

_MODEL = flags.DEFINE_string(
    "model", None, "Folder of an export with an encoder.", required=True
)
_DATASET = flags.DEFINE_string("dataset", "mnist", "Whose test split is taken.")
_COUNT = flags.DEFINE_integer("count", 1000, "Images.", 1)
_OUTPUT = flags.DEFINE_string("output", "inversion", "Folder for the results.")
_PICTURES = 20
_NAMES = ("search", "encoder", "encoder, 10 steps")
_WAYS = flags.DEFINE_multi_enum(
    "way", None, _NAMES, "Way to measure, once for each. Default: all."
)

Invert = Callable[[np.ndarray], tuple[np.ndarray, "int | None"]]


def main(argv: list[str]) -> None:
    """Inverts what is missing, and prints the table."""
    del argv
    import_tensorflow()
    from tfgan_zoo.evaluation import features
    from tfgan_zoo.export.sampler import Sampler

    folder = Path(_OUTPUT.value)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        sampler = Sampler(Path(_MODEL.value))
        targets = _targets(sampler)
    except (OSError, ValueError) as error:
        sys.exit(f"Error: {error}")
    name = features.for_dataset(_DATASET.value)
    network = features.get(name)
    results = _read(folder / "results.jsonl")
    ways = _ways(sampler)
    with open(folder / "results.jsonl", "a", encoding="utf-8") as file:
        for way in _WAYS.value or _NAMES[::-1]:
            _invert_missing(way, ways[way], sampler, targets, results, file)
    _print(results, sampler, targets, network)
    _draw(folder / "pairs.png", results, sampler, targets)


def _targets(sampler) -> np.ndarray:
    from tfgan_zoo import data

    height, width, channels = sampler.metadata.image_shape
    request = data.DataRequest(
        _DATASET.value,
        image_size=height,
        image_width=width,
        channels=channels,
        split="test",
    )
    examples = data.load_examples(request)
    return examples.read(np.arange(min(_COUNT.value, len(examples))))["image"]


def _ways(sampler) -> dict[str, Invert]:
    from tfgan_zoo.encoders.encoder import load_encoder
    from tfgan_zoo.encoders.encoding import ImageEncoder
    from tfgan_zoo.export import invert

    encoder = load_encoder(Path(_MODEL.value), sampler.metadata)
    encode = ImageEncoder(encoder, sampler)

    def search(target: np.ndarray) -> tuple[np.ndarray, int | None]:
        seeds = np.arange(4, dtype=np.int64)
        inversion = invert.invert(sampler, target, invert.Search(seeds))
        return inversion.latents, inversion.label

    def encode_with(steps: int) -> Invert:
        def run(target: np.ndarray) -> tuple[np.ndarray, int | None]:
            latents, labels = encode(target[np.newaxis], steps=steps)
            return latents[0], None if labels is None else int(labels[0])

        return run

    return dict(zip(_NAMES, (search, encode_with(0), encode_with(10))))


def _read(path: Path) -> dict[tuple[str, int], dict]:
    if not path.is_file():
        return {}
    # A line that was cut is measured again.
    text = path.read_text("utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, "utf-8")
    rows = [json.loads(line) for line in whole.splitlines()]
    return {(row["way"], row["image"]): row for row in rows}


def _invert_missing(way, invert, sampler, targets, results, file) -> None:
    missing = [n for n in range(len(targets)) if (way, n) not in results]
    for number in missing[:2]:
        invert(targets[number])  # traces
    for number in missing:
        start, cpu = time.perf_counter(), time.process_time()
        latents, label = invert(targets[number])
        seconds = time.perf_counter() - start
        row = {
            "way": way,
            "image": number,
            "seconds": seconds,
            "cpu_seconds": time.process_time() - cpu,
            "label": label,
            "latents": [float(str(value)) for value in latents],
        }
        results[way, number] = row
        print(json.dumps(row), file=file, flush=True)


def _made(way, results, sampler, count) -> np.ndarray:
    """Returns the images that the latents of a way make, uint8."""
    rows = [results[way, number] for number in range(count)]
    latents = np.array([row["latents"] for row in rows], np.float32)
    labels = [row["label"] for row in rows]
    return sampler.images(latents, None if None in labels else np.array(labels))


def _finished(results, count) -> list[str]:
    numbers = range(count)
    return [way for way in _NAMES if all((way, n) in results for n in numbers)]


def _print(results, sampler, targets, network) -> None:
    real = network(targets)
    print(
        f"\n{len(targets):,} images of {_DATASET.value}, {_MODEL.value}\n\n"
        "| way | pixels | features | class kept | seconds | CPU seconds |\n"
        "| --- | --- | --- | --- | --- | --- |"
    )
    for way in _finished(results, len(targets)):
        made = _made(way, results, sampler, len(targets))
        apart = (made.astype(np.float64) - targets) / 127.5
        generated = network(made)
        distances = np.square(generated.features - real.features).sum(1)
        same = generated.logits.argmax(1) == real.logits.argmax(1)
        rows = [results[way, number] for number in range(len(targets))]
        seconds, cpu = (
            np.mean([row[name] for row in rows])
            for name in ("seconds", "cpu_seconds")
        )
        print(
            f"| {way} | {np.square(apart).mean():.4f} | {distances.mean():.1f} "
            f"| {same.mean():.1%} | {seconds:.3f} | {cpu:.3f} |"
        )


def _draw(path, results, sampler, targets) -> None:
    from tfgan_zoo import images

    count = min(_PICTURES, len(targets))
    rows = [targets[:count]]
    ways = _finished(results, len(targets))
    rows += [_made(way, results, sampler, count) for way in ways]
    images.write_png(path, images.grid(np.concatenate(rows), columns=count))


if __name__ == "__main__":
    app.run(main)
