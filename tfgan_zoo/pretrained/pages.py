"""A model card of a trained generator as a page in Markdown."""

from __future__ import annotations

import json
from typing import Any

from tfgan_zoo.inputs import ENLARGE
from tfgan_zoo.pretrained.cards import (
    ModelCard,
    first_line,
    has_targets,
    samples_seeds,
)
from tfgan_zoo.pretrained.score_tables import scores_section, words


def page(card: ModelCard) -> str:
    """Returns a card as a page in Markdown."""
    parts = (_head, _how, _codes, scores_section, limits_section)
    return "\n".join(line for part in parts for line in part(card))


def _head(card: ModelCard) -> list[str]:
    height, width, channels = card["image_shape"]
    names = card["class_names"]
    lines = [
        f"# {card['name']}",
        "",
        *list_pictures(card),
        f"{first_line(card)} Images of {height} x {width} pixels, "
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


def list_pictures(card: ModelCard) -> list[str]:
    """Returns the pictures of a card, the most telling one first."""
    if samples_seeds(card):
        return [f"![Samples of seeds from 0 on]({card['picture']})", ""]
    target = " and target" if has_targets(card) else ""
    pictures = {card["picture"]: f"Held-out images: source, output{target}"}
    if "drawings" in card:
        pictures[card["drawings"]] = "Drawings by other hands: source, output"
    lines = []
    for name, text in pictures.items():
        lines += [f"{text}.", "", f"![{text}]({name})", ""]
    return lines


def call_lines(card: ModelCard) -> list[str]:
    """Returns the lines that make images with a loaded generator.

    Args:
        card: or an export's metadata as a dict.
    """
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
        names = card["class_names"]
        label = json.dumps(names[0], ensure_ascii=False) if names else 0
        labels = f", labels={label}"
    shape = ", ".join(map(str, [3, *card["image_shape"]]))
    dtype = "uint8" if len(card["image_shape"]) == 3 else "float32"
    return [
        f"# {dtype} [{shape}]",
        f"images = generator.sample([0, 1, 2]{labels})",
    ]


def _platforms(card: ModelCard) -> list[str]:
    """Returns a table of where its files run, and how."""
    name = card["name"]
    inputs = " and ".join(f"`{spec['name']}`" for spec in card["inputs"])
    files = " or ".join(f"`{entry['file']}`" for entry in card["files"][::-1])
    others = ""
    if samples_seeds(card):
        and_labels = " and `labels`" if card["num_classes"] else ""
        others = f", and `sample` of `seeds`{and_labels}"
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
        *_directions(card),
        *_start(card),
    ]


def _directions(card: ModelCard) -> list[str]:
    """Returns the row on named directions of its latents."""
    named = card.get("directions", [])
    if not named:
        return []
    names = ", ".join(
        f"`{entry['name']}` (r {entry['correlation']:.2f})" for entry in named
    )
    return [
        "| moved along named directions | `generator.edit(latents, "
        f"{named[0]['name']}=2.0)` of `latents = generator.latents(seeds)`; "
        f"{names}; `directions.png` shows them |"
    ]


def _start(card: ModelCard) -> list[str]:
    """Returns the row on trainings that begin with it."""
    if "discriminator" not in card:
        return []
    classes = ", a folder of classes," if card["num_classes"] else ""
    return [
        "| images of your own | `tfgan-train "
        f"--start_from={card['name']} --dataset=FOLDER`{classes} begins with "
        f"it and its discriminator, `{card['discriminator']['file']}` |"
    ]


def _takes_pixels(card: ModelCard) -> bool:
    return any(entry["variant"] == "uint8" for entry in card["files"])


def loading_lines(described: ModelCard, source: object) -> list[str]:
    """Returns Markdown, with its heading, that loads and calls a generator.

    Args:
        described: its card, or its metadata.
        source: what `tfgan_zoo.load` takes, a name or an address.
    """
    imports = [] if samples_seeds(described) else ["from PIL import Image", ""]
    return [
        "## To load it",
        "",
        "```python",
        *imports,
        "import tfgan_zoo",
        "",
        f'generator = tfgan_zoo.load("{source}")',
        *call_lines(described),
        "```",
        "",
    ]


def _how(card: ModelCard) -> list[str]:
    name, training = card["name"], card["training"]
    return [
        *loading_lines(card, name),
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


def data_section(card: ModelCard) -> list[str]:
    """Returns what a generator was trained on, and its licence."""
    data = card["data"]
    return [
        "## Data",
        "",
        f"Trained on {data['name']}: {data['what']} Licence of the data: "
        f"{data['licence']}.",
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
    by = words(training["best_by"])
    return f" (the best by the {by})" if by else ""


def limits_section(card: ModelCard) -> list[str]:
    """Returns what fails, and what the generator is for and not for."""
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
