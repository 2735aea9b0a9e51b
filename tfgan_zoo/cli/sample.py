"""tfgan-sample: images of an exported generator, from its files alone."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli import app, choices, output_limits, outputs, path_flags
from tfgan_zoo.pretrained import sources

USAGE = """
tfgan-sample --model=DIR --count=64 --seed=0 --output=grid.png
tfgan-sample --model=DIR --labels=sandal,bag --truncation=1.0
tfgan-sample --model=DIR --walk=walk.gif --walk_stops=4
tfgan-sample --model=DIR --invert=image.png --output=inverted.png
tfgan-sample --model=DIR --input=drawing.png --output=picture.png
tfgan-sample --model=DIR --input=drawings/ --output=pictures/
tfgan-sample --model=DIR --upscale=image.png --upscale_times=2
tfgan-sample --model=DIR --count=1000000 --output=shards/ --shard=3/8

Writes a grid of images of an export, where image i is that of the seed --seed
+ i, the same one whatever the count; or a walk from image to image; or the
image that is nearest to a given one, with its latents. To a folder, with a
slash at its end, it writes each image by itself, in shards; the same command
goes on where it was stopped.

A generator that takes images makes them of --input, an image of any size or a
folder of them. One that enlarges takes them as they are; one that translates
takes them scaled to its size, with white around what is not square, which is
cut off again.
"""

_MODEL = path_flags.define_path(
    "model",
    None,
    "Folder that tfgan-export wrote, or a name of tfgan-zoo list.",
)
_OUTPUT = path_flags.define_path(
    "output",
    None,
    "PNG file to write, by default samples.png, inverted.png, translated.png "
    "or upscaled.png; with --invert also .gif, of the search; or, with a slash "
    "at its end, a folder for shards of single images; a new folder if --input "
    "is one.",
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
_INPUT = path_flags.define_path(
    "input",
    None,
    "Image, or folder of images, for a generator that takes images.",
)
_FULL_SIZE = flags.DEFINE_bool(
    "full_size",
    False,
    "Translate an image at its size, not at that of the training.",
)
_UPSCALE = path_flags.define_path(
    "upscale", None, "As --input, for a generator that enlarges."
)
_UPSCALE_TIMES = flags.DEFINE_integer(
    "upscale_times", 1, "How often to enlarge it: 1 or 2 times.", 1, 2
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
    "--input": (_UPSCALE_TIMES, _FULL_SIZE),
}
_OF_IMAGES = ("--input", "--upscale")
_LATENT_FLAGS = (_SEED, _SEEDS, _TRUNCATION)


def main() -> None:
    """Samples, walks, inverts, translates or enlarges."""
    model = app.required(_MODEL)
    task = _task()
    path = _path(task)
    source = _INPUT.value or _UPSCALE.value or ""
    is_folder = task == _SHARDS or os.path.isdir(source)
    output_limits.require_output(path, is_folder=is_folder)
    if task in _OF_IMAGES:
        _translate(model, path, Path(source), task)
    elif task == _SHARDS:
        _shards(model, path)
    else:
        _sample(model, path, task)


def _translate(model: str, path: Path, source: Path, flag: str) -> None:
    app.import_tensorflow()
    from tfgan_zoo.cli import translating
    from tfgan_zoo.export.translator import Translator

    translator = Translator(sources.resolve_name(model), trust=_TRUST.value)
    settings = translating.Settings(
        flag,
        times=_UPSCALE_TIMES.value,
        full_size=_FULL_SIZE.value,
        labels=choices.labels(_LABELS.value, translator.metadata),
    )
    translating.write(path, translator, source, settings)


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
    flags_of_tasks = (_WALK, _INVERT, _INPUT, _UPSCALE)
    chosen = [f"--{flag.name}" for flag in flags_of_tasks if flag.value]
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
        if task in _OF_IMAGES and latent_flag.present:
            raise ValueError(
                f"--{latent_flag.name} is for models of random latents."
            )
    if _WALK_LABELS.value and _WALK_LATENT.value is not None:
        raise ValueError(
            "--walk_labels and --walk_latent must be given one at a time."
        )
    return task


def _path(task: str) -> Path:
    """Returns the file or folder to write, see `outputs`."""
    if task == _SHARDS:
        return Path(app.required(_OUTPUT))
    if task == _SAMPLES:
        return outputs.sample_file(_OUTPUT.value)
    if task == "--walk":
        return outputs.walk_file(app.required(_WALK), _OUTPUT.value)
    if task == "--invert":
        return outputs.inverted_file(app.required(_INVERT), _OUTPUT.value)
    if task == "--upscale":
        given, default = app.required(_UPSCALE), "upscaled.png"
    else:
        given, default = app.required(_INPUT), "translated.png"
    return outputs.translation_path(task, given, _OUTPUT.value, default)


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
