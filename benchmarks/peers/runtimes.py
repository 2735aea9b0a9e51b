"""Times ONNX Runtime beside LiteRT; run by a Python that has both.

    python runtimes.py FOLDER

The folder holds `network.npz`, from which the ONNX file is built, and .tflite
files of the same generator. Prints a line of JSON for each file and number of
threads. All take turns, in this process.
"""

from __future__ import annotations

import functools
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Callable

import numpy as np
import onnx
import onnxruntime
from ai_edge_litert.interpreter import Interpreter
from onnx import TensorProto, helper, numpy_helper

_ROUNDS, _CALLS, _WARM_UP = 9, 150, 50
_OPSET, _IR_VERSION = 17, 8

Run = Callable[[np.ndarray], np.ndarray]


def write_onnx(network: dict[str, np.ndarray], path: Path) -> None:
    """Writes the generator of DCGAN, normalisation folded into its weights."""
    _, channels, side = (int(size) for size in network["shape"])
    tensors = {
        name: network[name] for name in ("w0", "b0", "w1", "b1", "w2", "b2")
    }
    tensors["shape"] = np.array([1, channels, side, side], np.int64)
    doubling = functools.partial(
        helper.make_node, "ConvTranspose", strides=[2, 2], pads=[1, 1, 1, 1]
    )
    nodes = [
        helper.make_node("Gemm", ["latents", "w0", "b0"], ["x0"]),
        helper.make_node("Relu", ["x0"], ["x1"]),
        helper.make_node("Reshape", ["x1", "shape"], ["x2"]),
        doubling(["x2", "w1", "b1"], ["x3"]),
        helper.make_node("Relu", ["x3"], ["x4"]),
        doubling(["x4", "w2", "b2"], ["x5"]),
        helper.make_node("Tanh", ["x5"], ["images"]),
    ]
    graph = helper.make_graph(
        nodes,
        "generator",
        [_info("latents", [1, network["w0"].shape[0]])],
        [_info("images", [1, network["w2"].shape[1], 4 * side, 4 * side])],
        [
            numpy_helper.from_array(np.ascontiguousarray(value), name)
            for name, value in tensors.items()
        ],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
    )
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _info(name: str, shape: list[int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _onnx(path: Path, threads: int) -> Run:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )
    return lambda latents: session.run(None, {"latents": latents})[0]


def _lite(path: Path, threads: int) -> Run:
    interpreter = Interpreter(str(path), num_threads=threads)
    interpreter.allocate_tensors()
    (entry,) = interpreter.get_input_details()
    (result,) = interpreter.get_output_details()

    def run(latents: np.ndarray) -> np.ndarray:
        interpreter.set_tensor(entry["index"], latents)
        interpreter.invoke()
        return interpreter.get_tensor(result["index"])

    return run


def _milliseconds(run: Run, latents: np.ndarray) -> float:
    start = time.perf_counter()
    for call in range(_CALLS):
        row = call % len(latents)
        run(latents[row : row + 1])
    return 1e3 * (time.perf_counter() - start) / _CALLS


def main() -> None:
    """Builds, compares and times."""
    folder = Path(sys.argv[1])
    network = dict(np.load(folder / "network.npz"))
    path = folder / "generator.onnx"
    write_onnx(network, path)
    latents, expected = network["latents"], network["images"]
    generated = np.moveaxis(_onnx(path, 1)(latents[:1]), 1, -1)
    apart = float(np.abs(generated - expected[:1]).max())
    for threads in (1, 2):
        runs = {path.name: _onnx(path, threads)}
        for lite in sorted(folder.glob("*.tflite")):
            runs[lite.name] = _lite(lite, threads)
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for run in runs.values():
            for _ in range(_WARM_UP):
                run(latents[:1])
        for _ in range(_ROUNDS):
            for name, run in runs.items():
                taken[name].append(_milliseconds(run, latents))
        for name, each in taken.items():
            row = {
                "file": name,
                "threads": threads,
                "bytes": (folder / name).stat().st_size,
                "median": statistics.median(each),
                "min": min(each),
                "max": max(each),
                "onnx_difference": apart,
            }
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
