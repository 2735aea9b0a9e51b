"""The web server of tfgan-demo, and what bad clients do to it."""

import contextlib
import http.client
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tfgan_zoo.cli import serving

BIG = bytes(range(256)) * 4096


@pytest.fixture
def served(tmp_path):
    """Serves a folder; returns host and port."""
    page = tmp_path / "page"
    (page / "litert").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html>")
    (page / "app.js").write_text("//")
    (page / "litert" / "a.wasm.gz").write_bytes(BIG)
    (tmp_path / "secret").write_text("secret")
    bound = serving.listen("127.0.0.1", 0)
    server = serving.make_server(page, bound)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield bound.getsockname()
    server.close()


def _get(address, path, method="GET", **headers):
    with contextlib.closing(
        http.client.HTTPConnection(*address, timeout=10)
    ) as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()


def test_files_come_with_their_types(served):
    status, headers, body = _get(served, "/")
    assert (status, body) == (200, b"<!doctype html>")
    assert headers["Content-Type"] == "text/html"
    assert headers["Cache-Control"] == "no-cache"
    status, headers, body = _get(served, "/app.js?v=1")
    assert (status, headers["Content-Type"]) == (200, "text/javascript")
    assert _get(served, "/litert/a.wasm.gz")[::2] == (200, BIG)
    status, headers, body = _get(served, "/litert/a.wasm.gz", "HEAD")
    assert (status, body) == (200, b"")
    assert headers["Content-Length"] == str(len(BIG))
    since = {"If-Modified-Since": headers["Last-Modified"]}
    assert _get(served, "/litert/a.wasm.gz", **since)[::2] == (304, b"")


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/nothing", "GET", 404),
        ("/litert", "GET", 404),
        ("/%00", "GET", 404),
        ("/../secret", "GET", 404),
        ("/%2e%2e/secret", "GET", 404),
        ("//etc/passwd", "GET", 404),
        ("/" + 5000 * "a", "HEAD", 404),
        ("/", "POST", 405),
        ("/", "DELETE", 405),
    ],
)
def test_bad_requests_are_answered_in_silence(
    served, capfd, path, method, status
):
    assert _get(served, path, method)[0] == status
    assert capfd.readouterr() == ("", "")


def test_what_is_no_request_is_refused_in_silence(served, capfd):
    for request, statuses in {
        b"\x16\x03\x01 tls\r\n\r\n": (400,),
        b"GET\r\n\r\n": (400,),
        b"GET / HTTP/1.1\r\n" + 100 * b"A: b\r\n" + b"\r\n": (200,),
        b"GET / HTTP/1.1\r\nA: " + 300_000 * b"b" + b"\r\n\r\n": (400, 431),
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n": (405, 413),
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n": (400,),
    }.items():
        with socket.create_connection(served, timeout=10) as client:
            client.sendall(request)
            answer = client.recv(100)
        assert int(answer.split()[1]) in statuses, (request[:40], answer)
    # One that leaves before its answer, and one in the middle.
    for _ in range(5):
        with socket.create_connection(served) as client:
            client.sendall(b"GET /litert/a.wasm.gz HTTP/1.1\r\n\r\n")
    assert _get(served, "/")[0] == 200
    assert capfd.readouterr() == ("", "")


def test_many_requests_at_once_are_all_answered(served):
    with ThreadPoolExecutor(100) as pool:
        answers = pool.map(
            lambda _: _get(served, "/litert/a.wasm.gz")[::2], range(200)
        )
        assert list(answers) == [(200, BIG)] * 200


def test_slow_clients_hold_up_nobody(served):
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            client = socket.create_connection(served, timeout=10)
            stack.enter_context(client).sendall(b"GET / HTTP/1.1\r\nA: ")
        start = time.monotonic()
        assert _get(served, "/")[0] == 200
        assert time.monotonic() - start < 2.0


@pytest.mark.parametrize(
    ("host", "url"), [("::1", "http://[::1]:"), ("[::1]", "http://[::1]:")]
)
def test_addresses_of_ipv6_are_in_brackets(host, url):
    try:
        bound = serving.listen(host, 0)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with bound:
        assert serving.url(host, bound).startswith(url)


@pytest.mark.parametrize("host", ["", " ", "[]"])
def test_an_empty_host_is_refused(host):
    with pytest.raises(ValueError, match="--host must be a name"):
        serving.listen(host, 0)


def test_addresses_that_are_not_free_or_not_here_are_named():
    with serving.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"--port must be free.*{port}"):
            serving.listen("127.0.0.1", port)
    for host in ("192.0.2.1", "no such name", "a" * 300):
        with pytest.raises(OSError, match="--host must be .* of this machine"):
            serving.listen(host, 0)


def test_the_demo_refuses_a_port_before_it_makes_the_page(tmp_path):
    with serving.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        finished = subprocess.run(
            [sys.executable, "-m", "tfgan_zoo.cli.demo"]
            + ["--model=dcgan-mnist", f"--port={port}"],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert finished.returncode == 2
    assert finished.stderr.startswith("Error: --port must be free")
    assert finished.stderr.count("\n") == 1
