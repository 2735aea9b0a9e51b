"""tfgan-demo: an exported generator as a page in the browser."""

from __future__ import annotations

import contextlib
import signal
import tempfile
from pathlib import Path

from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli import app, path_flags, serving, start
from tfgan_zoo.pretrained import sources

USAGE = """
Usage: tfgan-demo --model=NAME|PATH [FLAGS]

  tfgan-demo --model=dcgan-mnist
  tfgan-demo --model=runs/demo/export --host=0.0.0.0

Serves a web page that generates images in the browser, with the TFLite file of
an export, until Ctrl-C. tfgan-export --web writes the same page as a folder.
"""

_MODEL = path_flags.define_path(
    "model",
    None,
    "Generator: a folder that tfgan-export wrote, a name that tfgan-zoo list "
    "shows, or hf://owner/name. Required.",
)
_PORT = flags.DEFINE_integer(
    "port", 8000, "Port to listen on; 0 takes a free one.", 0, 65535
)
_HOST = flags.DEFINE_string(
    "host",
    "127.0.0.1",
    "Name or address to listen on; 0.0.0.0 or :: lets other machines in, "
    "such as a phone.",
)


def main() -> int | None:
    """Serves until a signal comes; returns the exit code."""
    model = sources.resolve_name(app.required(_MODEL))
    # Before the page is made, which takes seconds.
    with serving.listen(_HOST.value, _PORT.value) as bound:
        app.import_tensorflow()
        from tfgan_zoo.export import web

        with tempfile.TemporaryDirectory(prefix="tfgan-demo-") as folder:
            page = web.write(model, Path(folder) / "page")
            server = serving.make_server(page, bound)
            address = serving.url(_HOST.value, bound)
            print(f"{address} (Ctrl-C ends)", flush=True)
            with contextlib.closing(server):
                server.run()
    # The server takes signals for its end, and tells nobody which.
    number = start.received()
    return None if number in (None, signal.SIGINT) else 128 + number


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
