"""What the cards say of the data, and of what the generators are for."""

from __future__ import annotations

DATA = {
    "mnist": {
        "name": "MNIST",
        "what": "60,000 handwritten digits (LeCun, Cortes and Burges).",
        "licence": "CC BY-SA 3.0",
    },
    "fashion_mnist": {
        "name": "Fashion-MNIST",
        "what": "60,000 pictures of clothes (Xiao, Rasul and Vollgraf 2017, "
        "arXiv:1708.07747; Zalando SE).",
        "licence": "MIT",
    },
    "cifar10": {
        "name": "CIFAR-10",
        "what": "50,000 photographs of ten kinds of things (Krizhevsky 2009), "
        "taken from the web for research.",
        "licence": "none stated",
    },
    "emoji": {
        "name": "Noto Emoji",
        "what": "3,000 pictograms, drawn at 64 pixels (Google).",
        "licence": "Apache-2.0",
    },
}
MAKES = {
    "mnist": "Handwritten digits.",
    "fashion_mnist": "Clothes, shoes and bags.",
    "cifar10": "Small photographs of animals and vehicles, as far as so small "
    "a network gets.",
    "emoji": "Pictograms that look like emoji.",
}
USE = (
    "To learn from, to try exports and interfaces with, as a start for a "
    "training of one's own, and as a known quantity to measure others by."
)
MISUSE = (
    "Not as data to train or test a classifier that matters: what is rare in "
    "the data is rarer here, and labels are wrong now and then, as counted "
    "above. Not as evidence of anything real: every image is made up."
)
