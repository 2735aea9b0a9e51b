"""Pages in a real browser: fixtures of the tests that look at some."""

from __future__ import annotations

import base64
import functools
import http.server
import io
import shutil
import threading

import numpy as np
import pytest
from PIL import Image

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no Chromium here"
)


def read_canvas(canvas, mode="RGB"):
    """Returns the pixels of a locator's canvas, int [H, W, C] or, grey, [H, W].

    Args:
        canvas: of playwright.
        mode: of the image, "RGB" or "L".
    """
    url = canvas.evaluate("(canvas) => canvas.toDataURL('image/png')")
    content = base64.b64decode(url.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)).convert(mode), int)


def assert_sound(page, viewport):
    """Checks that a page has no error, fits its width and asks for no other.

    Args:
        page: see `open_page`.
        viewport: that it was opened in.
    """
    assert not [text for kind, text in page.said if kind == "error"]
    local = (page.address, "data:", "blob:")
    assert not [url for url in page.asked if not url.startswith(local)]
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide == viewport["width"]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    """Serves a folder until the test ends; returns its address."""
    servers = []

    def start(folder):
        handler = functools.partial(_Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def browser():
    """Chromium, without a window."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed"
    )
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def gpu_browser():
    """Chromium whose GPU is the processor."""
    pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed"
    )
    from tools import gpu_operators

    with gpu_operators.launch_browser() as launched:
        yield launched


@pytest.fixture(scope="module")
def gpu_page(gpu_browser):
    """Runs TFLite files on WebGPU."""
    from tools import gpu_operators

    return gpu_operators.GpuPage(gpu_browser)


@pytest.fixture
def open_page(browser, serve):
    """Opens a served folder; `said` and `asked` are what the page did."""
    contexts = []

    def start(folder, viewport=PHONE, **settings):
        context = browser.new_context(viewport=viewport, **settings)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda m: page.said.append((m.type, m.text)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.address = serve(folder)
        page.goto(page.address)
        return page

    yield start
    for context in contexts:
        context.close()
