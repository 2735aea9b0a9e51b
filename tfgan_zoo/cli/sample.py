"""tfgan-sample: images of an exported generator, from its files alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli import (
    app,
    choices,
    output_limits,
    outputs,
    sample_flags,
    sample_help,
)
from tfgan_zoo.pretrained import sources

if TYPE_CHECKING:
    from tfgan_zoo.encoders.encoder import Encoder
    from tfgan_zoo.export.sampler import Sampler

flags.adopt_module_key_flags(sample_flags)

# What is to be written -> how many seeds it needs, and flags of its own.
_SAMPLES = "a grid of samples"
_SHARDS = "an --output that ends in a slash"
_OWN_FLAGS = {
    _SAMPLES: (sample_flags.COUNT, sample_flags.COLUMNS),
    _SHARDS: (
        sample_flags.COUNT,
        sample_flags.SHARD,
        sample_flags.SHARD_SIZE,
        sample_flags.SHARD_FORMAT,
    ),
    "--walk": (
        sample_flags.WALK_STOPS,
        sample_flags.WALK_FRAMES,
        sample_flags.WALK_LABELS,
        sample_flags.WALK_LATENT,
    ),
    "--invert": (sample_flags.INVERT_STARTS, sample_flags.INVERT_STEPS),
    "--upscale": (sample_flags.UPSCALE_TIMES,),
    "--input": (sample_flags.UPSCALE_TIMES, sample_flags.FULL_SIZE),
}
_OF_IMAGES = ("--input", "--upscale")
_LATENT_FLAGS = (sample_flags.SEED, sample_flags.SEEDS, sample_flags.TRUNCATION)


def main() -> None:
    """Samples, walks, inverts, translates or enlarges."""
    model = app.required(sample_flags.MODEL)
    task = _task()
    path = _path(task)
    source = sample_flags.INPUT.value or sample_flags.UPSCALE.value or ""
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

    translator = Translator(
        sources.resolve_name(model), trust=sample_flags.TRUST.value
    )
    settings = translating.Settings(
        flag,
        times=sample_flags.UPSCALE_TIMES.value,
        full_size=sample_flags.FULL_SIZE.value,
        labels=choices.labels(sample_flags.LABELS.value, translator.metadata),
    )
    translating.write(path, translator, source, settings)


def _shards(model: str, folder: Path) -> None:
    if sample_flags.SEEDS.present:
        raise ValueError("--seeds is not for shards, which begin at --seed.")
    choices.require_seeds(
        sample_flags.SEED.value,
        sample_flags.COUNT.value,
        sample_flags.COUNT.name,
    )
    number, of = choices.share(sample_flags.SHARD.value)
    app.import_tensorflow()
    from tfgan_zoo.cli import sampling
    from tfgan_zoo.export.bulk import Order, Share
    from tfgan_zoo.export.sampler import Sampler

    share = Share(number, of)
    sampler = Sampler(
        sources.resolve_name(model), trust=sample_flags.TRUST.value
    )
    labels = choices.labels(sample_flags.LABELS.value, sampler.metadata)
    order = Order(
        sample_flags.SEED.value,
        sample_flags.COUNT.value,
        sample_flags.SHARD_SIZE.value,
        sample_flags.SHARD_FORMAT.value,
        None if labels is None else tuple(labels.tolist()),
        sample_flags.TRUNCATION.value,
    )
    sampling.write_shards(folder, sampler, order, share)


def _sample(model: str, path: Path, task: str) -> None:
    seeds = _seeds(_OWN_FLAGS[task][0])
    app.import_tensorflow()
    from tfgan_zoo.cli import sampling
    from tfgan_zoo.export.invert import Search
    from tfgan_zoo.export.sampler import Sampler
    from tfgan_zoo.export.walk import Route

    folder = sources.resolve_name(model)
    sampler = Sampler(folder, trust=sample_flags.TRUST.value)
    labels = choices.labels(sample_flags.LABELS.value, sampler.metadata)
    truncation = sample_flags.TRUNCATION.value
    route = Route(seeds, sample_flags.WALK_FRAMES.value, labels, truncation)
    if task == "--walk":
        sampling.write_walk(
            path,
            sampler,
            route,
            index=sample_flags.WALK_LATENT.value,
            all_classes=sample_flags.WALK_LABELS.value,
        )
    elif task == "--invert":
        steps = sample_flags.INVERT_STEPS.value
        inverter = sampling.Inverter(
            sampler,
            Search(seeds, labels, steps or 300, truncation),
            _load_encoder(folder, sampler),
            steps or 10,
        )
        target = Path(app.required(sample_flags.INVERT))
        sampling.write_inversion(path, inverter, target)
    else:
        sampling.write_samples(path, sampler, route, sample_flags.COLUMNS.value)


def _load_encoder(folder: Path, sampler: Sampler) -> Encoder | None:
    """Returns the encoder of a model, unless there are seeds to start from."""
    from tfgan_zoo.encoders import encoder, file_names

    from_seeds = (*_LATENT_FLAGS, sample_flags.INVERT_STARTS)
    if any(flag.present for flag in from_seeds):
        return None
    if not (folder / file_names.SAVED_MODEL).is_dir():
        return None
    return encoder.load_encoder(
        folder, sampler.metadata, trust=sample_flags.TRUST.value
    )


def _task() -> str:
    """Returns what is to be written, once the flags are known to fit it.

    Raises:
        ValueError: a flag belongs to something else.
    """
    flags_of_tasks = (
        sample_flags.WALK,
        sample_flags.INVERT,
        sample_flags.INPUT,
        sample_flags.UPSCALE,
    )
    chosen = [f"--{flag.name}" for flag in flags_of_tasks if flag.value]
    if len(chosen) > 1:
        raise ValueError(f"{' and '.join(chosen)} must be given one at a time.")
    to_folder = (sample_flags.OUTPUT.value or "").endswith("/")
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
    if (
        sample_flags.WALK_LABELS.value
        and sample_flags.WALK_LATENT.value is not None
    ):
        raise ValueError(
            "--walk_labels and --walk_latent must be given one at a time."
        )
    return task


def _path(task: str) -> Path:
    """Returns the file or folder to write, see `outputs`."""
    if task == _SHARDS:
        return Path(app.required(sample_flags.OUTPUT))
    if task == _SAMPLES:
        return outputs.sample_file(sample_flags.OUTPUT.value)
    if task == "--walk":
        return outputs.walk_file(
            app.required(sample_flags.WALK), sample_flags.OUTPUT.value
        )
    if task == "--invert":
        return outputs.inverted_file(
            app.required(sample_flags.INVERT), sample_flags.OUTPUT.value
        )
    if task == "--upscale":
        given, default = app.required(sample_flags.UPSCALE), "upscaled.png"
    else:
        given, default = app.required(sample_flags.INPUT), "translated.png"
    return outputs.translation_path(
        task, given, sample_flags.OUTPUT.value, default
    )


def _seeds(number: flags.FlagHolder) -> np.ndarray:
    """Returns --seeds, or as many from --seed on as the flag `number` says.

    Raises:
        ValueError: one is out of its range, or both ways are used.
    """
    if sample_flags.SEEDS.value is None:
        output_limits.require_seeds(number.name, number.value)
        return choices.seeds_from(
            sample_flags.SEED.value, number.value, number.name
        )
    for flag in (sample_flags.SEED, number):
        if flag.present:
            raise ValueError(f"--seeds must be given without --{flag.name}.")
    return choices.seeds(sample_flags.SEEDS.value)


def run() -> None:
    """The console script."""
    app.run(main, __name__, sample_help.USAGE, sections=sample_help.SECTIONS)


if __name__ == "__main__":
    run()
