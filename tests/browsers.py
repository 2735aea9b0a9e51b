"""Pages in a real browser: fixtures of the tests that look at some."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no Chromium here"
)


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
