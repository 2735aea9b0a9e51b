"""What the hardware at hand is good at."""

from __future__ import annotations

from pathlib import Path

import tensorflow as tf

_BFLOAT16_CPU_FLAGS = {"avx512_bf16", "amx_bf16"}
_BFLOAT16_GPU_CAPABILITY = (8, 0)


def resolve_precision(precision: str) -> str:
    """Returns the precision policy that `auto` stands for on this machine.

    bfloat16 where every GPU, or else the processor, multiplies in it.
    """
    if precision != "auto":
        return precision
    return "mixed_bfloat16" if _has_bfloat16() else "float32"


def _has_bfloat16() -> bool:
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        return all(
            _gpu_capability(gpu) >= _BFLOAT16_GPU_CAPABILITY for gpu in gpus
        )
    return bool(_cpu_flags() & _BFLOAT16_CPU_FLAGS)


def _gpu_capability(gpu: tf.config.PhysicalDevice) -> tuple[int, int]:
    details = tf.config.experimental.get_device_details(gpu)
    return details.get("compute_capability", (0, 0))


def _cpu_flags() -> set[str]:
    """Linux names them; elsewhere there is no portable way to ask."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    for line in lines:
        if line.startswith("flags"):
            return set(line.split(":", 1)[1].split())
    return set()
