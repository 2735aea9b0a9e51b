"""The settings of a run: the recipe's, the data's, and when it writes what."""

# Without `from __future__ import annotations`: the types are read at run time.
import dataclasses
from typing import Optional

from tfgan_zoo import checks, paths
from tfgan_zoo.recipe import (
    STRUCTURE,
    AugmentationSettings,
    ModelSettings,
    ObjectiveSettings,
    OptimizerSettings,
    Recipe,
    ScheduleSettings,
)
from tfgan_zoo.settings import (
    COUNT,
    COUNT_OR_ZERO,
    ON,
    Settings,
    document,
    list_settings,
    setting,
    unset,
)
from tfgan_zoo.start_settings import StartSettings
from tfgan_zoo.translation_settings import TranslationSettings

__all__ = [
    "MAY_CHANGE",
    "PRECISIONS",
    "STRUCTURE",
    "SUBJECTS",
    "Recipe",
    "TrainConfig",
    "describe_changes",
]

PRECISIONS = ("auto", "float32", "mixed_bfloat16", "mixed_float16")


@dataclasses.dataclass(frozen=True)
class _Architecture(Settings):
    model: str = setting(
        "dcgan", help="Architecture to train; --model=help lists them."
    )


# A dataclass has the fields of its last base first.
@dataclasses.dataclass(frozen=True)
class RunModelSettings(ModelSettings, _Architecture):
    """Which networks are trained, and what the generator takes."""


@dataclasses.dataclass(frozen=True)
class RunSettings(Settings):
    """Seed and precision, and when the run writes what."""

    seed: int = setting(
        0,
        help="Seed of the weights, the latents and the order of the images.",
        limits=COUNT_OR_ZERO,
    )
    precision: str = setting(
        "auto",
        help="Precision of the computation. mixed_float16 scales the losses; "
        "auto is mixed_bfloat16 where the hardware multiplies in it, else "
        "float32.",
        choices=PRECISIONS,
    )
    jit_compile: bool = setting(
        False,
        help="Whether XLA compiles the training step; on a single device only.",
    )
    log_every: int = setting(
        50,
        help="Number of steps from one line of metrics.jsonl to the next.",
        limits=COUNT,
    )
    sample_every: int = setting(
        500,
        help="Number of steps from one grid of samples to the next.",
        limits=COUNT,
    )
    checkpoint_every: int = setting(
        500,
        help="Number of steps from one checkpoint to the next.",
        limits=COUNT,
    )
    keep_checkpoints: int = setting(
        3,
        help="Number of checkpoints to keep, the newest ones.",
        limits=COUNT,
        may_change=True,
    )
    evaluate_every: int = setting(
        0,
        help="Number of steps from one evaluation, as tfgan-evaluate makes it, "
        "to the next; 0 for none.",
        limits=COUNT_OR_ZERO,
        may_change=True,
    )
    evaluate_count: int = setting(
        5000,
        help="Number of samples in an evaluation.",
        limits=COUNT,
        needs=("evaluate_every", ON),
        may_change=True,
    )
    evaluate_metric: Optional[str] = setting(
        None,
        help="Metric of best_checkpoint; by default l1 or frechet_distance.",
        needs=("evaluate_every", ON),
        may_change=True,
    )
    evaluate_features: Optional[str] = setting(
        None,
        help="Feature network of the evaluation, a name or a file; by default "
        "that of the data set.",
        needs=("evaluate_every", ON),
        is_path=True,
        may_change=True,
    )
    health_every: int = setting(
        100,
        help="Number of steps from one examination by the doctor to the next; "
        "0 for none.",
        limits=COUNT_OR_ZERO,
        may_change=True,
    )
    on_failure: str = setting(
        "warn",
        help="What to do when a training fails: warn, stop, or restore the "
        "last healthy checkpoint and continue with other random numbers.",
        choices=("warn", "stop", "restore"),
        may_change=True,
    )


