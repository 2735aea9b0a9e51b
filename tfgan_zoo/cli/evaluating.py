"""From what a command line names to samples."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import data, sources
from tfgan_zoo.cli import evaluation_output
from tfgan_zoo.evaluation import generators, image_files, samples
from tfgan_zoo.evaluation.evaluate import evaluate
from tfgan_zoo.evaluation.reference import Reference, is_trained_on
from tfgan_zoo.evaluation.samples import Fixed, Generator, TranslatingGenerator
from tfgan_zoo.evaluation.scores import Evaluation
from tfgan_zoo.evaluation.settings import Settings
from tfgan_zoo.export.loading import fingerprint, saved_model_path
from tfgan_zoo.export.metadata import read_metadata
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.export.translator import Translator
from tfgan_zoo.inputs import ENLARGE, IMAGE
from tfgan_zoo.messages import list_some, printable
from tfgan_zoo.training import trained_gan
from tfgan_zoo.training.run_folder import RunFolder

_LOOKED_AT = 64


@dataclasses.dataclass(frozen=True)
class Model:
    """A generator to evaluate.

    Attributes:
        source: of its samples.
        dataset, data_dir, split, value_range, sample_bits: what it was trained
            on.
        fingerprint: of what it was trained on, None where that is not known.
        protocol: what an evaluation says of it.
    """

    source: Generator | TranslatingGenerator
    dataset: str
    data_dir: str | None
    protocol: dict[str, Any]
    value_range: str | None = None
    sample_bits: int | None = None
    split: str | None = None
    fingerprint: str | None = None

    @property
    def takes_images(self) -> bool:
        """Whether its samples are made of other images."""
        return isinstance(self.source, TranslatingGenerator)

    def check_data(self, dataset: str, split: str, fingerprint: str) -> None:
        """Prints a note if it was trained on the real images, or on others.

        Samples of latents are often compared with training images; translations
        of sources that were trained on look better than any others.

        Args:
            dataset, split, fingerprint: of the real images.
        """
        if dataset != self.dataset or not is_trained_on(split, self.split):
            return
        is_same_split = split == (self.split or "train")
        if is_same_split and self.fingerprint not in (None, fingerprint):
            print(
                f"Note: The images of {printable(dataset)} are not the same as "
                "when the model was trained on them."
            )
        elif self.takes_images:
            print(
                "Note: The model was trained on these images, the split "
                f"{printable(split)} of {printable(dataset)}; its values for "
                "images that it has not seen may be worse."
            )


def is_run(path: Path) -> bool:
    """Whether a folder is that of a training."""
    return (path / "config.json").is_file()


def model_of_run(
    path: Path, checkpoint: str, truncation: float | None
) -> Model:
    """Returns the generator of a run folder.

    Raises:
        ValueError: truncation is asked for, or see `load_trained_gan`.
        FileNotFoundError: see `load_trained_gan`.
    """
    if truncation is not None:
        raise ValueError(
            "--truncation is of exports. Received: the run folder "
            f"{path}; tfgan-export makes one of it."
        )
    folder = RunFolder(path)
    trained = trained_gan.load_trained_gan(folder, checkpoint=checkpoint)
    source = generators.of_gan(trained.gan, trained.spec.class_names)
    latents = {"latents": trained.gan.recipe.latents, "truncation": None}
    return Model(
        source=source,
        dataset=folder.data_path() or trained.config.dataset,
        data_dir=trained.config.data_dir,
        value_range=trained.config.value_range,
        sample_bits=trained.config.sample_bits,
        split=trained.config.split,
        fingerprint=folder.data_fingerprint(),
        protocol={
            "model": str(path),
            "architecture": trained.config.model,
            "training_steps": trained.step,
            "checkpoint": checkpoint,
            "weights": f"average, decay {trained.gan.recipe.ema_decay}",
            **(latents if isinstance(source, Generator) else {}),
            "precision": "float32",
        },
    )


def model_of_export(
    path: Path, truncation: float | None, *, trust: bool
) -> Model:
    """Returns the generator of an export.

    Raises:
        FileNotFoundError: `path` is no export.
        ValueError: see `Sampler` and `Translator`, truncation is asked for of a
            generator that takes images, or its images are not finite.
    """
    metadata = read_metadata(saved_model_path(path))
    recipe = metadata.recipe
    source: Generator | TranslatingGenerator
    latents: dict[str, Any] = {}
    if metadata.inputs[0].kind == IMAGE:
        if truncation is not None:
            raise ValueError(
                "--truncation is for generators that take latents. "
                f"Received: {truncation}, for one that takes images."
            )
        source = _of_translator(Translator(path, trust=trust))
    else:
        source = _of_sampler(Sampler(path, trust=trust), truncation)
        part = metadata.inputs[0].parts[0]
        latents = {"latents": part.distribution, "truncation": truncation}
    # An export in its run folder: the run knows where its images are.
    run = RunFolder(path.resolve().parent)
    is_of_run = run.config.is_file()
    folder = run.data_path() if is_of_run else None
    return Model(
        source=source,
        dataset=folder or metadata.dataset,
        data_dir=recipe.get("data_dir"),
        value_range=recipe.get("value_range"),
        sample_bits=recipe.get("sample_bits"),
        split=recipe.get("split"),
        fingerprint=run.data_fingerprint() if is_of_run else None,
        protocol={
            "model": str(path),
            "sha256": fingerprint(path),
            "architecture": metadata.architecture,
            "training_steps": metadata.training_steps,
            "weights": f"average, decay {recipe.get('ema_decay')}",
            **latents,
            "precision": "float32",
        },
    )


def _of_sampler(sampler: Sampler, truncation: float | None) -> Generator:
    metadata = sampler.metadata
    _require_finite(sampler)

    def draw(seeds: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        return sampler.sample(seeds, labels, truncation=truncation)

    return Generator(
        draw, metadata.image_shape, metadata.num_classes, metadata.class_names
    )


def _of_translator(translator: Translator) -> TranslatingGenerator:
    metadata, source_shape = translator.metadata, translator.spec.shape
    # Exports of the first version say nothing of their sources.
    default = sources.SMALL if metadata.task == ENLARGE else sources.DATA
    name = metadata.recipe.get("source", default)
    make = functools.partial(
        sources.make,
        name,
        factor=metadata.image_shape[0] // source_shape[0],
    )
    rows = [_LOOKED_AT, *source_shape]
    labels = np.zeros(_LOOKED_AT, np.int32) if metadata.num_classes else None
    looked_at = tf.random.stateless_uniform(rows, [0, 0], -1.0, 1.0).numpy()
    samples.finite(translator.float_images(looked_at, labels))
    return TranslatingGenerator(
        translator.translate,
        metadata.image_shape,
        source_shape,
        None if name == sources.DATA else generators.source_maker(make),
        num_classes=metadata.num_classes,
        class_names=metadata.class_names,
    )


def _require_finite(sampler: Sampler) -> None:
    """Looks at some images before they are rounded, which hides a NaN."""
    shape = [_LOOKED_AT, *sampler.latents_spec.shape]
    latents = tf.random.stateless_normal(shape, [0, 0])
    labels = None
    if sampler.num_classes:
        labels = tf.range(_LOOKED_AT) % sampler.num_classes
    samples.finite(sampler.generate(latents, labels).numpy())


def require_one_kind(first: Model | None, other: Model | None) -> None:
    """Refuses to compare images made of images with samples of another kind.

    Args:
        first: None stands for images in files.
        other: None where nothing is compared.

    Raises:
        ValueError: one of the two takes images, and the other does not; or both
            do, of different sizes.
    """
    takes_images = first is not None and first.takes_images
    if other is not None and other.takes_images != takes_images:
        kinds = ("samples of latents or files", "images made of images")
        raise ValueError(
            "--compare needs two models that both take images, or neither. "
            f"Received: {kinds[takes_images]}, and "
            f"{kinds[other.takes_images]}."
        )
    if first is not None and other is not None and takes_images:
        shapes = [model.source.image_shape for model in (first, other)]
        if shapes[0] != shapes[1]:
            raise ValueError(
                "--compare needs generators whose images have one size. "
                f"Received: {shapes[0]} and {shapes[1]}."
            )


def files_of_images(
    path: Path, spec: data.DatasetSpec, *, value_range: str | None = None
) -> Fixed:
    """Returns the images of a folder, or of an .npy or .npz file.

    Args:
        path: of the folder or file.
        spec: of the data that they imitate.
        value_range: of a folder's images, as `data.DataRequest` has it.

    Raises:
        ValueError: see `samples.from_file` and `samples.from_folder`.
        FileNotFoundError: there is nothing.
    """
    if not path.exists():
        raise FileNotFoundError(
            "--images must be a folder of images, or an .npy or .npz file. "
            f"Received: {path}."
        )
    if path.is_dir():
        return samples.from_folder(path, spec, print, value_range=value_range)
    fixed = samples.from_file(path)
    others = image_files.unread_arrays(path) if fixed.labels is None else []
    if others:
        named = list_some([printable(name) for name in others])
        print(
            f"Note: {path} has no `labels`; what else it has is not read: "
            f"{named}."
        )
    return fixed


def evaluate_source(
    source: Any, reference: Reference, settings: Settings, about: dict[str, Any]
) -> Evaluation:
    """Evaluates samples behind a progress bar.

    Args:
        source: of the samples.
        reference: see `evaluate`.
        settings: see `evaluate`.
        about: what the protocol says of the source and the reference.
    """
    with evaluation_output.progress_bar(
        settings.count * settings.repeats
    ) as done:
        evaluation = evaluate(source, reference, settings, done=done)
    return dataclasses.replace(
        evaluation, protocol={**about, **evaluation.protocol}
    )
