"""Settings: frozen dataclasses, to and from JSON."""

# Without `from __future__ import annotations`: the types are read at run time.
import dataclasses
import json
from pathlib import Path
from typing import Any, Optional, Union

from tfgan_zoo import checks, json_files, paths

PRECISIONS = ("auto", "float32", "mixed_bfloat16", "mixed_float16")
UPDATES = ("alternating", "joint")
DECAYS = ("none", "linear", "cosine")
ON_FAILURE = ("warn", "stop", "restore")
# Settings that are paths, or may be.
PATHS = ("dataset", "data_dir", "evaluate_features")


@dataclasses.dataclass(frozen=True)
class Recipe:
    """An architecture's published training settings.

    Attributes:
        paper: what published them.
        latent_dim: values a latent vector.
        latents: what they are drawn from, a name in `latents`.
        width: channels of the architecture's narrowest hidden layer.
        batch_feature: what an example's features tell of its batch, a name in
            `layers.batch`.
        packing: images that the discriminator judges at once (Lin et al.
            2018, arXiv:1712.04086).
        generator_dropout: share of the first feature map that is dropped, in
            training and ever after.
        steps: generator steps.
        batch_size: real images a discriminator step, over all replicas.
        loss: a name in `losses`.
        label_smoothing: how much less than 1 the target of a real image is.
        label_flipping: share of pairs whose real and generated logits are
            exchanged in the discriminator's loss.
        feature_matching: weight of the term beside the generator's loss.
        penalty: a name in `penalties`.
        penalty_weight: of its mean.
        penalty_every: steps from one penalty to the next, weighted so much
            the more.
        constraint: on the discriminator's weights, a name in `constraints`.
        constraint_limit: of the constraint.
        update: "alternating", each network against the other's newest
            weights, or "joint", both from one pass.
        discriminator_steps: for each generator step.
        generator_optimizer, discriminator_optimizer: names in `optimizers`.
        generator_learning_rate, discriminator_learning_rate, beta_1, beta_2:
            of the optimizers.
        learning_rate_decay: how both learning rates go down to 0 over
            `steps`: "none" (they stay), "linear" or "cosine".
        adaptive_learning_rate: whether the learning rates are multiplied by
            the networks' shares of both losses.
        augmentation: of what the discriminator sees, a name in `augment`.
        diffaugment_policy: parts of DiffAugment, by commas.
        ada_target: of ADA's r_t.
        ada_images: over which ADA's probability may go from 0 to 1.
        instance_noise: standard deviation of the noise on what the
            discriminator sees, at step 0.
        instance_noise_steps: until it has gone, linearly; 0 means: stays.
        ema_decay: share of the averaged generator that a step keeps.
        sync_batch_norm: whether batch norm takes its statistics over all
            replicas, as if there were one.
    """

    paper: str
    latent_dim: int = 100
    latents: str = "normal"
    width: int = 64
    batch_feature: str = "none"
    packing: int = 1
    generator_dropout: float = 0.0
    steps: int = 5000
    batch_size: int = 64
    loss: str = "non_saturating"
    label_smoothing: float = 0.0
    label_flipping: float = 0.0
    feature_matching: float = 0.0
    penalty: str = "none"
    penalty_weight: float = 10.0
    penalty_every: int = 1
    constraint: str = "none"
    constraint_limit: float = 0.01
    update: str = "alternating"
    discriminator_steps: int = 1
    generator_optimizer: str = "adam"
    discriminator_optimizer: str = "adam"
    generator_learning_rate: float = 2e-4
    discriminator_learning_rate: float = 2e-4
    beta_1: float = 0.5
    beta_2: float = 0.999
    learning_rate_decay: str = "none"
    adaptive_learning_rate: bool = False
    augmentation: str = "none"
    diffaugment_policy: str = "color,translation,cutout"
    ada_target: float = 0.6
    ada_images: int = 500_000
    instance_noise: float = 0.0
    instance_noise_steps: int = 0
    ema_decay: float = 0.999
    sync_batch_norm: bool = True

    def __post_init__(self) -> None:
        _check(self)