@dataclasses.dataclass(frozen=True)
class DataSettings(Settings):
    """Which images, and how they are read."""

    # A resumed run compares its data by their content, as they may have moved.
    dataset: str = setting(
        "fashion_mnist_10k",
        help="Data set, by default the architecture's: fashion_mnist_10k, "
        "smileys, the name of a TensorFlow data set, a set of points (ring8, "
        "grid25 or xor), or a folder of images, whose subfolders are the "
        "classes. To translate: emoji_drawings, pairs:FOLDER or "
        "unpaired:FOLDER,FOLDER.",
        is_path=True,
        may_change=True,
    )
    split: Optional[str] = setting(
        None,
        help="Split of the data set, by default train. A folder that contains "
        "splits, such as train/ and test/, has no default.",
        may_change=True,
    )
    data_dir: Optional[str] = setting(
        None,
        help="Where TensorFlow data sets are stored.",
        is_path=True,
        may_change=True,
    )
    download: bool = setting(
        False,
        help="Whether a TensorFlow data set may be downloaded.",
        may_change=True,
    )
    strict_data: bool = setting(
        False,
        help="Whether to stop at the first image that cannot be read; by "
        "default such images are listed and left out.",
    )
    image_size: Optional[int] = setting(
        None, help="Height and width of the images in pixels.", limits=COUNT
    )
    image_width: Optional[int] = setting(
        None,
        help="Width of images that are not square; image_size is the height.",
        limits=COUNT,
    )
    channels: Optional[int] = setting(
        None,
        help="Number of channels: 1 for grey images, 3 for colour.",
        choices=(1, 3),
    )
    value_range: Optional[str] = setting(
        None,
        help="MIN,MAX: the values that become black and white in images of "
        "more than 8 bits; by default the range of the bits that 16-bit images "
        "use.",
        check=checks.value_range,
    )
    sample_bits: Optional[int] = setting(
        None,
        help="Number of bits that 16-bit images use; by default as many as all "
        "of them together need.",
        limits=(8, 16),
    )


# All settings by subject, as `config.json` and the docs list them.
SUBJECTS: dict[str, type[Settings]] = {
    "model": RunModelSettings,
    "start": StartSettings,
    "data": DataSettings,
    "objective": ObjectiveSettings,
    "optimizers": OptimizerSettings,
    "augmentation": AugmentationSettings,
    "translation": TranslationSettings,
    "schedule": ScheduleSettings,
    "run": RunSettings,
}


@document
@dataclasses.dataclass(frozen=True)
@unset(Recipe)
class TrainConfig(
    RunSettings,
    ScheduleSettings,
    TranslationSettings,
    AugmentationSettings,
    OptimizerSettings,
    ObjectiveSettings,
    DataSettings,
    StartSettings,
    RunModelSettings,
):
    """All settings of a training that its weights depend on, and when it logs.

    A setting of the recipe that is None is the architecture's, see `resolve`;
    a setting of the images that is None is taken from the data. A leading `~`
    of a path is expanded.

    Raises:
        ValueError: a value is out of its range.
        TypeError: a value is of the wrong type.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in _PATHS:
            path = getattr(self, name)
            if path is not None:
                object.__setattr__(self, name, paths.expand_text(path))

    @property
    def image_shape(self) -> tuple[int, ...]:
        """(height, width, channels), in colour unless it is set; or ()."""
        if self.image_size is None:
            return ()
        width = self.image_width or self.image_size
        return (self.image_size, width, self.channels or 3)

    @property
    def left_open(self) -> tuple[str, ...]:
        """The recipe's settings that are not set."""
        return tuple(n for n in _RECIPE_NAMES if getattr(self, n) is None)

    def resolve(self, recipe: Recipe) -> "TrainConfig":
        """Returns a copy whose unset settings are those of `recipe`."""
        values = {name: getattr(recipe, name) for name in self.left_open}
        return dataclasses.replace(self, **values)

    def make_recipe(self, paper: str) -> Recipe:
        """Returns the recipe in these settings, which must be resolved.

        Args:
            paper: what published it.
        """
        values = {name: getattr(self, name) for name in _RECIPE_NAMES}
        return Recipe(paper, **values)


_RECIPE_NAMES = tuple(
    setting.name for setting in list_settings(Recipe) if setting.name != "paper"
)
_PATHS = [s.name for s in list_settings(TrainConfig) if s.rules.is_path]
# A run may be resumed with other values of these.
MAY_CHANGE = tuple(
    setting.name
    for setting in list_settings(TrainConfig)
    if setting.rules.may_change
)


def describe_changes(before: TrainConfig, after: TrainConfig) -> dict[str, str]:
    """Returns `{setting: "old -> new"}` for the settings that differ."""
    return {
        field.name: f"{old} -> {new}"
        for field in dataclasses.fields(TrainConfig)
        if (old := getattr(before, field.name))
        != (new := getattr(after, field.name))
    }
