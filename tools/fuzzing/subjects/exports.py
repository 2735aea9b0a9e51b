"""Exports that are damaged, forged, or not what they seem."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.fuzzing import damage
from tools.fuzzing.inputs import Input, Place, call, command
from tools.fuzzing.integrity import SUMS_NAME
from tools.fuzzing.subjects import common

_CARD = "saved_model/assets.extra/tfgan_zoo.json"


def make(place: Place) -> Input:
    """Makes a command or a call that reads a bad export."""
    rng = place.random
    name = rng.choice(common.EXPORTS)
    folder = common.copy_export(place, name)
    if rng.random() < 0.4:
        _forge_card(place, folder / _CARD)
    else:
        for _ in range(rng.choice((1, 1, 2))):
            damage.damage_file(rng, folder)
    chance = rng.random()
    if chance < 0.4:
        damage.renew_sums(folder)
    elif chance < 0.8:
        damage.remove(folder / SUMS_NAME)
    trust = rng.random() < 0.2
    return _use(place, name, {"may_crash": True} if trust else {})


def _forge_card(place: Place, path: Path) -> None:
    value = json.loads(path.read_text("utf-8"))
    forged = damage.forge(place.random, value)
    damage.put(path, damage.json_bytes(place.random, forged))


def _use(place: Place, name: str, allowed: dict[str, Any]) -> Input:
    rng = place.random
    trust = ("--trust",) if allowed else ()
    inside = rng.choice(("", "", "", "/saved_model"))
    model = f"--model=in/export{inside}"
    chance = rng.random()
    if chance < 0.3:
        return call(_code(rng.choice(_CALLS), bool(trust)), **allowed)
    if name == "upsampler":
        picture = place.inputs / "picture.png"
        source = place.material / "pictures" / "RGB.png"
        picture.write_bytes(source.read_bytes())
        upscale = "--upscale=in/picture.png"
        return command("sample", model, upscale, *trust, **allowed)
    if chance < 0.8:
        more = rng.choice(_SAMPLES)
        return command("sample", model, *more, *trust, **allowed)
    if chance < 0.9:
        moment = common.MOMENT["evaluate"]
        data = rng.choice(((), ("--dataset=ring8",)))
        return command("evaluate", model, *moment, *data, *trust, **allowed)
    return _as_target(place, allowed)


def _as_target(place: Place, allowed: dict[str, Any]) -> Input:
    """Makes an export that overwrites the bad one."""
    common.copy_run(place, "points")
    return command(
        "export",
        "--run_dir=in/run",
        "--output_dir=in/export",
        "--overwrite",
        may_change=("run", "export"),
        **allowed,
    )


_SAMPLES = (
    ("--count=3",),
    ("--count=3", "--labels=0"),
    ("--count=3", "--truncation=1.0"),
    ("--walk=walk.png", "--walk_frames=2", "--walk_stops=2"),
    ("--count=3", "--output=shards/"),
)
_CALLS = (
    "model.sample([1, 2])",
    "model.sample(3, labels=0)",
    "model(model.latents([1, 2]))",
    "model.latents(5, truncation=0.5)",
    "str(model.card) + str(model.spec) + str(model.num_classes)",
)


def _code(use: str, trust: bool) -> str:
    options = ", trust=True" if trust else ""
    return f"model = tfgan_zoo.load('in/export'{options})\n{use}"
