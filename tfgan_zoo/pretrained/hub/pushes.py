"""Generators pushed to the Hugging Face Hub: checked, described, one commit."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tfgan_zoo import files, images
from tfgan_zoo.export import checksums, examples
from tfgan_zoo.export.file_names import EXAMPLES_NAME, SAVED_MODEL_NAME
from tfgan_zoo.export.run import export_run
from tfgan_zoo.export.tflite_settings import TFLiteSettings
from tfgan_zoo.inputs import LATENTS
from tfgan_zoo.messages import value_text
from tfgan_zoo.pretrained import sources
from tfgan_zoo.pretrained.generator import Generator
from tfgan_zoo.pretrained.hub import addresses, cards, client, commits
from tfgan_zoo.pretrained.hub.addresses import Repository
from tfgan_zoo.training.run_folder import RunFolder
from tfgan_zoo.version import __version__

# Of a run, which has no export yet.
_VARIANTS = ("float32", "float16")
_PICTURE = "samples.png"
_PICTURE_IMAGES = 64
_COLUMNS = 8
_LICENSE = re.compile("[a-z0-9][a-z0-9.-]*")


def push_to_hub(
    model: str | os.PathLike[str],
    repo: str,
    *,
    private: bool = False,
    revision: str | None = None,
    message: str | None = None,
    license: str | None = None,
) -> str:
    """Pushes a generator to the Hugging Face Hub, in one commit.

    An export with a model card, which is loaded as one of unknown origin
    first; nothing is pushed of one that is refused.

    Args:
        model: the folder of an export; that of a run, whose newest checkpoint
            is exported; or the name of a generator that ships.
        repo: `owner/name`, which is made if it is not there.
        private: whether nobody else may read it. One that is there stays as
            it is, and must be private.
        revision: a branch, which is made if it is not there; None is the
            default one.
        message: of the commit; None names the generator.
        license: the Hub's name of one, such as `apache-2.0`, for the card;
            None is that of a generator that ships, and none of others.

    Returns:
        The address of the commit, `hf://owner/name@hash`, for `load`.

    Raises:
        ValueError: an argument is not as above, the export is damaged or
            refused, there is no token, or the Hub does not accept it.
        ImportError: `huggingface_hub` is not installed.
        ExportError, tflite.ConversionError: a run cannot be exported.
    """
    _check_arguments(model, repo, revision, license)
    repository = Repository(repo, revision)
    library = client.import_library(repository)
    _require_token(library, repository)
    with tempfile.TemporaryDirectory(prefix="tfgan_zoo-") as scratch:
        folder = Path(scratch) / repo.partition("/")[2]
        _gather(model, folder)
        generator = Generator(folder)
        _write_card(generator, repository, license, library)
        commits.prepare_repository(library, folder, repository, private)
        text = (message or "").strip() or _message(generator)
        return commits.commit(library, folder, repository, text)


def _check_arguments(
    model: object, repo: object, revision: object, license_id: object
) -> None:
    if not isinstance(model, (str, os.PathLike)):
        raise TypeError(
            f"`model` must be a name or a path. Received: {value_text(model)}."
        )
    if not isinstance(repo, str) or not addresses.is_name(repo):
        raise ValueError(
            f"`repo` must be owner/name. Received: {value_text(repo)}."
        )
    is_branch = isinstance(revision, str) and addresses.is_revision(revision)
    if revision is not None and not is_branch:
        raise ValueError(
            "`revision` must be the name of a branch. "
            f"Received: {value_text(revision)}."
        )
    is_license = isinstance(license_id, str) and _LICENSE.fullmatch(license_id)
    if license_id is not None and not is_license:
        raise ValueError(
            "`license` must be the Hub's name of one, such as apache-2.0. "
            f"Received: {value_text(license_id)}."
        )


def _require_token(library: Any, repository: Repository) -> None:
    if library.constants.HF_HUB_OFFLINE:
        raise ValueError(
            "A push needs a network, which $HF_HUB_OFFLINE rules out. "
            f"Received: {repository}."
        )
    if not library.utils.get_token():
        raise ValueError(
            "A push needs a token of the Hub that may write: $HF_TOKEN, or "
            f"`hf auth login`. Received: {repository}, without a token."
        )


def _gather(model: str | os.PathLike[str], folder: Path) -> None:
    """Writes the export that is meant into a new folder.

    Raises:
        ValueError: it is none, or not as it was written.
    """
    source = sources.locate(
        model if isinstance(model, str) else Path(model).expanduser()
    )
    if (source / SAVED_MODEL_NAME).is_dir():
        checksums.check(source)
        _copy_listed(source, folder)
    elif RunFolder(source).config.is_file():
        export_run(
            RunFolder(source), folder, tflite_files=TFLiteSettings(_VARIANTS)
        )
    else:
        raise ValueError(
            "`model` must be the folder of an export or of a run, or the name "
            f"of a generator that ships. Received: {source}."
        )


def _copy_listed(source: Path, folder: Path) -> None:
    """Copies what an export lists, and leaves what else lies in its folder."""
    names = [*checksums.read(source)]
    pictures = source / EXAMPLES_NAME
    if pictures.is_file() and not pictures.is_symlink():
        names.append(EXAMPLES_NAME)
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target)
    # `loading` compares with it.
    shutil.copyfile(source / checksums.NAME, folder / checksums.NAME)


def _write_card(
    generator: Generator,
    repository: Repository,
    license_id: str | None,
    library: Any,
) -> None:
    """Writes the model card, a picture for it, and the hashes anew."""
    picture = None if "picture" in generator.card else _draw(generator)
    card = cards.make(
        generator,
        repository,
        picture=picture,
        license_id=license_id,
        library=library,
    )
    files.write_text(generator.folder / addresses.CARD_NAME, card)
    # People edit a card on the Hub.
    checksums.write(generator.folder, unlisted=[addresses.CARD_NAME])


def _draw(generator: Generator) -> str | None:
    """Writes images of a generator into its folder, if it can make some.

    Returns:
        The name of the file.
    """
    metadata = generator.metadata
    if metadata.makes_points:
        return None
    columns = _columns(metadata.num_classes)
    if metadata.inputs[0].kind == LATENTS:
        made = generator.sample(np.arange(_PICTURE_IMAGES))
    else:
        shape = metadata.inputs[0].shape
        given = examples.read(generator.folder, shape)
        if given is None:
            return None
        outputs = generator.translate(given)
        pairs = zip(given, outputs)
        made = np.stack([each for pair in pairs for each in _alike(*pair)])
        columns = 2
    images.write_png(
        generator.folder / _PICTURE, images.grid(made, columns=columns)
    )
    return _PICTURE


def _columns(num_classes: int) -> int | None:
    """Returns a number of columns with one class each; None if none is fit."""
    if not 0 < num_classes <= 2 * _COLUMNS:
        return None
    return max(_COLUMNS // num_classes, 1) * num_classes


def _alike(given: np.ndarray, made: np.ndarray) -> list[np.ndarray]:
    """Returns two images in colour, of the second one's size."""
    height, width, _ = made.shape
    pictures = [Image.fromarray(each.squeeze()) for each in (given, made)]
    return [
        np.asarray(
            each.convert("RGB").resize(
                (width, height), Image.Resampling.NEAREST
            )
        )
        for each in pictures
    ]


def _message(generator: Generator) -> str:
    name = generator.card.get("name") or generator.metadata.architecture
    return f"Add {name}, exported by tfgan_zoo {__version__}"
