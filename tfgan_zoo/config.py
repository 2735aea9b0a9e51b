"""Settings: frozen dataclasses, to and from JSON."""

# Without `from __future__ import annotations`: the types are read at run time.
import dataclasses
import json
import math
import typing
from pathlib import Path
from typing import Any, Optional, Union

PRECISIONS = ("auto", "float32", "mixed_bfloat16")


@dataclasses.dataclass(frozen=True)
class Recipe:
    """An architecture's published training settings.

    Attributes:
        paper: what published them.
        latent_dim: values a latent vector.
        width: channels of the architecture's narrowest hidden layer.
        steps: generator steps.
        batch_size: images a step, over all replicas.
        loss: a name in `losses.LOSSES`.
        generator_learning_rate, discriminator_learning_rate, beta_1, beta_2:
            of Adam.
        ema_decay: share of the averaged generator that a step keeps.
    """

    paper: str
    latent_dim: int = 100
    width: int = 64
    steps: int = 5000
    batch_size: int = 64
    loss: str = "non_saturating"
    generator_learning_rate: float = 2e-4
    discriminator_learning_rate: float = 2e-4
    beta_1: float = 0.5
    beta_2: float = 0.999
    ema_decay: float = 0.999


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """Every setting of a training that its weights depend on, and when it logs.

    `None` means: as the recipe or the data have it. `config.json` of a run
    folder holds the settled values.

    Raises:
        ValueError: a value is out of its range.
        TypeError: a value is of the wrong type.
    """

    model: str = "dcgan"
    dataset: str = "fashion_mnist_10k"
    data_dir: Optional[str] = None
    download: bool = False
    strict_data: bool = False
    image_size: Optional[int] = None
    channels: Optional[int] = None
    seed: int = 0
    latent_dim: Optional[int] = None
    width: Optional[int] = None
    steps: Optional[int] = None
    batch_size: Optional[int] = None
    loss: Optional[str] = None
    generator_learning_rate: Optional[float] = None
    discriminator_learning_rate: Optional[float] = None
    beta_1: Optional[float] = None
    beta_2: Optional[float] = None
    ema_decay: Optional[float] = None
    precision: str = "auto"
    log_every: int = 50
    sample_every: int = 500
    checkpoint_every: int = 500
    keep_checkpoints: int = 3

    def __post_init__(self) -> None:
        for name, types in _types(TrainConfig).items():
            value = _check_type(name, getattr(self, name), types)
            object.__setattr__(self, name, value)
            if value is not None and name in _RANGES:
                _check_range(name, value)
        if self.precision not in PRECISIONS:
            raise ValueError(
                f"`precision` must be one of: {', '.join(PRECISIONS)}. "
                f"Received: {self.precision}."
            )

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
        """Returns the recipe that these settled settings amount to."""
        names = [field.name for field in dataclasses.fields(Recipe)]
        names.remove("paper")
        return Recipe(paper, **{name: getattr(self, name) for name in names})


_POSITIVE = (1, 2**31 - 1)
_RATE = (0.0, 1.0)
_RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(
        (
            "image_size",
            "latent_dim",
            "width",
            "steps",
            "batch_size",
            "log_every",
            "sample_every",
            "checkpoint_every",
            "keep_checkpoints",
        ),
        _POSITIVE,
    ),
    "channels": (1, 3),
    "seed": (0, 2**31 - 1),
    "generator_learning_rate": (0.0, math.inf),
    "discriminator_learning_rate": (0.0, math.inf),
    "beta_1": _RATE,
    "beta_2": _RATE,
    "ema_decay": _RATE,
}


def settings() -> list[tuple[str, tuple[type, ...], Any]]:
    """Returns (name, types, default) of every setting, in order."""
    types = _types(TrainConfig)
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
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            f"A config must be a JSON file. Received: {path} ({error})."
        ) from None
    if not isinstance(values, dict):
        raise ValueError(
            f"A config must be a JSON object. Received: {path}, "
            f"a {type(values).__name__}."
        )
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


def _types(config: type) -> dict[str, tuple[type, ...]]:
    hints = typing.get_type_hints(config)
    return {
        name: typing.get_args(hint) or (hint,) for name, hint in hints.items()
    }


def _check_type(name: str, value: Any, types: tuple[type, ...]) -> Any:
    if float in types and type(value) is int:
        value = float(value)
    # Exact types: True is an int to isinstance.
    if type(value) not in types:
        wanted = types[0].__name__
        raise TypeError(
            f"`{name}` must be of type {wanted}. Received: {value}."
        )
    return value


def _check_range(name: str, value: float) -> None:
    low, high = _RANGES[name]
    if not low <= value <= high:
        upper = "" if high in (math.inf, _POSITIVE[1]) else f" and {high}"
        between = f"between {low}{upper}" if upper else f"at least {low}"
        raise ValueError(f"`{name}` must be {between}. Received: {value}.")
