"""A web server of a folder of files, which bad clients cannot bring down."""

from __future__ import annotations

import email.utils
import errno
import logging
import socket
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Callable

import waitress
from waitress.server import BaseWSGIServer

# The system's own table may say otherwise, and then no module loads.
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
}
_INDEX = "index.html"
_MOST_CONNECTIONS = 1000
# Descriptors for all else: files that are being sent, the page's own.
_OTHER_FILES = 100
_SETTINGS = {
    "threads": 8,
    "asyncore_use_poll": True,
    "channel_timeout": 20,  # seconds
    "cleanup_interval": 5,
    "max_request_body_size": 1024,
    "ident": None,
}

Environment = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class StaticFiles:
    """A WSGI application that serves the files that a folder holds now.

    Only these have an address, so that no request reaches another file.

    Args:
        folder: whose `index.html` is at `/`.
    """

    def __init__(self, folder: Path) -> None:
        self._files = {
            f"/{path.relative_to(folder).as_posix()}": path
            for path in folder.rglob("*")
            if path.is_file()
        }
        if f"/{_INDEX}" in self._files:
            self._files["/"] = self._files[f"/{_INDEX}"]

    def __call__(
        self, environment: Environment, start_response: StartResponse
    ) -> Iterable[bytes]:
        method = environment["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            allowed = [("Allow", "GET, HEAD")]
            return _refuse(start_response, "405 Method Not Allowed", allowed)
        path = self._files.get(environment["PATH_INFO"])
        if path is None:
            return _refuse(start_response, "404 Not Found", [])
        status = path.stat()
        modified = email.utils.formatdate(status.st_mtime, usegmt=True)
        headers = [
            # Another export may be served at the same address next.
            ("Cache-Control", "no-cache"),
            ("Last-Modified", modified),
        ]
        if environment.get("HTTP_IF_MODIFIED_SINCE") == modified:
            start_response("304 Not Modified", headers)
            return []
        kind = _TYPES.get(path.suffix, "application/octet-stream")
        headers.append(("Content-Type", kind))
        headers.append(("Content-Length", str(status.st_size)))
        start_response("200 OK", headers)
        if method == "HEAD":
            return []
        return environment["wsgi.file_wrapper"](path.open("rb"))


def _refuse(
    start_response: StartResponse, status: str, headers: list[tuple[str, str]]
) -> Iterable[bytes]:
    body = f"{status}\n".encode()
    plain = [
        ("Content-Type", "text/plain"),
        ("Content-Length", str(len(body))),
    ]
    start_response(status, [*headers, *plain])
    return [body]


def listen(host: str, port: int) -> socket.socket:
    """Returns a socket that is bound to an address of this machine.

    Args:
        host: name or address, of IPv6 with or without brackets.
        port: 0 takes a free one.

    Raises:
        ValueError: `host` is empty.
        OSError: it is no address of this machine, or the port is taken.
    """
    # To the system an empty name is all of the machine's addresses.
    if not host.strip(" []"):
        raise ValueError(
            "--host must be a name or an address, such as 127.0.0.1. "
            f"Received: {host!r}."
        )
    try:
        addresses = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError) as error:
        raise OSError(_not_here(host, error)) from None
    for family, kind, protocol, _, address in addresses:
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
            bound.listen(_MOST_CONNECTIONS)
        except OSError as error:
            bound.close()
            last_error = error
        else:
            return bound
    raise _explain(last_error, host, port)


def _not_here(host: str, error: Exception) -> str:
    return (
        "--host must be a name or an address of this machine. "
        f"Received: {host} ({error})."
    )


def _explain(error: OSError, host: str, port: int) -> OSError:
    if error.errno == errno.EADDRINUSE:
        return OSError(
            "--port must be free; 0 takes one that is. Received: "
            f"{port}, which another program listens at."
        )
    if error.errno == errno.EACCES:
        return PermissionError(
            f"--port must be one that you may use. Received: {port}."
        )
    return OSError(_not_here(host, error))


def url(host: str, bound: socket.socket) -> str:
    """Returns the address of what listens at a socket."""
    name = host.strip("[]")
    if ":" in name:
        name = f"[{name}]"
    return f"http://{name}:{bound.getsockname()[1]}/"


def make_server(folder: Path, bound: socket.socket) -> BaseWSGIServer:
    """Returns a server of a folder, to `run` and to `close`.

    Connections, threads and the time that a silent client is kept are bounded.

    Args:
        folder: whose files are served, none that are added later.
        bound: as `listen` returns it.
    """
    # A client that leaves, or sends what is no request, is no news.
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    return waitress.create_server(
        StaticFiles(folder),
        sockets=[bound],
        connection_limit=_most_connections(),
        **_SETTINGS,
    )


def _most_connections() -> int:
    if sys.platform == "win32":
        return _MOST_CONNECTIONS
    import resource

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(1, min(_MOST_CONNECTIONS, files - _OTHER_FILES))
