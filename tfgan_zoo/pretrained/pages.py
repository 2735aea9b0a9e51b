"""A model card of a trained generator as a page in Markdown."""

from __future__ import annotations

from typing import Any

from tfgan_zoo.inputs import ENLARGE
from tfgan_zoo.pretrained.cards import ModelCard, samples_seeds

# What the scores of a generator of images stand beside, and what that is.
_BASELINES = {
    "bicubic": "bicubic enlargement of the source by Pillow",
    "source": "the unchanged source",
}


def page(card: ModelCard) -> str:
    """Returns a card as a page in Markdown."""
    parts = (_head, _how, _codes, _scores, _end)
    return "\n".join(line for part in parts for line in part(card))


def _head(card: ModelCard) -> list[str]:
    height, width, channels = card["image_shape"]
    names = card["class_names"]
    lines = [
        f"# {card['name']}",
        "",
        *_pictures(card),
        f"{card['makes']} Images of {height} x {width} pixels, "
        f"{'in colour' if channels == 3 else 'grey'}.",
        "",
    ]
    if card["num_classes"]:
        listed = ", ".join(
            name if name == str(label) else f"{label} {name}"
            for label, name in enumerate(names)
        )
        lines += [f"You say which class to generate: {listed}.", ""]
    return lines


def _pictures(card: ModelCard) -> list[str]:
    if samples_seeds(card):
        return [f"![Samples of seeds from 0 on]({card['picture']})", ""]
    target = " and target" if _has_targets(card) else ""
    pictures = {card["picture"]: f"Held-out images: source, output{target}"}
    if "drawings" in card:
        pictures[card["drawings"]] = "Drawings by other hands: source, output"
    lines = []
    for name, text in pictures.items():
        lines += [f"{text}.", "", f"![{text}]({name})", ""]
    return lines


def _call(card: ModelCard) -> list[str]:
    """Returns the lines that make images with a loaded generator."""
    if not samples_seeds(card):
        given, made = card["inputs"][0]["shape"], card["image_shape"]
        size = f".resize(({given[1]}, {given[0]}))"
        result = f"[{made[0]}, {made[1]}, {made[2]}]"
        if card["task"] == ENLARGE:
            factor = made[0] // given[0]
            size, result = "", f"[{factor} H, {factor} W, {made[2]}]"
        return [
            f'image = Image.open("image.png"){size}',
            f"image = generator.translate(image)  # uint8 {result}",
        ]
    labels = ""
    if card["num_classes"]:
        labels = f', labels="{card["class_names"][0]}"'
    return [
        f"images = generator.sample([0, 1, 2]{labels})  # uint8 [3, H, W, C]"
    ]


def _platforms(card: ModelCard) -> list[str]:
    """Returns a table of where its files run, and how."""
    name = card["name"]
    inputs = " and ".join(f"`{spec['name']}`" for spec in card["inputs"])
    files = " or ".join(f"`{entry['file']}`" for entry in card["files"][::-1])
    others = ", and `sample` of `seeds`" if samples_seeds(card) else ""
    pixels = ""
    if _takes_pixels(card):
        others = ", and `translate`, uint8 to uint8"
        pixels = (
            "; `generator_uint8.tflite` takes and returns pixels as a bitmap "
            "has them"
        )
    return [
        "| elsewhere | how |",
        "| --- | --- |",
        "| TensorFlow alone | `tf.saved_model.load` of `saved_model` in the "
        f"folder `tfgan-zoo path {name}`; signatures `serving_default` of "
        f"{inputs}{others} |",
        f"| Android, iOS, LiteRT | {files} beside it, by the signature "
        f"`serving_default` of {inputs}; `model.json` has shapes, ranges and a "
        f"test vector{pixels} |",
        f"| a browser | `tfgan-demo --model={name}` serves a page that runs it "
        "|",
    ]


def _has_targets(card: ModelCard) -> bool:
    return "psnr" in card["scores"]


def _takes_pixels(card: ModelCard) -> bool:
    return any(entry["variant"] == "uint8" for entry in card["files"])


def _how(card: ModelCard) -> list[str]:
    name, training = card["name"], card["training"]
    imports = [] if samples_seeds(card) else ["from PIL import Image", ""]
    return [
        "## To load it",
        "",
        "```python",
        *imports,
        "import tfgan_zoo",
        "",
        f'generator = tfgan_zoo.load("{name}")',
        *_call(card),
        "```",
        "",
        *_platforms(card),
        "",
        "## How it was trained",
        "",
        f"On {card['data']['name']}: {card['data']['what']} Licence of the "
        f"data: {card['data']['licence']}. Licence of the weights: "
        f"{card['licence']}.",
        "",
        f"{card['architecture']} ({card['paper']}), "
        f"{card['parameters']:,} parameters, {training['steps']:,} of "
        f"{training['of_steps']:,} steps{_chosen(training)}, "
        f"seed {training['seed']}, {training['minutes']:.0f} minutes on "
        f"{training['hardware']}. The averaged weights are shipped, rounded "
        "to float16's precision. The same again:",
        "",
        "```sh",
        training["command"],
        "```",
        "",
    ]


def _codes(card: ModelCard) -> list[str]:
    codes = card.get("codes")
    if codes is None:
        return []
    return [
        "## What its codes mean",
        "",
        f"![A row a category, walks along both values]({codes['picture']})",
        "",
        "A row a category; on the left the first value goes from -1 to 1, on "
        "the right the second. It never saw a label; what each category came "
        "to mean, as the network of the scores sees it:",
        "",
        *(f"- {line}" for line in codes["meanings"]),
        "",
    ]


def _chosen(training: dict[str, Any]) -> str:
    by = _words(training["best_by"])
    return f" (the best by the {by})" if by else ""


def _scores(card: ModelCard) -> list[str]:
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
    ]
    for name, score in card["scores"].items():
        error, other = score.get("standard_error"), score.get(beside)
        line = f"| {_words(name)} | {score['value']:.4g}"
        line += f" +- {error:.2g} |" if error is not None else " |"
        if is_compared:
            line += f" {'-' if other is None else format(other, '.4g')} |"
        lines.append(line)
    if card["class_shares"]:
        shares = ", ".join(
            f"{name} {100 * share:.1f}"
            for name, share in card["class_shares"].items()
        )
        lines += ["", f"Classes seen, % of the samples: {shares}."]
    lines += [
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
    if not _has_targets(card):
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


def _end(card: ModelCard) -> list[str]:
    return [
        "## What fails",
        "",
        *(f"- {line}" for line in card["failures"]),
        "",
        "## For what, and for what not",
        "",
        f"{card['use']}",
        "",
        f"{card['misuse']}",
        "",
    ]


def _words(name: str) -> str:
    if name in ("l1", "psnr", "ssim"):
        return name.upper()
    return name.replace("_", " ").replace("frechet", "Frechet")
