"""Times TFLite files in a process of its own, which imports little.

    python -c "$(cat timing.py)" FILE ...

Prints a line of JSON for each file. It is handed over as text, so that nothing
else of the package, and of TensorFlow where LiteRT is installed, counts into
the memory.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import Any, Callable

import numpy as np

try:
    from ai_edge_litert.interpreter import Interpreter

    RUNTIME = "ai-edge-litert"
except ImportError:
    import tensorflow as tf

    Interpreter = tf.lite.Interpreter
    RUNTIME = "tensorflow"

_SECONDS = 0.1
_FEWEST, _MOST = 5, 200


def _megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _milliseconds(run: Callable[[], None]) -> float:
    """Returns the median of runs that fill a tenth of a second."""
    seconds: list[float] = []
    while len(seconds) < _FEWEST or (
        sum(seconds) < _SECONDS and len(seconds) < _MOST
    ):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return 1e3 * sorted(seconds)[len(seconds) // 2]


def _ready(path: str, threads: int) -> Any:
    interpreter = Interpreter(path, num_threads=threads)
    interpreter.allocate_tensors()
    for tensor in interpreter.get_input_details():
        zeros = np.zeros(tensor["shape"], tensor["dtype"])
        interpreter.set_tensor(tensor["index"], zeros)
    return interpreter


def measure(path: str) -> dict[str, object]:
    """Loads and runs a file, of inputs that are all 0."""
    before = _megabytes()
    start = time.perf_counter()
    interpreter = _ready(path, 1)
    load = 1e3 * (time.perf_counter() - start)
    interpreter.invoke()
    peak = _megabytes() - before
    batch_size = int(interpreter.get_input_details()[0]["shape"][0])
    one_thread = _milliseconds(interpreter.invoke) / batch_size
    interpreter = _ready(path, 2)
    interpreter.invoke()
    return {
        "runtime": RUNTIME,
        "milliseconds_per_image": {
            "1 thread": one_thread,
            "2 threads": _milliseconds(interpreter.invoke) / batch_size,
        },
        "load_milliseconds": load,
        "peak_megabytes": peak,
    }


def main() -> None:
    """Measures each file in a child of this process."""
    for path in sys.argv[1:]:
        sys.stdout.flush()
        child = os.fork()  # each file begins with the same memory
        if child == 0:
            print(json.dumps(measure(path)), flush=True)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            sys.exit(1)


if __name__ == "__main__":
    main()
