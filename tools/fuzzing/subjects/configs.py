"""Settings in a forged or damaged config.json."""

from __future__ import annotations

import json

from tools.fuzzing import damage
from tools.fuzzing.inputs import Input, Place, command


def make(place: Place) -> Input:
    """Makes a command that reads a bad config."""
    rng = place.random
    name = rng.choice(("images", "points", "classes", "upsampler"))
    source = place.material / "runs" / name / "config.json"
    value = json.loads(source.read_text("utf-8"))
    if rng.random() < 0.3:  # as a person writes it
        kept = rng.sample(list(value), min(len(value), rng.randrange(8)))
        value = {key: value[key] for key in kept}
    content = damage.json_bytes(rng, damage.forge(rng, value))
    (place.inputs / "config.json").write_bytes(content)
    arguments = ["--config=in/config.json", "--output_dir=out"]
    trains = rng.random() < 0.05
    if not trains:
        arguments.append("--dry_run")
    return command("train", *arguments, may_last=trains)
