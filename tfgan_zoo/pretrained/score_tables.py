"""The scores of a model card, as tables in Markdown."""

from __future__ import annotations

from tfgan_zoo.pretrained.cards import (
    IMAGENET,
    ModelCard,
    has_targets,
    samples_seeds,
)

# What the scores of a generator of images stand beside, and what that is.
_BASELINES = {
    "bicubic": "bicubic enlargement of the source by Pillow",
    "source": "the unchanged source",
}


def scores_section(card: ModelCard) -> list[str]:
    """Returns the lines of a page on scores and speeds."""
    baseline = card["protocol"].get("baseline")
    beside = "baseline" if baseline else "training"
    is_compared = any(
        score.get(beside) is not None for score in card["scores"].values()
    )
    title = f" {baseline or 'training images'} |" if is_compared else ""
    lines = [
        "## Scores",
        "",
        _protocol(card, is_compared),
        "",
        f"| score | value |{title}",
        f"| --- | --- |{' --- |' if is_compared else ''}",
        *_rows(card, beside if is_compared else None),
    ]
    if card["class_shares"]:
        shares = ", ".join(
            f"{name}: {100 * share:.1f}"
            for name, share in card["class_shares"].items()
        )
        lines += ["", f"Classes seen, % of the samples: {shares}."]
    lines += [
        *_by_imagenet(card),
        "",
        "| file | bytes | ms an image, 1 thread |",
        "| --- | --- | --- |",
    ]
    for entry in card["files"]:
        speed = entry["milliseconds"]
        lines.append(
            f"| `{entry['file']}` | {entry['bytes']:,} | "
            f"{'-' if speed is None else format(speed, '.2f')} |"
        )
    where = card.get("timed_on", "the machine of the training")
    lines += ["", f"By {card['runtime']}, on {where}."]
    return [*lines, ""]


def _rows(card: ModelCard, beside: str | None) -> list[str]:
    """Returns the rows of a table of scores.

    Args:
        card: or its part with `protocol` and `scores`.
        beside: which value of a score the last column has, if there is one.
    """
    network = card["protocol"]["features"]["name"]
    rows = []
    for name, score in card["scores"].items():
        is_small = (network, name) == (IMAGENET, "kernel_distance")
        factor, unit = (1000.0, " x 1,000") if is_small else (1.0, "")
        error = score.get("standard_error")
        row = f"| {words(name)}{unit} | {factor * score['value']:.4g}"
        row += f" +- {factor * error:.2g} |" if error is not None else " |"
        if beside:
            other = score.get(beside)
            row += f" {'-' if other is None else f'{factor * other:.4g}'} |"
        rows.append(row)
    return rows


def _by_imagenet(card: ModelCard) -> list[str]:
    """Returns a table of the scores that every generator of colour has."""
    part = card.get(IMAGENET)
    if part is None:
        return []
    protocol = part["protocol"]
    baseline = protocol.get("baseline")
    count = f"{protocol['samples']:,} "
    count += "samples" if samples_seeds(card) else "outputs"
    if protocol["repeats"] > 1:
        count = f"{protocol['repeats']} times {count}"
    return [
        "",
        f"By `{IMAGENET}`, a network for images of any kind: {count} against "
        f"{protocol['real_images']:,} images of the {protocol['split']} split.",
        "",
        f"| score | value |{f' {baseline} |' if baseline else ''}",
        f"| --- | --- |{' --- |' if baseline else ''}",
        *_rows(part, "baseline" if baseline else None),
    ]


def _protocol(card: ModelCard, is_compared: bool) -> str:
    protocol = card["protocol"]
    if not samples_seeds(card):
        return _protocol_of_images(card)
    text = (
        f"{protocol['repeats']} times {protocol['samples']:,} samples against "
        f"{protocol['real_images']:,} images of the {protocol['split']} split, "
        f"by the network `{protocol['features']['name']}`; the error is that "
        "of the mean."
    )
    if not is_compared:
        return text
    return (
        f"{text} Beside it, the same of as many training images, as the best "
        "to hope for."
    )


def _protocol_of_images(card: ModelCard) -> str:
    protocol = card["protocol"]
    count = protocol["real_images"]
    split = f"split {protocol['split']} of `{protocol['dataset']}`"
    network = protocol["features"]["name"]
    beside = f"Beside it, {_BASELINES[protocol['baseline']]}."
    if not has_targets(card):
        return (
            f"{protocol['samples']:,} outputs, for sources that it was not "
            f"trained on, beside {count:,} images of the {split}, by the "
            f"network `{network}`; the error is that of all of them, by random "
            f"halves. {beside}"
        )
    return (
        f"{count:,} images of the {split}, which it was not trained on, "
        "compared with its outputs for their sources. L1 is the mean absolute "
        "difference, of 255; PSNR is in dB; Frechet and kernel distance are by "
        f"the network `{network}`. The error is that of the mean. {beside}"
    )


def words(name: str) -> str:
    """Returns a score's name as a page has it."""
    if name in ("l1", "psnr", "ssim"):
        return name.upper()
    return name.replace("_", " ").replace("frechet", "Frechet")
