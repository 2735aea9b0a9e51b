"""tfgan-demo: an exported generator as a page in the browser."""

from __future__ import annotations

import contextlib
import functools
import http.server
import tempfile
from pathlib import Path
from typing import Any

from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli import app, path_flags
from tfgan_zoo.pretrained import sources

USAGE = """
tfgan-demo --model=DIR

Serves a page that paints with an export's TFLite file, in the browser itself,
until Ctrl-C. tfgan-export --web writes the same page as a folder.
"""

_MODEL = path_flags.define_path(
    "model",
    None,
    "Folder that tfgan-export wrote, or a name of tfgan-zoo list.",
)
_PORT = flags.DEFINE_integer(
    "port", 8000, "Of the server; 0 takes a free one.", 0, 65535
)
_HOST = flags.DEFINE_string(
    "host", "127.0.0.1", "0.0.0.0 lets other machines, such as a phone, in."
)


class _Handler(http.server.SimpleHTTPRequestHandler):
    # The system's own table may say otherwise, and then no module loads.
    extensions_map = {
        ".css": "text/css",
        ".html": "text/html",
        ".js": "text/javascript",
        ".json": "application/json",
        "": "application/octet-stream",
    }

    def log_message(self, *_: Any) -> None:
        pass

    def end_headers(self) -> None:
        # Another export may be served at the same address next.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def main() -> None:
    """Serves."""
    model = sources.named(app.required(_MODEL))
    app.import_tensorflow()
    from tfgan_zoo.export import web

    with tempfile.TemporaryDirectory(prefix="tfgan-demo-") as folder:
        page = web.write(model, Path(folder) / "page")
        handler = functools.partial(_Handler, directory=str(page))
        address = (_HOST.value, _PORT.value)
        with http.server.ThreadingHTTPServer(address, handler) as server:
            port = server.server_address[1]
            print(f"http://{_HOST.value}:{port}/ (Ctrl-C ends)", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                server.serve_forever()


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
