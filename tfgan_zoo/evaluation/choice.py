"""Which metrics of samples can be computed, and why others cannot."""

from __future__ import annotations

from collections.abc import Sequence

from tfgan_zoo.evaluation import metrics, targets
from tfgan_zoo.evaluation.features import Coordinates, NoFeatures
from tfgan_zoo.evaluation.metrics import METRICS, Metric
from tfgan_zoo.evaluation.reference import Reference
from tfgan_zoo.evaluation.samples import Fixed, Samples, TranslatingGenerator
from tfgan_zoo.evaluation.settings import ALL, Settings
from tfgan_zoo.labels import number as label_of
from tfgan_zoo.messages import printable


def select_metrics(
    settings: Settings, source: Samples, reference: Reference
) -> list[str]:
    """Returns the names of the metrics to compute.

    Raises:
        ValueError: one that was asked for cannot be computed.
    """
    names, obstacles = [], []
    count = _count(settings, source)
    for name in settings.candidates():
        obstacle = _obstacle(name, METRICS[name], source, reference)
        obstacle = obstacle or _shortage(name, count, source, reference)
        if not obstacle:
            names.append(name)
        elif is_asked_for(settings):
            raise ValueError(f"The metric {name} {obstacle}")
        else:
            obstacles.append(f"The metric {name} {obstacle}")
    if not names:
        # What is of other samples in general says nothing of these.
        reasons = [
            f"The metric {name} {why.removeprefix('it ')}"
            for name, why in left_out(settings, source, reference).items()
        ]
        first = [*reasons, *obstacles][0]
        others = ""
        if reasons and isinstance(reference.network, NoFeatures):
            others = " Others need a feature network, by --features."
        raise ValueError(f"No metric can be computed. {first}{others}")
    return names


def left_out(
    settings: Settings, source: Samples, reference: Reference
) -> dict[str, str]:
    """Returns which metrics such data have in general, and these have not.

    Returns:
        From each metric's name to the reason.
    """
    reasons = {}
    count = _count(settings, source)
    for name in settings.candidates():
        if _obstacle(name, METRICS[name], source, reference):
            continue
        why = _shortage(name, count, source, reference)
        if why:
            reasons[name] = f"it {why}"
    return reasons


def require_count(name: str, fake_count: int, reference: Reference) -> None:
    """Checks that there are enough images for a metric.

    Args:
        name: of the metric.
        fake_count: of generated images.
        reference: what they are compared with.

    Raises:
        ValueError: there are too few, real or generated.
    """
    lack = _lack(METRICS[name], fake_count, reference)
    if lack:
        raise ValueError(f"The metric {name} {lack}")


def is_asked_for(settings: Settings) -> bool:
    """Whether metrics were named, and must not be left out."""
    return settings.metrics not in (None, ALL)


def values_of(names: list[str], reference: Reference) -> list[str]:
    """Returns the names of the values that metrics give."""
    values = [name for metric in names for name in METRICS[metric].better]
    if reference.mixture is None:
        values = [name for name in values if name != metrics.OF_MIXTURES]
    return values


def _shortage(
    name: str, count: int, source: Samples, reference: Reference
) -> str:
    """Says why such data give a metric in general, and these do not."""
    metric = METRICS[name]
    return (
        _lack(metric, count, reference)
        or _obstacle_of_names(metric, source, reference)
        or _obstacle_of_targets(name, source, reference)
    )


def _count(settings: Settings, source: Samples) -> int:
    if isinstance(source, Fixed):
        return min(settings.count, len(source.images))
    return settings.count


def _obstacle(
    name: str, metric: Metric, source: Samples, reference: Reference
) -> str:
    """Says why a metric cannot be computed; "" if it can."""
    if metrics.PER_EXAMPLE in metric.needs:
        return _obstacle_of_translation(name, source)
    if isinstance(reference.network, NoFeatures):
        if "images" in metric.needs:
            return ""
        return "needs a feature network, by --features. Received: none."
    if isinstance(reference.network, Coordinates):
        if name not in metrics.OF_POINTS:
            return "is of images. Received: points."
        if name == "modes" and reference.mixture is None:
            return "needs points of a known mixture. Received: others."
    elif "logits" in metric.needs and not reference.real.has("logits"):
        return (
            "needs a feature network with logits. Received: "
            f"{reference.network.name}, without."
        )
    if "training" in metric.needs and reference.training is None:
        return (
            "needs images beside those that were trained on. Received: data "
            "without a split of each, or only their training split."
        )
    if "labels" in metric.needs:
        return _obstacle_of_labels(metric, source, reference)
    return ""


def _translator(source: Samples) -> TranslatingGenerator | None:
    """Returns what makes samples of other images, None where nothing does."""
    if isinstance(source, TranslatingGenerator):
        return source
    return source.translator if isinstance(source, Fixed) else None


def _obstacle_of_translation(name: str, source: Samples) -> str:
    translator = _translator(source)
    if translator is None:
        return "is of generators that take images. Received: another one."
    if name == metrics.CYCLE_ERROR and translator.translate_back is None:
        return (
            "needs a second generator, from images back to sources. "
            "Received: one generator."
        )
    return ""


def _obstacle_of_targets(
    name: str, source: Samples, reference: Reference
) -> str:
    """Says why translations cannot be compared with targets; else ""."""
    if name not in (metrics.L1, metrics.PSNR, metrics.SSIM):
        return ""
    if not reference.is_paired:
        return "needs the target of each source. Received: unpaired images."
    height, width = source.image_shape[:2]
    if name == metrics.SSIM and min(height, width) < targets.SSIM_WINDOW_PX:
        return (
            f"needs images of {targets.SSIM_WINDOW_PX} pixels a side or more, "
            f"the size of its window. Received: {height} x {width}."
        )
    return ""


def _lack(metric: Metric, fake_count: int, reference: Reference) -> str:
    """Says of what there are too few samples; "" if there are enough."""
    counts = {"real": reference.real.count, "generated": fake_count}
    for kind, count in counts.items():
        if count < metric.least:
            return (
                f"needs at least {metric.least} samples of each kind. "
                f"Received: {count} {kind}."
            )
    return ""


def _obstacle_of_labels(
    metric: Metric, source: Samples, reference: Reference
) -> str:
    if not source.num_classes or not reference.real.has("labels"):
        return (
            "needs samples with the labels of the data. Received: samples "
            "without labels, or data without."
        )
    known_classes = len(reference.network.class_names)
    if "logits" in metric.needs and source.num_classes > known_classes:
        return (
            f"needs the network's {known_classes} classes. "
            f"Received: {source.num_classes} labels."
        )
    return ""


def _obstacle_of_names(
    metric: Metric, source: Samples, reference: Reference
) -> str:
    """Says whose labels mean other classes than the samples' do; else ""."""
    if "labels" not in metric.needs:
        return ""
    of_data = reference.class_names
    names = getattr(source, "class_names", ()) or of_data
    others = [("the data's", of_data)]
    if "logits" in metric.needs:
        others.append(("the network's", reference.network.class_names))
    for whose, known in others:
        for label, name in enumerate(names[: source.num_classes]):
            if known and not _is_same_class(name, label, known):
                return (
                    f"needs samples of {whose} classes, in their order. "
                    f"Received: {label} {printable(name)}, which there is "
                    f"{_named(known, label)}."
                )
    return ""


def _is_same_class(name: str, label: int, known: Sequence[str]) -> bool:
    try:
        return label_of(name, known, 0) == label
    except ValueError:  # There is none of that name.
        return False


def _named(names: Sequence[str], label: int) -> str:
    return printable(names[label]) if label < len(names) else "none"
