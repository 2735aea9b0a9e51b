"""Commits to a repository of the Hub, which is made if it is not there."""

from __future__ import annotations

import fnmatch
from pathlib import Path
from typing import Any

from tfgan_zoo.export.file_names import EXAMPLES_NAME, SAVED_MODEL_NAME
from tfgan_zoo.messages import error_text
from tfgan_zoo.pretrained.hub import addresses, client
from tfgan_zoo.pretrained.hub.addresses import Repository

# Of an earlier export, as the SavedModel is: the check of a newer one would
# find them unlisted, and readers would take them for a part of it.
_OUTDATED = (
    "*.tflite",
    "card.json",
    "discriminator.npz",
    EXAMPLES_NAME,
)


def prepare_repository(
    library: Any, folder: Path, repository: Repository, private: bool
) -> None:
    """Makes the repository and the branch, if they are not there.

    Raises:
        ValueError: it is to be private and is not, or the Hub finds fault with
            the metadata of the model card, such as with the licence.
    """
    api = library.HfApi()
    name, branch = repository.name, repository.revision
    _require_valid_card(library, folder, repository)
    with client.connection(library, repository):
        # None is what the owner's settings say.
        api.create_repo(name, private=True if private else None, exist_ok=True)
        is_public = private and not api.model_info(name).private
    if is_public:
        raise ValueError(
            "`private` is for a repository that is private, or that is not "
            f"there yet. Received: {repository}, which everybody may read."
        )
    if branch is not None:
        with client.connection(library, repository):
            api.create_branch(name, branch=branch, exist_ok=True)


def _require_valid_card(
    library: Any, folder: Path, repository: Repository
) -> None:
    """Asks the Hub about the card, before anything is made there.

    The library asks as well, once there is a repository.
    """
    utils, endpoint = library.utils, library.constants.ENDPOINT
    card = (folder / addresses.CARD_NAME).read_text("utf-8")
    faults: list[str] = []
    with client.connection(library, repository):
        response = utils.get_session().post(
            f"{endpoint}/api/validate-yaml",
            json={"content": card, "repoType": "model"},
            headers=utils.build_hf_headers(),
        )
        if response.status_code == 400:
            faults = [each["message"] for each in response.json()["errors"]]
        else:
            utils.hf_raise_for_status(response)
    if faults:
        raise ValueError(
            "The metadata of a model card must be such as the Hub takes. "
            f"Received: {error_text('; '.join(faults)).rstrip('.')}."
        )


def commit(
    library: Any, folder: Path, repository: Repository, message: str
) -> str:
    """Returns the address of the commit that makes a branch hold a folder."""
    api = library.HfApi()
    name, branch = repository.name, repository.revision
    new = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    )
    title, _, description = message.strip().partition("\n")
    with client.connection(library, repository):
        outdated = [
            path
            for path in api.list_repo_files(name, revision=branch)
            if path not in new and _is_outdated(path)
        ]
        operations = [library.CommitOperationDelete(path) for path in outdated]
        operations += [
            library.CommitOperationAdd(path, folder / path) for path in new
        ]
        made = api.create_commit(
            name,
            operations=operations,
            commit_message=title,
            commit_description=description.strip(),
            revision=branch,
        )
    return str(Repository(name, made.oid))


def _is_outdated(path: str) -> bool:
    """Whether a file that a push does not write is of an earlier one."""
    in_model = path.startswith(f"{SAVED_MODEL_NAME}/")
    return in_model or (
        "/" not in path
        and any(fnmatch.fnmatchcase(path, pattern) for pattern in _OUTDATED)
    )
