"""tfgan-zoo: the trained generators that ship, and those on the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

from absl import flags

from tfgan_zoo import (
    cli,  # noqa: F401  (quiets TensorFlow)
    json_files,
)
from tfgan_zoo.cli import app, path_flags

USAGE = """
Usage: tfgan-zoo COMMAND [FLAGS]

  tfgan-zoo list                    the generators and their scores
  tfgan-zoo list --task=translate   those of a task, or of a --dataset
  tfgan-zoo show NAME               a generator's model card
  tfgan-zoo path NAME               the folder of its files
  tfgan-zoo copy NAME --output=DIR  a copy of that folder
  tfgan-zoo verify [NAME ...]       whether the files are unchanged
  tfgan-zoo gallery --output=DIR    a web page that runs all generators
  tfgan-zoo cache                   what the cache holds; --empty removes it
  tfgan-zoo push --repo=OWNER/NAME  puts --model on the Hugging Face Hub

The trained generators that come with the package: SavedModels, TFLite files
and model cards. Their names are models for tfgan-sample, tfgan-evaluate and
tfgan-demo, and starts for tfgan-train --start_from. NAME is the newest version
of a generator; NAME-v1 is version 1 and keeps its weights. So is
hf://OWNER/NAME, with @REVISION or without, a generator on the Hub.
"""

_OUTPUT = path_flags.define_path(
    "output", None, "New folder. Required with copy and gallery."
)
_OVERWRITE = flags.DEFINE_bool(
    "overwrite",
    False,
    "Replace the contents of --output. Only used with gallery.",
)
_TASK = flags.DEFINE_string(
    "task",
    None,
    "Task: generate, translate or enlarge. Default: any. Only used with list.",
)
_DATASET = flags.DEFINE_string(
    "dataset",
    None,
    "Data set of the training: the part of a name after the first -, such as "
    "mnist. Without a size, such as emoji_drawings, it matches all sizes. "
    "Default: any. Only used with list.",
)
_EMPTY = flags.DEFINE_bool(
    "empty",
    False,
    "Remove packed images, evaluations and leftovers, which are made again "
    "when needed. Only used with cache.",
)
_DOWNLOADS = flags.DEFINE_bool(
    "downloads",
    False,
    "Remove downloaded networks and generators too. Only used with cache "
    "--empty.",
)
_MODEL = path_flags.define_path(
    "model",
    None,
    "What to push: the folder of an export or of a run, or a name that "
    "tfgan-zoo list shows. Required with push.",
)
_REPO = flags.DEFINE_string(
    "repo", None, "Repository to push to, owner/name. Required with push."
)
_PRIVATE = flags.DEFINE_bool(
    "private",
    False,
    "Make a repository that only its owner reads. Only used with push.",
)
_REVISION = flags.DEFINE_string(
    "revision",
    None,
    "Branch to push to, made if need be. Default: the main one. Only used "
    "with push.",
)
_MESSAGE = flags.DEFINE_string(
    "message", None, "Message of the commit. Only used with push."
)
_LICENSE = flags.DEFINE_string(
    "license",
    None,
    "The Hub's name of a licence, such as apache-2.0. Default: that of a "
    "generator that ships. Only used with push.",
)
_OF_PUSH = (_MODEL, _REPO, _PRIVATE, _REVISION, _MESSAGE, _LICENSE)


def main(*words: str) -> None:
    """Does what the first word says."""
    task, names = (words[0], words[1:]) if words else ("", ())
    if task not in _TASKS:
        raise ValueError(
            f"The first word must be among: {', '.join(_TASKS)}. "
            f"Received: {task or 'none'}. See --help."
        )
    if _OUTPUT.present and task not in ("copy", "gallery"):
        raise ValueError(f"--output is for copy and gallery. Received: {task}.")
    if _OVERWRITE.present and task != "gallery":
        raise ValueError(f"--overwrite is for gallery. Received: {task}.")
    if (_TASK.present or _DATASET.present) and task != "list":
        raise ValueError(
            f"--task and --dataset are for list. Received: {task}."
        )
    if (_EMPTY.present or _DOWNLOADS.present) and task != "cache":
        raise ValueError(
            f"--empty and --downloads are for cache. Received: {task}."
        )
    for flag in _OF_PUSH:
        if flag.present and task != "push":
            raise ValueError(f"--{flag.name} is for push. Received: {task}.")
    _TASKS[task](*names)


def _list(*names: str) -> None:
    _require(names, 0, "list")
    from tfgan_zoo.pretrained import cards

    chosen = cards.list_generators(_TASK.value, _DATASET.value)
    if chosen:
        for name in chosen:
            print(cards.summary(cards.read(name)))
    else:
        print(
            f"No generator that ships has both --task={_TASK.value} and "
            f"--dataset={_DATASET.value}."
        )


def _show(*names: str) -> None:
    _require(names, 1, "show")
    from tfgan_zoo.pretrained import sources
    from tfgan_zoo.pretrained.hub import addresses

    page = sources.find_published(names[0]) / addresses.CARD_NAME
    if not page.is_file():
        raise ValueError(
            "`show` is for a generator with a model card. "
            f"Received: {names[0]}, without {addresses.CARD_NAME}."
        )
    text = json_files.read_bytes(page, "A model card must be a text")
    card = addresses.without_metadata(text.decode("utf-8", "replace"))
    # Those of others may hold codes that a terminal obeys.
    characters = (c if c.isprintable() or c in "\t\n" else "?" for c in card)
    print("".join(characters), end="")


def _path(*names: str) -> None:
    _require(names, 1, "path")
    from tfgan_zoo.pretrained import sources

    print(sources.find_published(names[0]))


def _copy(*names: str) -> None:
    _require(names, 1, "copy")
    output = Path(app.required(_OUTPUT))
    from tfgan_zoo import file_systems, files
    from tfgan_zoo.pretrained import sources

    source = sources.find_published(names[0])
    with files.new_folder(output) as partial:
        file_systems.copy_folder(source, partial)
    print(f"{names[0]}: {output}")


def _verify(*names: str) -> None:
    from tfgan_zoo.export import checksums
    from tfgan_zoo.pretrained import sources

    folders = [
        sources.find_published(name) for name in names
    ] or sources.folders()
    wrong = []
    for folder in folders:
        try:
            checksums.check(folder)
        except ValueError as error:
            wrong.append(f"{folder.name}: {error}")
        else:
            print(f"{folder.name}: unchanged")
    if wrong:
        raise ValueError("\n".join(wrong))


def _gallery(*names: str) -> None:
    _require(names, 0, "gallery")
    output = Path(app.required(_OUTPUT))
    app.import_tensorflow()
    from tfgan_zoo.pretrained import gallery

    gallery.write(output, overwrite=_OVERWRITE.value)
    print(f"Gallery: {output}. Any file server shows it, such as")
    print(f"  python -m http.server --directory {output}")


def _push(*names: str) -> None:
    _require(names, 0, "push")
    model, repo = app.required(_MODEL), app.required(_REPO)
    app.import_tensorflow()
    from tfgan_zoo.pretrained import push_to_hub

    address = push_to_hub(
        model,
        repo,
        private=_PRIVATE.value,
        revision=_REVISION.value,
        message=_MESSAGE.value,
        license=_LICENSE.value,
    )
    print(f"Pushed: {address}")


def _cache(*names: str) -> None:
    _require(names, 0, "cache")
    from tfgan_zoo import files
    from tfgan_zoo.cli import cache_report

    if _DOWNLOADS.value and not _EMPTY.value:
        raise ValueError("--downloads needs --empty. Received: it alone.")
    folder = files.user_cache()
    if _EMPTY.value:
        print(cache_report.empty(folder, with_downloads=_DOWNLOADS.value))
    else:
        print(cache_report.table(folder))


def _require(names: tuple[str, ...], count: int, task: str) -> None:
    if len(names) != count:
        raise ValueError(
            f"{task} takes {'one name' if count else 'no name'}. "
            f"Received: {' '.join(names) or 'none'}."
        )


_TASKS: dict[str, Callable[..., Any]] = {
    "list": _list,
    "show": _show,
    "path": _path,
    "copy": _copy,
    "verify": _verify,
    "gallery": _gallery,
    "cache": _cache,
    "push": _push,
}


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE, takes_words=True)


if __name__ == "__main__":
    run()
