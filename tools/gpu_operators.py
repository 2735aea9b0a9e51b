"""Counts the operators of TFLite files that a GPU takes, in headless Chromium.

    python tools/gpu_operators.py runs/demo/export/generator_float16.tflite

Needs Chromium and playwright, and no GPU: the processor stands in for one, with
the same delegate. A line a file has the operators that run on WebGPU, and how
far the images are from the TFLite interpreter's.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.export import tflite
from tfgan_zoo.export.web import PAGE

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox",
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
)
_ADDRESS = "http://localhost/"  # WebGPU wants a secure context
_TYPES = {".html": "text/html", ".js": "text/javascript"}
_PAGE = """<!doctype html>
<script type="module">
  import { compileOnGpu, remove, run, startRuntime } from "./runtime.js";
  const ARRAYS = {
    float32: Float32Array,
    int32: Int32Array,
    uint8: Uint8Array,
  };
  const bytesOf = (text) =>
    Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  window.ready = startRuntime();
  window.run = async (file, inputs) => {
    const { id, refused } = await compileOnGpu(bytesOf(file).buffer);
    try {
      if (refused.length || !inputs) return { refused };
      const arrays = {};
      for (const [name, { dtype, shape, values }] of Object.entries(inputs)) {
        const array = new ARRAYS[dtype](bytesOf(values).buffer);
        arrays[name] = { values: array, shape };
      }
      return { refused, values: [...(await run(id, arrays))] };
    } catch (error) {
      return { refused: [String(error)] };
    } finally {
      remove(id);
    }
  };
</script>
"""
_COUNTS = re.compile(r"(\d+) operations will run on the GPU")


@dataclasses.dataclass(frozen=True)
class GpuRun:
    """What WebGPU made of a file.

    Attributes:
        taken: operators that run on it; 0 if the file fails.
        operators: of the file.
        images: of the inputs, flat; None without any, or if not all operators
            run on it.
        refused: what the runtime says of the others, or of its failure.
    """

    taken: int
    operators: int
    images: np.ndarray | None
    refused: tuple[str, ...]


@contextlib.contextmanager
def launch_browser() -> Iterator[Any]:
    """Starts Chromium with a processor as its GPU."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=list(FLAGS)
        )
        yield browser
        browser.close()


class GpuPage:
    """A page that runs TFLite files on WebGPU.

    Args:
        browser: of playwright, started with `FLAGS`.
    """

    def __init__(self, browser: Any) -> None:
        self._page = browser.new_page()
        self._page.route("**/*", _serve)
        self._page.goto(_ADDRESS)
        self._page.evaluate("() => window.ready")

    def run(
        self, content: bytes, inputs: dict[str, np.ndarray] | None = None
    ) -> GpuRun:
        """Compiles a TFLite file for WebGPU and, if it takes all, runs it.

        Args:
            content: of the file.
            inputs: by name, of the file's shapes; None only compiles it.
        """
        operators = sum(tflite.Interpreter(content).operators().values())
        packed = None
        if inputs is not None:
            packed = {name: _pack(values) for name, values in inputs.items()}
        said = self._page.evaluate(
            "([file, inputs]) => window.run(file, inputs)",
            [base64.b64encode(content).decode("ascii"), packed],
        )
        refused = tuple(said["refused"])
        if not refused:
            images = np.array(said["values"]) if packed else None
            return GpuRun(operators, operators, images, ())
        counts = _COUNTS.findall("\n".join(refused))
        taken = int(counts[0]) if counts else 0
        return GpuRun(taken, operators, None, refused)


def _serve(route: Any) -> None:
    name = route.request.url[len(_ADDRESS) :]
    if not name:
        route.fulfill(body=_PAGE, content_type=_TYPES[".html"])
        return
    path = PAGE / name
    kind = _TYPES.get(path.suffix, "application/octet-stream")
    route.fulfill(path=path, content_type=kind)


def _pack(values: np.ndarray) -> dict[str, Any]:
    content = np.ascontiguousarray(values).tobytes()
    return {
        "dtype": values.dtype.name,
        "shape": list(values.shape),
        "values": base64.b64encode(content).decode("ascii"),
    }


def random_inputs(interpreter: tflite.Interpreter) -> dict[str, np.ndarray]:
    """Returns floats in [-1, 1], bytes and labels of 0 for a file."""
    random = np.random.default_rng(0)
    inputs = {}
    for name, about in interpreter.inputs().items():
        shape, dtype = about["shape"], about["dtype"]
        if dtype == "float32":
            values = np.clip(random.normal(size=shape), -1.0, 1.0)
        else:
            values = random.integers(0, 256 if dtype == "uint8" else 1, shape)
        inputs[name] = values.astype(dtype)
    return inputs


def _line(page: GpuPage, path: Path) -> str:
    content = path.read_bytes()
    interpreter = tflite.Interpreter(content)
    inputs = random_inputs(interpreter)
    run = page.run(content, inputs)
    line = f"{path}: {run.taken} of {run.operators} operators on WebGPU"
    if run.images is None:
        return "\n  ".join([line, *run.refused])
    expected = interpreter(**inputs)
    scale = 1.0 if expected.dtype == np.uint8 else 127.5
    apart = scale * np.abs(run.images - expected.ravel().astype(np.float64))
    return f"{line}, pixels within {apart.max():.2g} of 255"


def main(paths: list[str]) -> int:
    """Prints a line a file; returns 1 if WebGPU leaves an operator to wasm."""
    if not paths or CHROMIUM is None:
        print(
            "usage: gpu_operators.py FILE.tflite ..., with Chromium installed"
        )
        return 2
    with launch_browser() as browser:
        page = GpuPage(browser)
        lines = [_line(page, Path(path)) for path in paths]
    print(*lines, sep="\n")
    return int(any("\n" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
