"""The Hub's own library, `huggingface_hub`: quiet, and its errors in a line."""

from __future__ import annotations

import contextlib
import errno
import http
import json
import os
import warnings
from collections.abc import Iterator
from typing import Any

from tfgan_zoo.messages import error_text
from tfgan_zoo.pretrained.hub.addresses import Repository


def import_library(repository: Repository) -> Any:
    """Returns the package `huggingface_hub`.

    Args:
        repository: what it is needed for.

    Raises:
        ImportError: it is not installed, or too old.
        ValueError: it refuses `$HF_ENDPOINT`.
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
    except ValueError as error:
        raise ValueError(
            "$HF_ENDPOINT must be the address of a Hub. "
            f"Received: {os.environ.get('HF_ENDPOINT')} ({error_text(error)})."
        ) from None
    return huggingface_hub


@contextlib.contextmanager
def connection(
    library: Any, repository: Repository, *, otherwise: str = ""
) -> Iterator[None]:
    """Lets the library work without output, and explains its errors in a line.

    Only calls of the library belong into the block: whatever they raise is
    taken for something that the Hub or the connection is to blame for.

    Args:
        library: `huggingface_hub`.
        repository: what is asked for.
        otherwise: what one can do where the Hub is out of reach.

    Raises:
        ValueError: the Hub is out of reach, refuses what is asked, or answers
            otherwise than a Hub does.
        OSError: of this machine, such as of a full disk.
    """
    with _without_output(library):
        try:
            yield
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001
            text = _explain(library, repository, error)
            if text is None:
                _raise_if_local(library, error)
                text = _explain_failure(library, repository, error, otherwise)
            raise ValueError(text) from None


@contextlib.contextmanager
def _without_output(library: Any) -> Iterator[None]:
    """Keeps the library from drawing bars and from warnings.

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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
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
    if token and (
        _status(error) == 401 or isinstance(error, UnicodeEncodeError)
    ):
        return (
            "A token of the Hub must be a valid one, which $HF_TOKEN or `hf "
            f"auth login` sets. Received: {received} that is refused "
            f"({_message(error)})."
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
        return (
            f"{library.constants.ENDPOINT} must accept the request for "
            f"{repository}. Received: status {_status(error)}, "
            f"{_message(error)}."
        )
    if type(error) is OSError and error.errno is None:
        reason = str(error).partition("\n")[0].rstrip(".")
        return (
            f"{repository} must be downloaded whole. "
            f"Received: {error_text(reason)}; try again."
        )
    return None


def _status(error: Exception) -> int | None:
    """Returns the status of the answer that an error is of, if it is."""
    response = getattr(error, "response", None)
    return getattr(response, "status_code", None)


def _message(error: Exception) -> str:
    """Returns what the Hub says, or else what the status means."""
    text = getattr(error, "server_message", None)
    if not text:
        with contextlib.suppress(ValueError):  # no status, or no standard one
            text = http.HTTPStatus(_status(error) or 0).phrase
    return error_text(text or error).rstrip(".")


def _raise_if_local(library: Any, error: Any) -> None:
    """Raises an error of this machine, with the path that it is about."""
    is_network = isinstance(error, (ConnectionError, TimeoutError))
    # Those of names of hosts are no errno.
    if is_network or getattr(error, "errno", None) not in errno.errorcode:
        return
    if error.filename is None:
        cache = library.constants.HF_HUB_CACHE
        raise OSError(error.errno, error.strerror, cache) from None
    raise error


def _explain_failure(
    library: Any, repository: Repository, error: Exception, otherwise: str
) -> str:
    """Returns what it means that there is no answer, or none of a Hub."""
    is_odd = isinstance(error, json.JSONDecodeError)
    if is_odd or not isinstance(error, _transport_errors(library.errors)):
        rule = f"answer as the Hub does when asked for {repository}"
    else:
        rule = (
            f"be within reach for {repository}{otherwise and '; '}{otherwise}"
        )
    cause = error.__cause__ or error
    return (
        f"{library.constants.ENDPOINT} must {rule}. "
        f"Received: {type(cause).__name__}, {error_text(cause).rstrip('.')}."
    )


def _transport_errors(errors: Any) -> tuple[type[Exception], ...]:
    """Returns what is raised where a connection fails."""
    # That of httpx, of httpx2 or of requests, by the library's version.
    (http_error, *_) = errors.HfHubHTTPError.__bases__
    xet_error = getattr(errors, "XetDownloadError", RuntimeError)
    return (http_error, xet_error, OSError, RuntimeError)
