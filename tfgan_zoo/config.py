"""The settings of a run: the recipe's, the data's, and when it writes what."""

# Without `from __future__ import annotations`: the types are read at run time.
import dataclasses
from typing import Optional

from tfgan_zoo import paths
from tfgan_zoo.data_settings import DataSettings
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
"""The choices of the setting `precision`."""


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
        help="Numerical precision; auto is mixed_bfloat16 where the hardware "
        "multiplies in it, else float32. mixed_float16 scales the losses.",
        choices=PRECISIONS,
    )
    jit_compile: bool = setting(
        False,
        help="Compile the training step with XLA; on a single device only.",
    )
    log_every: int = setting(
        50,
        help="Number of steps between lines of metrics.jsonl.",
        limits=COUNT,
    )
    sample_every: int = setting(
        500,
        help="Number of steps between grids of samples.",
        limits=COUNT,
    )
    checkpoint_every: int = setting(
        500,
        help="Number of steps between checkpoints.",
        limits=COUNT,
    )
    keep_checkpoints: int = setting(
        3,
        help="Number of checkpoints to keep; the oldest are deleted.",
        limits=COUNT,
        may_change=True,
    )
    evaluate_every: int = setting(
        0,
        help="Number of steps between evaluations, as by tfgan-evaluate; 0 for "
        "none.",
        limits=COUNT_OR_ZERO,
        may_change=True,
    )
    evaluate_count: int = setting(
        5000,
        help="Number of samples per evaluation.",
        limits=COUNT,
        needs=("evaluate_every", ON),
        may_change=True,
    )
    evaluate_metric: Optional[str] = setting(
        None,
        help="Metric that chooses the best checkpoint.",
        default_text="l1 if targets are known, else frechet_distance",
        needs=("evaluate_every", ON),
        may_change=True,
    )
    evaluate_features: Optional[str] = setting(
        None,
        help="Feature network of the evaluations, a name or a file.",
        default_text="that of the data set",
        needs=("evaluate_every", ON),
        is_path=True,
        may_change=True,
    )
    health_every: int = setting(
        100,
        help="Number of steps between examinations by the doctor; 0 for none.",
        limits=COUNT_OR_ZERO,
        may_change=True,
    )
    on_failure: str = setting(
        "warn",
        help="What to do when the training fails: warn; stop; or restore the "
        "last healthy checkpoint and continue with other random numbers.",
        choices=("warn", "stop", "restore"),
        may_change=True,
    )


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
"""All settings by subject, as `config.json` and the docs list them."""


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
MAY_CHANGE = tuple(
    setting.name
    for setting in list_settings(TrainConfig)
    if setting.rules.may_change
)
"""The settings of which a run may be resumed with other values."""


def describe_changes(before: TrainConfig, after: TrainConfig) -> dict[str, str]:
    """Returns `{setting: "old -> new"}` for the settings that differ."""
    return {
        field.name: f"{old} -> {new}"
        for field in dataclasses.fields(TrainConfig)
        if (old := getattr(before, field.name))
        != (new := getattr(after, field.name))
    }
