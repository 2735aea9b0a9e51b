"""Which values are drawn together, under which headings."""

from __future__ import annotations

from typing import NamedTuple

from tfgan_zoo.evaluation import metrics
from tfgan_zoo.health.signals import CLASS_SHARE, signal
from tfgan_zoo.training.report.series import EVALUATED, Series


class Chart(NamedTuple):
    """Values that are drawn in one plot.

    Attributes:
        names: of them.
        title: of the plot; "" means that of the first value.
        bands: (title, name of the lower edge, name of the upper one).
        is_share: whether the axis goes from 0 to 1.
    """

    names: tuple[str, ...]
    title: str = ""
    bands: tuple[tuple[str, str, str], ...] = ()
    is_share: bool = False

    def restrict_to(self, series: Series) -> Chart:
        """Returns what there are finite values of."""
        return self._replace(
            names=tuple(name for name in self.names if series.finite(name)),
            bands=tuple(
                band
                for band in self.bands
                if series.finite(band[1]) and series.finite(band[2])
            ),
        )

    def all_names(self) -> set[str]:
        """Returns the names of lines and bands."""
        return {*self.names, *(name for band in self.bands for name in band)}


def _both(ending: str, title: str) -> Chart:
    return Chart((f"generator_{ending}", f"discriminator_{ending}"), title)


def _scores(*names: str, title: str = "", is_share: bool = False) -> Chart:
    keys = tuple(f"{EVALUATED}{name}" for name in names)
    return Chart(keys, title, is_share=is_share)


_LOSSES = (_both("loss", "Adversarial losses"),)
_SCORES = (
    _scores("frechet_distance", "frechet_distance_extrapolated"),
    _scores("precision", "recall", title="Precision and recall", is_share=True),
    _scores("coverage", "density", title="Coverage and density"),
)
_DISCRIMINATOR = (
    Chart(
        ("real_accuracy", "fake_accuracy", "held_out_accuracy"),
        "Accuracies",
        is_share=True,
    ),
    Chart(
        ("separation", "memory"),
        "Separation and memorisation",
        is_share=True,
    ),
    Chart(
        ("real_logit_p50", "fake_logit_p50", "held_out_logit_p50"),
        "Logits: medians, and 5th to 95th percentile",
        (
            ("Training images", "real_logit_p5", "real_logit_p95"),
            ("Generated images", "fake_logit_p5", "fake_logit_p95"),
        ),
    ),
    Chart(("logit_gradient",)),
    Chart(("singular_value",)),
    Chart(("ada_r_t", "ada_probability"), "ADA"),
)
_GRADIENTS = (
    _both("gradient_norm", "Gradient norms"),
    _both("gradient_ratio", "Gradient norms relative to the weights"),
    _both("update", "Updates relative to the weights"),
)
_SAMPLES = (
    Chart(("pixel_diversity", "feature_diversity"), "Diversity"),
    Chart(("pixel_distance", "feature_distance"), "Distance from real images"),
    Chart(("drift",)),
    Chart(("batch_similarity",)),
    Chart(("duplicates",)),
    Chart(("ms_ssim", "real_ms_ssim"), "MS-SSIM"),
    Chart(("sharpness", "contrast"), "Sharpness and contrast"),
    Chart(("saturation", "real_saturation"), "Saturation"),
    Chart(("batch_norm_gap",)),
)
_TRANSLATIONS = (
    Chart(("source_match",), is_share=True),
    Chart(("source_distance",)),
    Chart(("color_variety",)),
    Chart(("cycle_distance",)),
    Chart(("cycle_noise_effect",)),
)
_CLASSES = (
    Chart(("classes_reached",)),
    Chart(("label_accuracy",), is_share=True),
    Chart(("label_effect",)),
)
_SPEED = (
    Chart(("images_per_second",)),
    Chart(("evaluation_seconds",)),
    Chart(("examination_seconds",)),
)

_PROPER_NAMES = {
    " kl": " KL",
    "Ms ssim": "MS-SSIM",
    "Psnr": "PSNR",
    "Ssim": "SSIM",
}
CLASSES = "Classes"
_GROUPS = {
    "Losses": _LOSSES,
    "Scores": _SCORES,
    "Discriminator": _DISCRIMINATOR,
    "Gradients and updates": _GRADIENTS,
    "Samples": _SAMPLES,
    "Translations": _TRANSLATIONS,
    CLASSES: _CLASSES,
    "Speed": _SPEED,
}
_FURTHER = "Further"
_KNOWN = {
    name
    for charts in _GROUPS.values()
    for chart in charts
    for name in chart.all_names()
}
MOST_UNKNOWN = 100


def groups(series: Series) -> dict[str, list[Chart]]:
    """Returns the charts of all values there are, by their heading.

    Values that no chart names get one each, the first `MOST_UNKNOWN` of them:
    with the losses or the scores, or under a heading of their own.
    """
    charts_by_title = {title: list(charts) for title, charts in _GROUPS.items()}
    charts_by_title[_FURTHER] = []
    for name in unknown(series)[:MOST_UNKNOWN]:
        charts_by_title[_group_of(name)].append(Chart((name,)))
    return {
        title: [chart for chart in present if chart.names or chart.bands]
        for title, charts in charts_by_title.items()
        for present in [[chart.restrict_to(series) for chart in charts]]
    }


def unknown(series: Series) -> list[str]:
    """Returns the names of values that no chart names."""
    return [
        name
        for name in series.names()
        if name not in _KNOWN and not name.startswith(CLASS_SHARE)
    ]


def _group_of(name: str) -> str:
    if name.startswith(EVALUATED):
        return "Scores"
    return "Losses" if name.endswith(("_loss", "penalty")) else _FURTHER


def title(name: str) -> str:
    """Returns what a value is called."""
    heading = signal(name.removeprefix(EVALUATED)).title
    for plain, proper in _PROPER_NAMES.items():
        heading = heading.replace(plain, proper)
    return heading


def describe(name: str) -> str:
    """Returns what a value is, "" if that is not known."""
    if not name.startswith(EVALUATED):
        return signal(name).description
    way = metrics.better().get(name.removeprefix(EVALUATED), "")
    return f"{way.capitalize()} is better." if way else ""


def hue(name: str, place: int) -> int:
    """Returns a line's colour: the same for a network on the whole page."""
    starts = {
        "generator": 1,
        "fake": 1,
        "discriminator": 2,
        "real_ms": 4,
        "real_saturation": 4,
        "real": 3,
        "held_out": 4,
    }
    hues = (h for start, h in starts.items() if name.startswith(start))
    return next(hues, place % 5 + 1)
