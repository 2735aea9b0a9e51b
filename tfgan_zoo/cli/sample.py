"""tfgan-sample: images of an exported generator, from its files alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli import app, choices, output_limits, path_flags
from tfgan_zoo.pretrained import sources

USAGE = """
tfgan-sample --model=DIR --count=64 --seed=0 --output=grid.png
tfgan-sample --model=DIR --labels=sandal,bag --truncation=1.0
tfgan-sample --model=DIR --walk=walk.gif --walk_stops=4
tfgan-sample --model=DIR --invert=image.png --output=inverted.png
tfgan-sample --model=DIR --upscale=image.png --output=upscaled.png
tfgan-sample --model=DIR --count=1000000 --output=shards/ --shard=3/8

Writes a grid of images of an export, where image i is that of the seed --seed
+ i, the same one whatever the count; or a walk from image to image; or the
image that is nearest to a given one, with its latents; or, by a generator that
enlarges, a given image at twice its size. To a folder, with a slash at its
end, it writes each image by itself, in shards; the same command goes on where
it was stopped.
"""

_MODEL = path_flags.define_path(
    "model",
    None,
    "Folder that tfgan-export wrote, or a name of tfgan-zoo list.",
)
_OUTPUT = path_flags.define_path(
    "output",
    None,
    "PNG file to write, by default samples.png, inverted.png or upscaled.png; "
    "with --invert also .gif, of the search; or, with a slash at its end, a "
    "folder for shards of single images.",
)
_COUNT = flags.DEFINE_integer("count", 64, "Images.", lower_bound=1)
_COLUMNS = flags.DEFINE_integer(
    "columns",
    None,
    "Images a row; by default a class has a column, and a model without is as "
    "square as it can be.",
    1,
)
_SEED = flags.DEFINE_integer("seed", 0, "The first one.", lower_bound=0)
_SEEDS = flags.DEFINE_list("seeds", None, "All of them, apart by commas.")
_LABELS = flags.DEFINE_string(
    "labels",
    None,
    "Classes, by number or name, apart by commas; by default all. Images and "
    "a walk's legs go round them, --invert takes the best.",
)
flags.DEFINE_alias("label", "labels")
_TRUNCATION = flags.DEFINE_float(
    "truncation",
    None,
    "Standard deviations that normal latents may lie from 0, such as 1.0: "
    "fewer odd images, and less variety; too few make faint ones.",
)
_WALK = path_flags.define_path(
    "walk",
    None,
    "File of a walk from seed to seed and back to the first: .gif, or .png, "
    "with a row for each leg.",
)
_WALK_STOPS = flags.DEFINE_integer("walk_stops", 4, "Seeds of a walk.", 1)
_WALK_FRAMES = flags.DEFINE_integer(
    "walk_frames", 16, "Images from one stop to the next.", 2
)
_WALK_LABELS = flags.DEFINE_bool(
    "walk_labels", False, "Walk in all classes side by side, of equal latents."
)
_WALK_LATENT = flags.DEFINE_integer(
    "walk_latent",
    None,
    "Which latent value alone to move, from end to end, for each stop; "
    "negative ones count from the last.",
)
_INVERT = path_flags.define_path(
    "invert", None, "Image whose latents to find, of any size."
)
_INVERT_STEPS = flags.DEFINE_integer("invert_steps", 300, "Of the search.", 1)
_INVERT_STARTS = flags.DEFINE_integer(
    "invert_starts", 4, "Seeds to search from, in each class.", 1
)
_UPSCALE = path_flags.define_path(
    "upscale", None, "Image of any size, for a generator that enlarges."
)
_UPSCALE_TIMES = flags.DEFINE_integer(
    "upscale_times", 1, "How often to double its sides: 1 or 2.", 1, 2
)
_SHARD = flags.DEFINE_string(
    "shard",
    "1/1",
    "Which part of the shards to write, as 3/8, where eight processes share "
    "the work.",
)
_SHARD_SIZE = flags.DEFINE_integer("shard_size", 10_000, "Images a shard.", 1)
_SHARD_FORMAT = flags.DEFINE_enum(
    "shard_format",
    "tfrecord",
    ["tfrecord", "png"],
    "Files of tf.train.Example, or folders of PNG files.",
)
_TRUST = flags.DEFINE_bool(
    "trust",
    False,
    "Load a model whose files have changed since they were exported, or that "
    "holds operators which could touch files, processes or the network.",
)

# What is to be written -> how many seeds it needs, and flags of its own.
_SAMPLES = "a grid of samples"
_SHARDS = "an --output that ends in a slash"
_OWN_FLAGS = {
    _SAMPLES: (_COUNT, _COLUMNS),
    _SHARDS: (_COUNT, _SHARD, _SHARD_SIZE, _SHARD_FORMAT),
    "--walk": (_WALK_STOPS, _WALK_FRAMES, _WALK_LABELS, _WALK_LATENT),
    "--invert": (_INVERT_STARTS, _INVERT_STEPS),
    "--upscale": (_UPSCALE_TIMES,),
}
_LATENT_FLAGS = (_SEED, _SEEDS, _LABELS, _TRUNCATION)


def main() -> None:
    """Samples, walks, inverts or enlarges."""
    model = app.required(_MODEL)
    task = _task()
    path = _path(task)
    output_limits.require_output(path, is_folder=task == _SHARDS)
    if task == "--upscale":
        _upscale(model, path)
    elif task == _SHARDS:
        _shards(model, path)
    else:
        _sample(model, path, task)


def _upscale(model: str, path: Path) -> None:
    app.import_tensorflow()
    from tfgan_zoo.cli import sampling
    from tfgan_zoo.export.upscale import Upscaler

    source = Path(app.required(_UPSCALE))
    upscaler = Upscaler(sources.resolve_name(model), trust=_TRUST.value)
    sampling.write_upscaled(path, upscaler, source, _UPSCALE_TIMES.value)


def _shards(model: str, folder: Path) -> None:
    if _SEEDS.present:
        raise ValueError("--seeds is not for shards, which begin at --seed.")
    choices.require_seeds(_SEED.value, _COUNT.value, _COUNT.name)
    number, of = choices.share(_SHARD.value)
    app.import_tensorflow()
    from tfgan_zoo.cli import sampling
    from tfgan_zoo.export.bulk import Order, Share
    from tfgan_zoo.export.sampler import Sampler

    share = Share(number, of)
    sampler = Sampler(sources.resolve_name(model), trust=_TRUST.value)
    labels = choices.labels(_LABELS.value, sampler.metadata)
    order = Order(
        _SEED.value,
        _COUNT.value,
        _SHARD_SIZE.value,
        _SHARD_FORMAT.value,
        None if labels is None else tuple(labels.tolist()),
        _TRUNCATION.value,
    )
    sampling.write_shards(folder, sampler, order, share)


def _sample(model: str, path: Path, task: str) -> None:
    seeds = _seeds(_OWN_FLAGS[task][0])
    app.import_tensorflow()
    from tfgan_zoo.cli import sampling
    from tfgan_zoo.export.invert import Search
    from tfgan_zoo.export.sampler import Sampler
    from tfgan_zoo.export.walk import Route

    sampler = Sampler(sources.resolve_name(model), trust=_TRUST.value)
    labels = choices.labels(_LABELS.value, sampler.metadata)
    truncation = _TRUNCATION.value
    route = Route(seeds, _WALK_FRAMES.value, labels, truncation)
    if task == "--walk":
        sampling.write_walk(
            path,
            sampler,
            route,
            index=_WALK_LATENT.value,
            all_classes=_WALK_LABELS.value,
        )
    elif task == "--invert":
        search = Search(seeds, labels, _INVERT_STEPS.value, truncation)
        target = Path(app.required(_INVERT))
        sampling.write_inversion(path, sampler, target, search)
    else:
        sampling.write_samples(path, sampler, route, _COLUMNS.value)


def _task() -> str:
    """Returns what is to be written, once the flags are known to fit it.

    Raises:
        ValueError: a flag belongs to something else.
    """
    chosen = [f"--{f.name}" for f in (_WALK, _INVERT, _UPSCALE) if f.value]
    if len(chosen) > 1:
        raise ValueError(f"{' and '.join(chosen)} must be given one at a time.")
    to_folder = (_OUTPUT.value or "").endswith("/")
    task = chosen[0] if chosen else _SHARDS if to_folder else _SAMPLES
    for other, own_flags in _OWN_FLAGS.items():
        for flag in own_flags:
            is_own = any(flag is each for each in _OWN_FLAGS[task])
            if flag.present and not is_own:
                raise ValueError(f"--{flag.name} is for {other}.")
    for latent_flag in _LATENT_FLAGS:
        if task == "--upscale" and latent_flag.present:
            raise ValueError(
                f"--{latent_flag.name} is for models of random latents."
            )
    if _WALK_LABELS.value and _WALK_LATENT.value is not None:
        raise ValueError(
            "--walk_labels and --walk_latent must be given one at a time."
        )
    return task


def _path(task: str) -> Path:
    """Returns the file to write.

    Raises:
        ValueError: its name does not end as it must, or it is the image that
            is given.
    """
    if task == _SHARDS:
        return Path(app.required(_OUTPUT))
    if task == _SAMPLES:
        return _ending(_OUTPUT, "samples.png", (".png",))
    if task == "--walk":
        if _OUTPUT.value:
            raise ValueError(
                "--output must be left out with --walk, which names the file. "
                f"Received: {_OUTPUT.value}."
            )
        return _ending(_WALK, "", (".gif", ".png"))
    if task == "--invert":
        path = _ending(_OUTPUT, "inverted.png", (".gif", ".png"))
        given = app.required(_INVERT)
    else:
        path = _ending(_OUTPUT, "upscaled.png", (".png",))
        given = app.required(_UPSCALE)
    if path.resolve() == Path(given).resolve():
        raise ValueError(
            f"--output must not be the image of {task}. Received: {path}."
        )
    return path


def _ending(
    flag: flags.FlagHolder, default: str, suffixes: tuple[str, ...]
) -> Path:
    path = Path(flag.value or default)
    if path.suffix.lower() not in suffixes:
        raise ValueError(
            f"--{flag.name} must end in {' or '.join(suffixes)}. "
            f"Received: {path}."
        )
    return path


def _seeds(number: flags.FlagHolder) -> np.ndarray:
    """Returns --seeds, or as many from --seed on as the flag `number` says.

    Raises:
        ValueError: one is out of its range, or both ways are used.
    """
    if _SEEDS.value is None:
        output_limits.require_seeds(number.name, number.value)
        return choices.seeds_from(_SEED.value, number.value, number.name)
    for flag in (_SEED, number):
        if flag.present:
            raise ValueError(f"--seeds must be given without --{flag.name}.")
    return choices.seeds(_SEEDS.value)


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
