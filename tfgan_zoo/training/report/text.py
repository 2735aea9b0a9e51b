"""Numbers, sizes and times as a reader wants them; everything escaped."""

from __future__ import annotations

import html

_BYTE_UNITS = ("bytes", "kB", "MB", "GB")


def escaped(text: object) -> str:
    """Returns text that is safe within HTML, in attributes as well."""
    return html.escape(str(text))


def number(value: float) -> str:
    """Returns four digits, without an exponent where it can be."""
    size = abs(value)
    if size == 0.0:
        return "0"
    if 1e3 <= size < 1e9:
        return f"{value:,.0f}"
    if 1e-3 <= size < 1e3:
        return f"{value:.4g}"
    return f"{value:.2e}"


def step(value: int) -> str:
    """Returns a step with its thousands apart."""
    return f"{value:,}"


def size(count_bytes: float) -> str:
    """Returns a file's size."""
    unit = 0
    while count_bytes >= 1000.0 and unit < len(_BYTE_UNITS) - 1:
        count_bytes /= 1000.0
        unit += 1
    digits = 0 if unit < 2 else 1
    return f"{count_bytes:.{digits}f} {_BYTE_UNITS[unit]}"


def duration(seconds: float) -> str:
    """Returns how long something took: 41 s, 5 min 2 s, 3 h 20 min."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"


def counted(count: int, name: str) -> str:
    """Returns "1 finding", "2 findings"."""
    return f"{count} {name}{'' if count == 1 else 's'}"
