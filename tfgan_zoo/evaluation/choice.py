"""Which metrics can be had of samples, and why others cannot."""

from __future__ import annotations

from tfgan_zoo.evaluation import metrics
from tfgan_zoo.evaluation.against import Against
from tfgan_zoo.evaluation.features import Coordinates
from tfgan_zoo.evaluation.metrics import METRICS, Metric
from tfgan_zoo.evaluation.samples import Fixed, Generator
from tfgan_zoo.evaluation.settings import ALL, Settings


def chosen(
    settings: Settings, source: Generator | Fixed, against: Against
) -> list[str]:
    """Returns the names of the metrics to compute.

    Raises:
        ValueError: one that was asked for cannot be had.
    """
    names, obstacles = [], []
    count = settings.count
    if isinstance(source, Fixed):
        count = min(count, len(source.images))
    for name in settings.candidates():
        obstacle = _obstacle(name, METRICS[name], source, against)
        obstacle = obstacle or _lack(METRICS[name], count, against)
        if not obstacle:
            names.append(name)
        elif is_asked_for(settings):
            raise ValueError(f"The metric {name} {obstacle}")
        else:
            obstacles.append(f"The metric {name} {obstacle}")
    if not names:
        raise ValueError(f"None of the metrics can be had. {obstacles[0]}")
    return names


def require_count(name: str, fake_count: int, against: Against) -> None:
    """Checks that there are enough images for a metric.

    Args:
        name: of the metric.
        fake_count: of generated images.
        against: what they are compared with.

    Raises:
        ValueError: there are too few, real or generated.
    """
    lack = _lack(METRICS[name], fake_count, against)
    if lack:
        raise ValueError(f"The metric {name} {lack}")


def is_asked_for(settings: Settings) -> bool:
    """Whether metrics were named, and must not be left out."""
    return settings.metrics not in (None, ALL)


def values_of(names: list[str], against: Against) -> list[str]:
    """Returns the names of the values that metrics give."""
    values = [name for one in names for name in METRICS[one].better]
    if against.mixture is None:
        values = [name for name in values if name != metrics.OF_MIXTURES]
    return values


def _obstacle(
    name: str, metric: Metric, source: Generator | Fixed, against: Against
) -> str:
    """Says why a metric cannot be had; "" if it can."""
    if isinstance(against.network, Coordinates):
        if name not in metrics.OF_POINTS:
            return "is of images. Received: points."
        if name == "modes" and against.mixture is None:
            return "needs points of a known mixture. Received: others."
    elif "logits" in metric.needs and not against.real.has("logits"):
        return (
            "needs a feature network with logits. Received: "
            f"{against.network.name}, without."
        )
    if "training" in metric.needs and against.training is None:
        return (
            "needs images beside those that were trained on. Received: data "
            "without a split of each, or only their training split."
        )
    if "labels" in metric.needs:
        return _obstacle_of_labels(metric, source, against)
    return ""


def _lack(metric: Metric, fake_count: int, against: Against) -> str:
    """Says of what there are too few samples; "" if there are enough."""
    counts = {"real": against.real.count, "generated": fake_count}
    for kind, count in counts.items():
        if count < metric.least:
            return (
                f"needs at least {metric.least} samples of each kind. "
                f"Received: {count} {kind}."
            )
    return ""


def _obstacle_of_labels(
    metric: Metric, source: Generator | Fixed, against: Against
) -> str:
    if not source.num_classes or not against.real.has("labels"):
        return (
            "needs samples with the labels of the data. Received: samples "
            "without labels, or data without."
        )
    own = len(against.network.class_names)
    if "logits" in metric.needs and source.num_classes > own:
        return (
            f"needs the network's {own} classes. "
            f"Received: {source.num_classes} labels."
        )
    return ""
