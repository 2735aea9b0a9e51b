"""Line drawings by an artist that no shipped generator has seen.

Icons of Lucide: they come from the npm package `@iconify-json/lucide` (ISC
licence), and need `pip install "resvg-py==0.5.*"`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.scribbles import Drawing
from tools import icon_sets, icons

# Of the stroke, by hand; Lucide's is 2 of 24.
STROKES = {"thin": "0.75", "thick": "2"}
# Of 255: what is line to the flood that finds the inside.
_LINE = 160
_NAMES = """
    ambulance amphora apple armchair axe backpack banana bath bed beef
    beer bell bird birdhouse book bomb bone bottle-wine briefcase broccoli
    bug bus cake cake-slice camera can car car-front carrot cat castle
    chef-hat cherry church citrus cloud clover coffee cookie cooking-pot
    croissant crown cup-soda cupcake dessert diamond dog donut door-closed
    droplet drum drumstick egg egg-fried eye factory feather fish flag
    flame flower gem ghost gift grape graduation-cap guitar ham hamburger
    hand hat-glasses heart helicopter hop hospital hotel house
    ice-cream-bowl ice-cream-cone key lamp leaf lock lollipop luggage
    magnet mail medal milk moon mosque mountain mountain-snow mouse mouth
    palette panda paw-print pencil piggy-bank pill pizza plane popcorn
    popsicle puzzle rabbit rat rocket sailboat sandwich school shell
    shield ship shirt shopping-bag shrub skull snail sofa soup sport-shoe
    squirrel star thumbs-up tractor train-front tree-deciduous tree-pine
    trophy truck tv umbrella van volleyball watch wheat
"""
THINGS = tuple(_NAMES.split())


def draw(folder: Path, hand: str, *, size: int) -> list[Drawing]:
    """Draws the things.

    Args:
        folder: where the package lies, or is fetched to.
        hand: one of `STROKES`.
        size: of the square drawings, px.
    """
    documents = icon_sets.read_set(folder, "lucide")
    stroke = f'stroke-width="{STROKES[hand]}"'
    drawings = []
    for name in THINGS:
        document = documents[name].replace('stroke-width="2"', stroke)
        pixels = np.asarray(icons.render(document, size, "L"))
        drawings.append(Drawing(pixels[..., None], _find_inside(pixels)))
    return drawings


def _find_inside(pixels: np.ndarray) -> np.ndarray:
    """Returns what no way from the border leads to but over a line."""
    lines = np.pad(pixels < _LINE, 1)
    area = Image.fromarray(np.where(lines, 0, 255).astype(np.uint8)).copy()
    ImageDraw.floodfill(area, (0, 0), 128)
    return (np.asarray(area) != 128)[1:-1, 1:-1]
