"""Which TFLite runtimes run a file, and by which operators."""

from __future__ import annotations

from tensorflow.lite.python import schema_py_generated as schema

from tfgan_zoo.export import embedding

# The oldest on which the files' signatures were tried.
OLDEST = "2.7"
_METADATA = "min_runtime_version"
_OPERATORS = {
    code: name
    for name, code in vars(schema.BuiltinOperator).items()
    if isinstance(code, int)
}


def minimum(content: bytes) -> str:
    """Returns the oldest version of TFLite that runs a file, such as "2.17".

    A runtime refuses operators of versions that are newer than itself. The
    converter writes down which one knows them all.

    Args:
        content: a TFLite file.

    Returns:
        At least `OLDEST`; "" where the file does not say it.
    """
    text = embedding.read_buffer(content, _METADATA)
    version = text.rstrip(b"\0").decode("ascii", "replace")
    return max(_short(version), OLDEST, key=_numbers) if version else ""


def operator_codes(model: schema.Model) -> list[tuple[str, int]]:
    """Returns the name and the version of each kind of operator in a file."""
    codes = []
    for index in range(model.OperatorCodesLength()):
        entry = model.OperatorCodes(index)
        # The older field holds codes up to 127.
        code = max(entry.BuiltinCode(), entry.DeprecatedBuiltinCode())
        codes.append((_OPERATORS.get(code, ""), entry.Version()))
    return codes


def _short(version: str) -> str:
    """Leaves out the last of three numbers, which changes no operator."""
    return ".".join(version.split(".")[:2])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(
        int(part) if part.isdecimal() else 0 for part in version.split(".")
    )
