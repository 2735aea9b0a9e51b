"""The Hugging Face Hub by its own library: addresses, and errors in a line."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from tfgan_zoo.messages import error_text

SCHEME = "hf://"
_PART = r"\w(?:[\w.-]{0,94}\w)?"
_NAME = re.compile(f"{_PART}/{_PART}", re.ASCII)
# It becomes a part of paths in the Hub's cache.
_REVISION = re.compile(r"\w[\w./+-]{0,199}", re.ASCII)
_FORBIDDEN = ("--", "..", "//")
CARD_NAME = "README.md"
_METADATA = re.compile(r"---\r?\n.*?\n---\r?\n\s*", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Repository:
    """A repository of models on the Hub, at a revision.

    Attributes:
        name: `owner/name`.
        revision: a branch, a tag or the hash of a commit; None is the default
            branch.
    """

    name: str
    revision: str | None = None

    def __str__(self) -> str:
        end = f"@{self.revision}" if self.revision else ""
        return f"{SCHEME}{self.name}{end}"


def is_address(source: object) -> bool:
    """Whether it is a text that names a repository of the Hub."""
    return isinstance(source, str) and source.startswith(SCHEME)


def parse(address: str) -> Repository:
    """Returns the repository of an address.

    Raises:
        ValueError: it is not `hf://owner/name` or `hf://owner/name@revision`.
    """
    name, at, revision = address[len(SCHEME) :].partition("@")
    if is_name(name) and (not at or is_revision(revision)):
        return Repository(name, revision or None)
    raise ValueError(
        f"An address of the Hub must be {SCHEME}owner/name or "
        f"{SCHEME}owner/name@revision. Received: {address}."
    )


def is_name(text: str) -> bool:
    """Whether it is `owner/name`, as the Hub takes it."""
    return (
        _NAME.fullmatch(text) is not None
        and not any(part in text for part in _FORBIDDEN)
        and not text.endswith(".git")
    )


def is_revision(text: str) -> bool:
    """Whether it may name a branch, a tag or a commit."""
    return (
        _REVISION.fullmatch(text) is not None
        and not any(part in text for part in _FORBIDDEN[1:])
        and not text.endswith(("/", ".", ".lock"))
    )


def without_metadata(card: str) -> str:
    """Returns a model card without what the Hub reads at its beginning."""
    match = _METADATA.match(card)
    return card[match.end() :] if match else card


def import_library(repository: Repository) -> Any:
    """Returns the package `huggingface_hub`.

    Args:
        repository: what it is needed for.

    Raises:
        ImportError: it is not installed.
    """
    try:
        import huggingface_hub
        import huggingface_hub.constants
        import huggingface_hub.errors
        import huggingface_hub.utils
    except ImportError as error:
        raise ImportError(
            "A repository of the Hub needs the package huggingface_hub: "
            "pip install 'tfgan_zoo[hub]'. "
            f"Received: {repository} ({error_text(error)})."
        ) from None
    return huggingface_hub


@contextlib.contextmanager
def connection(
    library: Any, repository: Repository, *, otherwise: str = ""
) -> Iterator[None]:
    """Lets the library work without output, and explains its errors in a line.

    Args:
        library: `huggingface_hub`.
        repository: what is asked for.
        otherwise: what one can do where the Hub is out of reach.

    Raises:
        ValueError: the Hub is out of reach, or refuses what is asked.
        OSError: of this machine, such as of a full disk.
    """
    with _without_output(library):
        try:
            yield
        except _transport_errors(library.errors) as error:
            text = _explain(library, repository, error)
            is_local = isinstance(error, OSError) and error.errno is not None
            is_network = isinstance(error, (ConnectionError, TimeoutError))
            if text is None and is_local and not is_network:
                raise
            if text is None:
                cause = error.__cause__ or error
                text = (
                    f"{library.constants.ENDPOINT} must be within reach for "
                    f"{repository}{otherwise and '; ' + otherwise}. "
                    f"Received: {type(cause).__name__}, {error_text(cause)}."
                )
            raise ValueError(text) from None


@contextlib.contextmanager
def _without_output(library: Any) -> Iterator[None]:
    """Keeps the library from drawing bars and from logging warnings.

    Args:
        library: `huggingface_hub`. Its bars stay where
            `$HF_HUB_DISABLE_PROGRESS_BARS` says so.
    """
    utils, logging = library.utils, library.utils.logging
    hides_bars = (
        library.constants.HF_HUB_DISABLE_PROGRESS_BARS is None
        and not utils.are_progress_bars_disabled()
    )
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()
    if hides_bars:
        utils.disable_progress_bars()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if hides_bars:
            utils.enable_progress_bars()


def _explain(
    library: Any, repository: Repository, error: Exception
) -> str | None:
    """Returns what an answer of the Hub means; None if there was none."""
    errors, token = library.errors, library.utils.get_token()
    received = f"{repository}, {'with' if token else 'without'} a token"
    if isinstance(error, errors.GatedRepoError):
        return (
            "A gated repository needs a token of somebody who has accepted "
            f"its terms. Received: {received}."
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return (
            "A repository must be there, and a private one needs a token of "
            "somebody who may read it: $HF_TOKEN, or `hf auth login`. "
            f"Received: {received}."
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return (
            "A revision must be a branch, a tag or a commit of the repository. "
            f"Received: {repository}."
        )
    if isinstance(error, errors.HfHubHTTPError):
        text = getattr(error, "server_message", None) or error
        return (
            f"{library.constants.ENDPOINT} must accept the request for "
            f"{repository}. Received: status {error.response.status_code}, "
            f"{error_text(text)}."
        )
    if type(error) is OSError and error.errno is None:
        reason = str(error).partition("\n")[0].rstrip(".")
        return (
            f"{repository} must be downloaded whole. "
            f"Received: {error_text(reason)}; try again."
        )
    return None


def _transport_errors(errors: Any) -> tuple[type[Exception], ...]:
    """Returns what is raised where a connection or an answer fails."""
    # That of httpx, of httpx2 or of requests, by the library's version.
    (http_error, *_) = errors.HfHubHTTPError.__bases__
    xet_error = getattr(errors, "XetDownloadError", RuntimeError)
    return (http_error, xet_error, OSError, RuntimeError)
