"""The model card of a repository on the Hub, `README.md`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tfgan_zoo import json_files
from tfgan_zoo.export.file_names import CARD_NAME, MANIFEST_NAME
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.inputs import ENLARGE, IMAGE
from tfgan_zoo.messages import error_text, list_some, shorten
from tfgan_zoo.pretrained import pages, score_tables
from tfgan_zoo.pretrained.cards import ModelCard, first_line, samples_seeds
from tfgan_zoo.pretrained.generator import Generator
from tfgan_zoo.pretrained.hub import card_metadata
from tfgan_zoo.pretrained.hub.addresses import Repository

_MOST_CLASSES = 100
_MARKUP = re.compile(r"[\\`*_\[\]<>|~&]")


def make(
    generator: Generator,
    repository: Repository,
    *,
    picture: str | None,
    license_id: str | None,
    library: Any,
) -> str:
    """Returns a model card, with the metadata that the Hub reads.

    Args:
        generator: in the folder that is pushed.
        repository: where it goes.
        picture: name of a file of the folder that shows images; None of a
            generator that ships, whose card names its own.
        license_id: such as `apache-2.0`; None is that of a generator that
            ships, and none of others.
        library: `huggingface_hub`.

    Raises:
        ValueError: a card of a generator that ships is not as it was written.
    """
    card = generator.card if "scores" in generator.card else None
    name = repository.name.partition("/")[2]
    lines = [f"# {name}", ""]
    try:
        if card is not None:
            license_id = license_id or str(card["licence"]).lower()
            lines += [*pages.list_pictures(card), first_line(card), ""]
        elif picture:
            lines += [f"![Images of the generator]({picture})", ""]
        lines += _describe(generator.metadata, card)
        lines += _loading(generator, repository)
        lines += _scores(generator, card, repository)
        lines += (
            _limits(generator.metadata)
            if card is None
            else pages.limits_section(card)
        )
        metadata = card_metadata.to_yaml(
            generator, name, card, license_id=license_id, library=library
        )
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        if card is None:
            raise
        raise ValueError(
            f"The {CARD_NAME} of a generator must be as it was written. "
            f"Received: {error_text(repr(error))}."
        ) from None
    return f"---\n{metadata.strip()}\n---\n\n" + "\n".join(lines)


def _describe(metadata: ExportMetadata, card: ModelCard | None) -> list[str]:
    made = "points of the plane"
    if not metadata.makes_points:
        height, width, channels = metadata.image_shape
        colour = "in colour" if channels == 3 else "grey"
        made = f"images of {height} x {width} pixels, {colour}"
    paper = metadata.recipe.get("paper")
    names = [_escape(shorten(name)) for name in metadata.class_names]
    classes = list_some(names, _MOST_CLASSES)
    lines = [
        f"A generator of {made}: `{metadata.architecture}`"
        f"{f' ({paper})' if paper else ''}, trained for "
        f"{metadata.training_steps:,} steps on "
        f"{_data(metadata)}.",
        "",
    ]
    if metadata.num_classes:
        lines += [f"Classes: {classes or metadata.num_classes}.", ""]
    return lines if card is None else [*lines, *pages.data_section(card)]


def _escape(text: str) -> str:
    """Returns Markdown that shows a text as it is."""
    return _MARKUP.sub(r"\\\g<0>", text)


def _data(metadata: ExportMetadata) -> str:
    """Returns the name of the data as code."""
    name = card_metadata.dataset_name(metadata.dataset).replace("`", "'")
    return f"`{name}`"


def _loading(generator: Generator, repository: Repository) -> list[str]:
    described = generator.metadata.to_dict()
    seeds = samples_seeds(described)
    flags = "--output=samples.png" if seeds else "--input=image.png"
    return [
        *pages.loading_lines(described, repository),
        "```sh",
        "pip install 'tfgan_zoo[hub]'",
        f"tfgan-sample --model={repository} {flags}",
        "```",
        "",
        "With TensorFlow alone, which checks nothing of what it loads:",
        "",
        "```python",
        "import tensorflow as tf",
        "from huggingface_hub import snapshot_download",
        "",
        f"folder = snapshot_download({_quote_arguments(repository)})",
        'model = tf.saved_model.load(f"{folder}/saved_model")',
        *_signature_lines(generator.metadata),
        "```",
        "",
        *_files(generator.folder),
    ]


def _quote_arguments(repository: Repository) -> str:
    revision = repository.revision
    end = f', revision="{revision}"' if revision else ""
    return f'"{repository.name}"{end}'


def _signature_lines(metadata: ExportMetadata) -> list[str]:
    labels = ", labels=tf.zeros([1], tf.int32)" if metadata.num_classes else ""
    if metadata.inputs[0].kind == IMAGE:
        height, width, channels = metadata.inputs[0].shape
        size = f"tf.image.resize(image, [{height}, {width}])"
        any_size = metadata.task == ENLARGE
        return [
            'translate = model.signatures["translate"]',
            "image = tf.io.decode_image(tf.io.read_file("
            f'"image.png"), channels={channels})',
            *([] if any_size else [f"image = tf.cast({size}, tf.uint8)"]),
            f'images = translate(images=image[tf.newaxis]{labels})["images"]',
        ]
    return [
        'sample = model.signatures["sample"]',
        f'images = sample(seeds=tf.constant([0], tf.int64){labels})["images"]',
    ]


def _files(folder: Path) -> list[str]:
    """Returns a table of the TFLite files."""
    path = folder / MANIFEST_NAME
    entries = json_files.read_object(path, MANIFEST_NAME)["files"]
    if not entries:
        return []
    rows = [
        f"| `{entry['file']}` | {entry['stores']} | {entry['bytes']:,} |"
        for entry in entries
    ]
    return [
        "| for LiteRT | stores | bytes |",
        "| --- | --- | --- |",
        *rows,
        "",
        f"`{MANIFEST_NAME}` has their inputs, ranges and a test vector.",
        "",
    ]


def _scores(
    generator: Generator, card: ModelCard | None, repository: Repository
) -> list[str]:
    if card is not None:
        return score_tables.scores_section(card)
    values = card_metadata.values(generator.metadata, None)
    if not values:
        return [
            "## Scores",
            "",
            f"None yet; `tfgan-evaluate --model={repository}` measures some.",
            "",
        ]
    rows = [
        f"| {score_tables.words(name)} | {value:.4g} |"
        for name, value in values.items()
    ]
    return [
        "## Scores",
        "",
        "As measured during the training:",
        "",
        "| score | value |",
        "| --- | --- |",
        *rows,
        "",
    ]


def _limits(metadata: ExportMetadata) -> list[str]:
    lines = [
        f"- It knows what {_data(metadata)} shows and nothing else; what is "
        "rare there is rarer in its images.",
        "- What it makes is made up, and no evidence of anything real.",
    ]
    if metadata.inputs[0].kind == IMAGE:
        multiple = metadata.inputs[0].multiple
        lines.append(
            "- Height and width of what it is given must be multiples of "
            f"{multiple}."
        )
    return ["## Limits", "", *lines, ""]
