"""From what a command line names to samples, and what they are held against."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import data
from tfgan_zoo.data.points import MIXTURES
from tfgan_zoo.evaluation import features, real, samples
from tfgan_zoo.evaluation.evaluate import Against, Settings, needs
from tfgan_zoo.evaluation.metrics import METRICS, OF_POINTS, SLOW
from tfgan_zoo.evaluation.samples import Fixed, Generator
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.training import trained
from tfgan_zoo.training.run_folder import RunFolder

_BATCH_SIZE = 250
_LOOKED_AT = 64


@dataclasses.dataclass(frozen=True)
class Model:
    """A generator to evaluate.

    Attributes:
        source: of its samples.
        dataset, data_dir: what it was trained on.
        protocol: what an evaluation says of it.
    """

    source: Generator
    dataset: str
    data_dir: str | None
    protocol: dict[str, Any]


def is_run(path: Path) -> bool:
    """Whether a folder is that of a training."""
    return (path / "config.json").is_file()


def model_of_run(
    path: Path, checkpoint: str, truncation: float | None
) -> Model:
    """Returns the generator of a run folder.

    Raises:
        ValueError: truncation is asked for, or as of `trained.restored`.
        FileNotFoundError: as of `trained.restored`.
    """
    if truncation is not None:
        raise ValueError(
            "--truncation is of exports. Received: the run folder "
            f"{path}; tfgan-export makes one of it."
        )
    found = trained.restored(RunFolder(path), checkpoint=checkpoint)
    if not found.gan.from_seeds:
        raise ValueError(
            "A model to evaluate must make samples of random latents. "
            f"Received: {path}, of {found.gan.latent_name}."
        )
    return Model(
        source=of_gan(found.gan, found.spec.class_names),
        dataset=found.config.dataset,
        data_dir=found.config.data_dir,
        protocol={
            "model": str(path),
            "architecture": found.config.model,
            "training_steps": found.step,
            "checkpoint": checkpoint,
            "weights": f"average, decay {found.gan.recipe.ema_decay}",
            "latents": found.gan.recipe.latents,
            "truncation": None,
            "precision": "float32",
        },
    )


def of_gan(gan: Any, class_names: tuple[str, ...] = ()) -> Generator:
    """Returns the samples of a GAN's averaged generator."""

    def draw(seeds: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        parts = []
        for start in range(0, len(seeds), _BATCH_SIZE):
            rows = slice(start, start + _BATCH_SIZE)
            own = None if labels is None else tf.constant(labels[rows])
            parts.append(gan.sample(tf.constant(seeds[rows]), own).numpy())
        return np.concatenate(parts)

    return Generator(draw, gan.image_shape, gan.num_classes, class_names)


def model_of_export(
    path: Path, truncation: float | None, *, trust: bool
) -> Model:
    """Returns the generator of an export.

    Raises:
        FileNotFoundError: `path` is no export.
        ValueError: as of `Sampler`, or its images are not finite.
    """
    sampler = Sampler(path, trust=trust)
    card = sampler.card
    _require_finite(sampler)

    def draw(seeds: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        return sampler.drawn(seeds, labels, truncation=truncation)

    return Model(
        source=Generator(
            draw,
            tuple(card["image_shape"]),
            card["num_classes"],
            tuple(card["class_names"]),
        ),
        dataset=card["dataset"],
        data_dir=card["recipe"].get("data_dir"),
        protocol={
            "model": str(path),
            "sha256": sampler.sha256,
            "architecture": card["architecture"],
            "training_steps": card["training_steps"],
            "weights": f"average, decay {card['recipe'].get('ema_decay')}",
            "latents": card["latent_distribution"],
            "truncation": truncation,
            "precision": "float32",
        },
    )


def _require_finite(sampler: Sampler) -> None:
    """Looks at some images before they are rounded, which hides a NaN."""
    shape = [_LOOKED_AT, *sampler.card["latent_shape"]]
    latents = tf.random.stateless_normal(shape, [0, 0])
    labels = None
    if sampler.num_classes:
        labels = tf.range(_LOOKED_AT) % sampler.num_classes
    samples.finite(sampler.generate(latents, labels).numpy())


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What samples are to be held against.

    Attributes:
        request: the data set; its split is that of the real images, "" for
            `test` where there is one.
        features: name or path of the network; None goes by the data set.
        network_file: of one that does not come with the package.
        with_reference: whether to score training images too.
    """

    request: data.DataRequest
    features: str | None
    network_file: features.Request
    with_reference: bool


def network_for(
    wanted: Wanted, spec: data.DatasetSpec
) -> features.FeatureNetwork | None:
    """Returns the feature network; None of points.

    Raises:
        ValueError: there is none for the data, and none is named.
    """
    if len(spec.image_shape) != 3:
        if wanted.features:
            raise ValueError(
                "--features is of images. Received: "
                f"{wanted.features}, with the points of {spec.name}."
            )
        return None
    name = wanted.features or features.for_dataset(wanted.request.dataset)
    if name is None:
        raise ValueError(
            "--features must be given for images that none of the networks "
            f"was trained on: one of {', '.join(features.names())}, or the "
            "path of a SavedModel or Keras model. Received: "
            f"{wanted.request.dataset} without it."
        )
    return features.get(name, wanted.network_file)


def against(
    wanted: Wanted, settings: Settings
) -> tuple[Against, dict[str, Any], data.DatasetSpec]:
    """Judges the real images, from the cache where they are known.

    Returns:
        What to hold samples against, what the protocol says of it, and the
        spec of the data.

    Raises:
        ValueError: as of the data set and the network.
    """
    request = wanted.request
    splits = data.splits(request)
    split = request.split or ("test" if "test" in splits else splits[0])
    request = dataclasses.replace(request, split=split)
    examples = data.load_examples(request)
    network = network_for(wanted, examples.spec)
    names = settings.metrics or _usual(network)
    needed = needs(names)
    how = {
        "with_images": "images" in needed,
        "with_balls": bool({"precision_recall", "density_coverage"} & {*names}),
    }
    training = None
    if wanted.with_reference or "training" in needed:
        training = _training(request, splits, settings.count, network, how)
    found = Against(
        real=real.judged(examples, settings.count, network, **how),
        network=network,
        training=training,
        mixture=MIXTURES.get(request.dataset),
        with_reference=wanted.with_reference,
    )
    said = {"dataset": request.dataset, "split": split}
    return found, said, examples.spec


def _usual(network: features.FeatureNetwork | None) -> tuple[str, ...]:
    names = METRICS if network else OF_POINTS
    return tuple(name for name in names if name not in SLOW)


def _training(
    request: data.DataRequest,
    splits: tuple[str, ...],
    count: int,
    network: features.FeatureNetwork | None,
    how: dict[str, bool],
) -> Any:
    if request.split == "train" or "train" not in splits:
        raise ValueError(
            "--reference and memorisation need images beside those that were "
            f"trained on. Received: {request.dataset}, split {request.split} "
            f"of {', '.join(splits)}."
        )
    examples = data.load_examples(dataclasses.replace(request, split="train"))
    return real.judged(
        examples, max(count, len(examples)), network, with_images=how["with_images"]
    )


def files_of_images(
    path: Path, spec: data.DatasetSpec
) -> Fixed:
    """Returns the images of a folder, or of an .npy or .npz file.

    Raises:
        ValueError: as of `samples.from_file` and `samples.from_folder`.
        FileNotFoundError: there is nothing.
    """
    if not path.exists():
        raise FileNotFoundError(
            "--images must be a folder of images, or an .npy or .npz file. "
            f"Received: {path}."
        )
    if path.is_dir():
        return samples.from_folder(path, spec, print)
    return samples.from_file(path)
