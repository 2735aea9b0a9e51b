"""What the Hub's library raises, as a line."""

import errno
import json
import os
import socket
import sys
import warnings

import hub_server
import pytest

from tfgan_zoo.pretrained.hub import client
from tfgan_zoo.pretrained.hub.addresses import Repository
from tfgan_zoo.pretrained.hub.client import connection

pytest.importorskip(
    "huggingface_hub", reason="needs the extra hub: huggingface_hub"
)

HTML, JSON = "text/html", "application/json"
REPOSITORY = Repository("ada/small")
library = client.import_library(REPOSITORY)


@pytest.fixture(scope="module")
def server():
    server = hub_server.Hub()
    yield server
    server.close()


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            (200, HTML, b"<html>Log in"),
            "must answer as the Hub does .*Expecting",
        ),
        (
            (200, JSON, b"[]"),
            "must answer as the Hub does .*: (Type|Attribute)",
        ),
        ((200, JSON, b"{}"), "must answer as the Hub does .* KeyError, 'id'"),
        ((401, HTML, b""), r"private one needs a token|status 401, Unauthor"),
        ((403, HTML, b""), r"status 403, Forbidden\.$"),
        ((429, HTML, b""), r"status 429, Too Many Requests\.$"),
        ((502, HTML, b"<html>"), r"status 502, Bad Gateway\.$"),
    ],
)
def test_answers_of_other_servers_are_a_line(server, monkeypatch, answer, text):
    monkeypatch.setattr(server, "answer", answer)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    api = library.HfApi(endpoint=server.address, token=False)
    with pytest.raises(ValueError, match=text), connection(library, REPOSITORY):
        api.model_info(REPOSITORY.name)


@pytest.mark.parametrize(
    ("token", "text"),
    [("hf_old", "User Access Token is expired"), ("hf_\xe9", "'ascii' codec")],
)
def test_a_token_that_cannot_be_used_is_a_line(
    server, monkeypatch, token, text
):
    monkeypatch.setenv("HF_TOKEN", token)
    api = library.HfApi(endpoint=server.address)
    with pytest.raises(ValueError, match="token .*valid one") as error:
        with connection(library, REPOSITORY):
            api.model_info(REPOSITORY.name)
    assert f"with a token that is refused ({text}" in str(error.value)
    assert token not in str(error.value)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(errno.ECONNRESET, "reset"),
        socket.gaierror(-2, "no"),
    ],
)
def test_a_lost_connection_is_a_line(error):
    text = "must be within reach for hf://ada/small; wait. Received: "
    with pytest.raises(ValueError, match=text):
        with connection(library, REPOSITORY, otherwise="wait"):
            raise error


def test_an_error_of_a_disk_names_the_cache():
    with pytest.raises(OSError) as raised, connection(library, REPOSITORY):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert raised.value.errno == errno.ENOSPC
    assert raised.value.filename == library.constants.HF_HUB_CACHE
    with pytest.raises(PermissionError) as raised:
        with connection(library, REPOSITORY):
            raise PermissionError(errno.EACCES, "no", "/x")
    assert raised.value.filename == "/x"


def test_a_lack_of_memory_and_an_interruption_stay_what_they_are():
    for error in (MemoryError, KeyboardInterrupt):
        with pytest.raises(error), connection(library, REPOSITORY):
            raise error


def test_nothing_is_printed_and_what_was_set_is_restored(capfd):
    logging = library.utils.logging
    before = logging.get_verbosity(), library.utils.are_progress_bars_disabled()
    with warnings.catch_warnings(record=True) as caught:
        with connection(library, REPOSITORY):
            warnings.warn("not enough free disk space", stacklevel=1)
            logging.get_logger("huggingface_hub").warning("odd")
            bar = library.utils.tqdm([1], file=sys.stderr)
            assert [*bar] == [1]
    assert caught == []
    assert capfd.readouterr() == ("", "")
    after = logging.get_verbosity(), library.utils.are_progress_bars_disabled()
    assert after == before
    with pytest.raises(ValueError, match="answer as the Hub does"):
        with connection(library, REPOSITORY):
            json.loads("<html>")
