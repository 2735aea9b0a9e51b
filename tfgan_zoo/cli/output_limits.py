"""Whether an output can be written, and how much it may hold."""

from __future__ import annotations

from pathlib import Path

from tfgan_zoo import files

# Before the model is loaded, and so the size of its images is known.
_MOST_SEEDS = {
    "count": 1_000_000,
    "walk_stops": 10_000,
    "invert_starts": 10_000,
}
_MOST_PIXELS = 100_000_000
_MOST_GIF_PIXELS = 500_000_000
_SHARDS = (
    "--output=FOLDER/, with a slash at its end, writes any number of single "
    "images, in shards"
)


def require_output(path: Path, *, is_folder: bool) -> None:
    """Checks that an output can be written, before seconds of work.

    Args:
        path: of a file, or of a folder, which may be there to be continued.
        is_folder: which of them.

    Raises:
        OSError: it cannot.
    """
    files.require_writable(path, folder=is_folder)


def require_seeds(flag: str, count: int) -> None:
    """Checks how many seeds one picture or search takes.

    Args:
        flag: its name: "count", "walk_stops" or "invert_starts".
        count: its value.

    Raises:
        ValueError: they are too many.
    """
    most = _MOST_SEEDS[flag]
    if count > most:
        hint = f"; {_SHARDS}" if flag == "count" else ""
        raise ValueError(
            f"--{flag} must be at most {most:,}{hint}. Received: {count:,}."
        )


def require_picture(images: int, height: int, width: int) -> None:
    """Checks that images fit into one picture.

    Raises:
        ValueError: they do not.
    """
    most = _MOST_PIXELS // (height * width)
    if images > most:
        raise ValueError(
            f"A picture must hold at most {_MOST_PIXELS:,} pixels, {most:,} "
            f"images of {width} x {height}; {_SHARDS}. "
            f"Received: {images:,} images."
        )


def require_animation(frames: int, pixels: int) -> None:
    """Checks that frames of `pixels` pixels each fit into one animation.

    Raises:
        ValueError: they do not.
    """
    if frames * pixels > _MOST_GIF_PIXELS:
        raise ValueError(
            f"An animation must hold at most {_MOST_GIF_PIXELS:,} pixels, "
            f"{max(_MOST_GIF_PIXELS // pixels, 1):,} frames; take fewer "
            f"--walk_stops or --walk_frames. Received: {frames:,} frames."
        )
