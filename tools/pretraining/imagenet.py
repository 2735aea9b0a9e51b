"""Scores of generators of colour images by the network `imagenet`.

They stand in a card as `imagenet`, beside those by the data set's network.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from tfgan_zoo.evaluation.features import imagenet
from tfgan_zoo.export.file_names import CARD_NAME
from tfgan_zoo.inputs import GENERATE
from tools.pretraining import scoring, translating, writing

_METRICS = "frechet_distance,kernel_distance,precision_recall"


def add_scores(
    card: dict[str, Any],
    folder: Path,
    *,
    samples: int = scoring.IMAGENET_SAMPLES,
) -> None:
    """Adds scores to a card of colour images that has none by this network.

    Args:
        card: with what `writing.make_card` gives it.
        folder: of the generator.
        samples: of each of three repeats; a generator that takes images gets
            all held-out ones, once.
    """
    is_grey = card["image_shape"][-1] == 1
    if is_grey or card["protocol"]["features"]["name"] == imagenet.NAME:
        return
    if card["task"] == GENERATE:
        content = _evaluate_samples(folder, samples)
    else:
        content, _ = translating.evaluate(folder, features=imagenet.NAME)
    card[imagenet.NAME] = {
        "protocol": content["protocol"]
        | {key: card["protocol"][key] for key in ("model", "dataset")},
        "scores": {
            name: score
            for name, score in content["scores"].items()
            if name not in translating.OF_PIXELS
        },
    }


def write_scores(folder: Path, samples: int) -> None:
    """Adds the scores to a card that is there, and writes it with its page."""
    card = json.loads((folder / CARD_NAME).read_text("utf-8"))
    add_scores(card, folder, samples=samples)
    writing.write(folder, card)


def _evaluate_samples(folder: Path, samples: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "evaluation.json"
        scoring.run_command(
            "evaluate",
            f"--model={folder}",
            f"--features={imagenet.NAME}",
            f"--metrics={_METRICS}",
            f"--count={samples}",
            f"--repeats={scoring.IMAGENET_REPEATS}",
            f"--output={output}",
        )
        content: dict[str, Any] = json.loads(output.read_text("utf-8"))
    return content
