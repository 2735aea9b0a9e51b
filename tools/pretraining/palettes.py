"""Pictures of cards in 256 colours, which take a third of the bytes."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from tfgan_zoo import files

# Smaller ones gain nothing that counts.
_LEAST_BYTES = 60_000


def shrink(folder: Path) -> None:
    """Replaces the large PNG files of a folder, where that saves bytes."""
    for path in sorted(folder.glob("*.png")):
        content = path.read_bytes()
        if len(content) < _LEAST_BYTES:
            continue
        picture = Image.open(io.BytesIO(content)).convert("RGB")
        reduced = picture.quantize(256)
        if picture.getcolors(256) is None:
            # Dithered, as skies would have bands.
            palette = picture.quantize(256, kmeans=3)
            reduced = picture.quantize(256, palette=palette)
        smaller = io.BytesIO()
        reduced.save(smaller, "PNG", optimize=True)
        if smaller.tell() < len(content):
            files.write_bytes(path, smaller.getvalue())
