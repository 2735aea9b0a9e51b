"""What `make docs` changes in the theme: navigation stays open on desktops.

mkdocs-material folds it away below 1,220 pixels, which is wider than the window
of many a laptop. Its limits are constants of its files, so they are replaced.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

# In its em of 16 pixels: below 1,152 pixels, and from there on.
_LIMITS = {"76.234375em": "71.984375em", "76.25em": "72em"}
_FILES = ("stylesheets/*.css", "javascripts/bundle.*.js")


def on_post_build(config: Any, **_: Any) -> None:
    """Moves the theme's limits in the site that was built.

    Raises:
        RuntimeError: the theme has others.
    """
    assets = Path(config["site_dir"]) / "assets"
    replaced = set()
    for path in (path for name in _FILES for path in assets.glob(name)):
        text = path.read_text("utf-8")
        for limit, other in _LIMITS.items():
            if limit in text:
                text = text.replace(limit, other)
                replaced.add((path.suffix, limit))
        path.write_text(text, "utf-8")
    if not {*((".css", limit) for limit in _LIMITS)} <= replaced:
        raise RuntimeError(
            "mkdocs-material must have limits of "
            f"{' and '.join(_LIMITS)}. Received: others."
        )
