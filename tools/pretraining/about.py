"""What the cards say of the data, and of what the generators are for."""

from __future__ import annotations

import re
from typing import Any

from tfgan_zoo.inputs import ENLARGE, GENERATE
from tfgan_zoo.sources import DATA as GIVEN
from tfgan_zoo.sources import EDGES, GREY

# Of the weights that ship.
LICENCE = "Apache-2.0"
_PHOTOS = (
    "6,715 patches of 81 photographs of mountains, skies, coasts and cities: 5 "
    "by Aitzol Berasategi, 2 by Trevor 'Freespace', 1 by Jakub Mede, 1 by "
    "Clemens Engelhardt, the others from unsplash.com, wesaturate.com, NASA "
    "and USGS; nine of these 90 were held out. tools/photos.py makes the "
    "patches"
)
_PHOTO_LICENCES = "public domain, CC0 or CC BY 4.0, photo by photo"
# Of each data set, without its size: what its cards say, whether a network
# that ships knows it, whether its licence lets training images be shown, and
# whether it is folders of image files. `makes` is what a generator makes of
# latents, `translates` what it does with images, by the setting `source`,
# `enlarges` which ones it enlarges, in the place of the card's name.
# `held_out` is another data set, by whose test images it is measured.
DATA: dict[str, dict[str, Any]] = {
    "mnist": {
        "card": {
            "name": "MNIST",
            "what": "60,000 handwritten digits (LeCun, Cortes and Burges).",
            "licence": "CC BY-SA 3.0",
        },
        "makes": "Handwritten digits.",
        "has_network": True,
        "may_be_shown": True,
        "is_folder": False,
    },
    "fashion_mnist": {
        "card": {
            "name": "Fashion-MNIST",
            "what": "60,000 pictures of clothes (Xiao, Rasul and Vollgraf "
            "2017, arXiv:1708.07747; Zalando SE).",
            "licence": "MIT",
        },
        "makes": "Clothes, shoes and bags.",
        "has_network": True,
        "may_be_shown": True,
        "is_folder": False,
    },
    "cifar10": {
        "card": {
            "name": "CIFAR-10",
            "what": "50,000 photographs of ten kinds of things (Krizhevsky "
            "2009), taken from the web for research.",
            "licence": "none stated",
        },
        "makes": "Small photographs of animals and vehicles, as far as so "
        "small a network gets.",
        "has_network": True,
        "may_be_shown": False,
        "is_folder": False,
    },
    "smileys": {
        "card": {
            "name": "smileys",
            "what": "384 round faces of Fluent Emoji (Microsoft), in colours "
            "that shade and in flat ones, and of Noto Emoji (Google), of its "
            "newest and its first version; a tenth is the split test.",
            "licence": "MIT (Fluent Emoji), Apache-2.0 (Noto Emoji)",
        },
        "makes": "Faces that look like emoji.",
        "has_network": False,
        "may_be_shown": True,
        "is_folder": False,
    },
    "emoji": {
        "card": {
            "name": "five sets of emoji",
            "what": "7,762 icons without flags and tones of skin: of Noto "
            "Emoji (Google), its newest and its first version, of Fluent "
            "Emoji (Microsoft), shaded and flat, and of Twemoji (Twitter and "
            "other contributors). A tenth was held out, by name. "
            "tools/icons.py makes them.",
            "licence": "MIT (Fluent Emoji), Apache-2.0 (Noto Emoji), "
            "CC BY 4.0 (Twemoji)",
        },
        "makes": "Icons that look like emoji.",
        "has_network": False,
        "may_be_shown": True,
        "is_folder": True,
    },
    "pairs:mixed": {
        "card": {
            "name": "three sets of emoji",
            "what": "1,591 drawings of Fluent Emoji (Microsoft) and the same "
            "in colour; and 3,626 icons of Noto Emoji (Google) and Twemoji "
            "(Twitter and other contributors) with lines made of them. A "
            "tenth was held out, by name. In the training, two images of "
            "three had their lines drawn anew, at random, from the colours.",
            "licence": "MIT (Fluent Emoji), Apache-2.0 (Noto Emoji), "
            "CC BY 4.0 (Twemoji)",
        },
        "translates": {EDGES: "Colours line drawings in the style of emoji."},
        "has_network": False,
        "may_be_shown": True,
        "is_folder": True,
    },
    "unpaired:noto,fluent": {
        "card": {
            "name": "two sets of emoji",
            "what": "1,686 icons of Noto Emoji (Google) and 1,591 of Fluent "
            "Emoji (Microsoft), without pairs. A tenth was held out, by name.",
            "licence": "Apache-2.0 (Noto Emoji), MIT (Fluent Emoji)",
        },
        "translates": {
            GIVEN: "Redraws icons of Noto Emoji in the style of Fluent Emoji."
        },
        "has_network": False,
        "may_be_shown": True,
        "is_folder": True,
    },
    "photos": {
        "card": {
            "name": "photographs",
            "what": f"{_PHOTOS}.",
            "licence": f"{_PHOTO_LICENCES}, see docs/icons_and_photos.md",
        },
        "enlarges": "photographs",
        "translates": {GREY: "Colours grey photographs."},
        "has_network": False,
        "may_be_shown": True,
        "is_folder": True,
    },
    "colour": {
        "card": {
            "name": "photographs",
            "what": f"{_PHOTOS}. Besides, the middle squares of 448 "
            "photographs of flowers, from TensorFlow's archive flower_photos.",
            "licence": f"{_PHOTO_LICENCES}, see docs/icons_and_photos.md; of "
            "the flowers CC BY 2.0",
        },
        "translates": {GREY: "Colours grey photographs."},
        "has_network": False,
        # Of flowers every photographer would have to be named.
        "may_be_shown": False,
        "held_out": "photos",
        "is_folder": True,
    },
}
_TIMES = {2: "twice", 4: "four times"}


