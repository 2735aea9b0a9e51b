"""Which TFLite runtimes can read a file."""

from __future__ import annotations

from tensorflow.lite.python import schema_py_generated as schema

# The oldest on which the files' signatures were tried.
OLDEST = "2.7"
_METADATA = "min_runtime_version"


def minimum(content: bytes) -> str:
    """Returns the oldest version of TFLite that runs a file, such as "2.17".

    A runtime refuses operators of versions that are newer than itself. The
    converter writes down which one knows them all.

    Args:
        content: a TFLite file.

    Returns:
        At least `OLDEST`; "" where the file does not say it.
    """
    model = schema.Model.GetRootAs(content, 0)
    for index in range(model.MetadataLength()):
        entry = model.Metadata(index)
        if entry.Name() != _METADATA.encode("ascii"):
            continue
        text = model.Buffers(entry.Buffer()).DataAsNumpy().tobytes()
        version = text.rstrip(b"\0").decode("ascii", "replace")
        return max(_short(version), OLDEST, key=_numbers)
    return ""


def _short(version: str) -> str:
    """Leaves out the last of three numbers, which changes no operator."""
    return ".".join(version.split(".")[:2])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(
        int(part) if part.isdecimal() else 0 for part in version.split(".")
    )