# What the networks are built by; `GAN.compile` cannot change it.
STRUCTURE = (
    "paper",
    "latent_dim",
    "width",
    "batch_feature",
    "packing",
    "generator_dropout",
)


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """Every setting of a training that its weights depend on, and when it logs.

    `None` means: as the recipe or the data have it. `config.json` of a run
    folder holds the settled values. A leading `~` of a path is expanded.

    Raises:
        ValueError: a value is out of its range.
        TypeError: a value is of the wrong type.
    """

    model: str = "dcgan"
    dataset: str = "fashion_mnist_10k"
    split: Optional[str] = None
    data_dir: Optional[str] = None
    download: bool = False
    strict_data: bool = False
    image_size: Optional[int] = None
    channels: Optional[int] = None
    value_range: Optional[str] = None
    sample_bits: Optional[int] = None
    seed: int = 0
    latent_dim: Optional[int] = None
    latents: Optional[str] = None
    width: Optional[int] = None
    batch_feature: Optional[str] = None
    packing: Optional[int] = None
    generator_dropout: Optional[float] = None
    steps: Optional[int] = None
    batch_size: Optional[int] = None
    loss: Optional[str] = None
    label_smoothing: Optional[float] = None
    label_flipping: Optional[float] = None
    feature_matching: Optional[float] = None
    penalty: Optional[str] = None
    penalty_weight: Optional[float] = None
    penalty_every: Optional[int] = None
    constraint: Optional[str] = None
    constraint_limit: Optional[float] = None
    update: Optional[str] = None
    discriminator_steps: Optional[int] = None
    generator_optimizer: Optional[str] = None
    discriminator_optimizer: Optional[str] = None
    generator_learning_rate: Optional[float] = None
    discriminator_learning_rate: Optional[float] = None
    beta_1: Optional[float] = None
    beta_2: Optional[float] = None
    learning_rate_decay: Optional[str] = None
    adaptive_learning_rate: Optional[bool] = None
    augmentation: Optional[str] = None
    diffaugment_policy: Optional[str] = None
    ada_target: Optional[float] = None
    ada_images: Optional[int] = None
    instance_noise: Optional[float] = None
    instance_noise_steps: Optional[int] = None
    ema_decay: Optional[float] = None
    sync_batch_norm: Optional[bool] = None
    precision: str = "auto"
    jit_compile: bool = False
    log_every: int = 50
    sample_every: int = 500
    checkpoint_every: int = 500
    keep_checkpoints: int = 3
    evaluate_every: int = 0
    evaluate_count: int = 5000
    evaluate_metric: str = "frechet_distance"
    evaluate_features: Optional[str] = None
    health_every: int = 100
    on_failure: str = "warn"

    def __post_init__(self) -> None:
        _check(self)

    def settled(self, recipe: Recipe) -> "TrainConfig":
        """Returns a copy in which `recipe` has filled what was `None`."""
        known = {field.name for field in dataclasses.fields(self)}
        missing = {
            name: value
            for name, value in dataclasses.asdict(recipe).items()
            if name in known and getattr(self, name) is None
        }
        return dataclasses.replace(self, **missing)

    def recipe(self, paper: str) -> Recipe:
        """Returns the recipe that these resolved settings amount to."""
        names = [field.name for field in dataclasses.fields(Recipe)]
        names.remove("paper")
        return Recipe(paper, **{name: getattr(self, name) for name in names})


_COUNT = (1, 2**31 - 1)
_COUNT_OR_NONE = (0, 2**31 - 1)
_AMOUNT = (0.0, checks.INFINITY)
_SHARE = (0.0, 1.0)
_RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(
        (
            "image_size",
            "latent_dim",
            "width",
            "packing",
            "steps",
            "batch_size",
            "penalty_every",
            "discriminator_steps",
            "ada_images",
            "log_every",
            "sample_every",
            "checkpoint_every",
            "keep_checkpoints",
            "evaluate_count",
        ),
        _COUNT,
    ),
    **dict.fromkeys(
        ("seed", "instance_noise_steps", "evaluate_every", "health_every"),
        _COUNT_OR_NONE,
    ),
    **dict.fromkeys(
        (
            "feature_matching",
            "penalty_weight",
            "constraint_limit",
            "generator_learning_rate",
            "discriminator_learning_rate",
            "instance_noise",
        ),
        _AMOUNT,
    ),
    **dict.fromkeys(
        (
            "generator_dropout",
            "label_smoothing",
            "label_flipping",
            "beta_1",
            "beta_2",
            "ema_decay",
        ),
        _SHARE,
    ),
    "sample_bits": (8, 16),
    "ada_target": (-1.0, 1.0),
}
_CHOICES: dict[str, tuple[Any, ...]] = {
    "channels": (1, 3),
    "learning_rate_decay": DECAYS,
    "on_failure": ON_FAILURE,
    "precision": PRECISIONS,
    "update": UPDATES,
}


def _check(settings: Union[Recipe, TrainConfig]) -> None:
    for name, types in checks.field_types(type(settings)).items():
        value = checks.typed(name, getattr(settings, name), types)
        if name in PATHS and value is not None:
            value = paths.expand_text(value)
        object.__setattr__(settings, name, value)
        if value is not None and name in _RANGES:
            checks.in_range(name, value, _RANGES[name])
        if value is not None and name == "value_range":
            checks.value_range(name, value)
        if value is not None and name in _CHOICES:
            checks.one_of(name, value, _CHOICES[name])


def settings() -> list[tuple[str, tuple[type, ...], Any]]:
    """Returns (name, types, default) of every setting, in order."""
    types = checks.field_types(TrainConfig)
    return [
        (field.name, types[field.name], field.default)
        for field in dataclasses.fields(TrainConfig)
    ]


def to_json(config: TrainConfig) -> str:
    """Returns the settings as indented JSON with a final newline."""
    return json.dumps(dataclasses.asdict(config), indent=2) + "\n"


def from_json(path: Union[str, Path]) -> TrainConfig:
    """Reads the settings that `to_json` wrote.

    Raises:
        ValueError: the file is no JSON object of known settings in range.
        TypeError: a value is of the wrong type.
        OSError: the file cannot be read.
    """
    values = json_files.read_object(paths.expand(path), "A config")
    known = [field.name for field in dataclasses.fields(TrainConfig)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(
            f"A config's settings must be among: {', '.join(known)}. "
            f"Received: {', '.join(unknown)} in {path}."
        )
    return TrainConfig(**values)


def differences(before: TrainConfig, after: TrainConfig) -> dict[str, str]:
    """Returns `{setting: "old -> new"}` for the settings that differ."""
    return {
        field.name: f"{old} -> {new}"
        for field in dataclasses.fields(TrainConfig)
        if (old := getattr(before, field.name))
        != (new := getattr(after, field.name))
    }