def describe(dataset: str) -> dict[str, Any]:
    """Returns what `DATA` has of a data set, whatever its size in pixels."""
    return DATA[re.sub(r"_\d+(?=,|$)", "", dataset)]


def held_out(dataset: str) -> str:
    """Returns the data set by whose test images a generator is measured."""
    other = describe(dataset).get("held_out")
    return f"{other}_{dataset.rpartition('_')[2]}" if other else dataset


def list_folders(dataset: str) -> list[str]:
    """Returns the folders of image files that a generator is made by."""
    folders = dataset.rpartition(":")[2].split(",")
    other = held_out(dataset)
    return folders if other == dataset else [*folders, other]


def words(card: dict[str, Any], dataset: str) -> dict[str, Any]:
    """Returns what a card says in sentences.

    Args:
        card: with the numbers that there are: `task`, `inputs`, `image_shape`
            and, of a generator that takes images, `source`.
        dataset: that it was trained on.
    """
    about = describe(dataset)
    return {
        "makes": _makes(card, about),
        "data": about["card"],
        "use": _USE,
        "misuse": _MISUSE if card["task"] == GENERATE else _MISUSE_OF_IMAGES,
    }


def _makes(card: dict[str, Any], about: dict[str, Any]) -> str:
    if card["task"] == GENERATE:
        return about["makes"]
    if card["task"] == ENLARGE:
        factor = card["image_shape"][0] // card["inputs"][0]["shape"][0]
        name = about["card"]["name"]
        images = about.get("enlarges", f"images like those of {name}")
        return f"Enlarges {images} to {_TIMES[factor]} their size."
    return about["translates"][card["source"]]


_USE = (
    "To learn from, to try exports and interfaces with, as a start for a "
    "training of one's own, and as a known quantity to measure others by."
)
_MISUSE = (
    "Not as data to train or test a classifier that matters: what is rare in "
    "the data is rarer here, and some images are of nothing. Not as evidence "
    "of anything real: every image is made up."
)
_MISUSE_OF_IMAGES = (
    "Not as evidence of anything real: what an image lacks is made up, as it "
    "was common in the data."
)
