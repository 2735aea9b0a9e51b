"""What the cards say of the data, and of what the generators are for."""

from __future__ import annotations

from typing import Any

# Of each data set: what its cards say, whether a network that ships knows it,
# whether its licence lets training images be shown, and whether it is a folder
# of image files.
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
    "noto_emoji_64": {
        "card": {
            "name": "Noto Emoji",
            "what": "1,911 pictograms of 64 pixels, as PNG files (Google).",
            "licence": "Apache-2.0",
        },
        "makes": "Pictograms that look like emoji.",
        "has_network": False,
        "may_be_shown": True,
        "is_folder": True,
    },
}


def makes(model: str, dataset: str) -> str:
    """Returns what a generator makes, a sentence."""
    if model == "upsampler":
        name = DATA[dataset]["card"]["name"]
        return f"Generates images like those of {name} at twice their size."
    return DATA[dataset]["makes"]


USE = (
    "To learn from, to try exports and interfaces with, as a start for a "
    "training of one's own, and as a known quantity to measure others by."
)
MISUSE = (
    "Not as data to train or test a classifier that matters: what is rare in "
    "the data is rarer here, and some images are of nothing. Not as evidence "
    "of anything real: every image is made up."
)
