"""Calls from Python, with values of all kinds."""

from __future__ import annotations

from tools.fuzzing.inputs import Input, Place, call
from tools.fuzzing.subjects import common

_ODD = (
    "None",
    "True",
    "-1",
    "0",
    "1.0",
    "1.5",
    "2**31",
    "2**63 - 1",
    "2**63",
    "-2**63 - 1",
    "10**400",
    "float('nan')",
    "float('inf')",
    "''",
    "'x'",
    "b'x'",
    "1j",
    "[]",
    "[[]]",
    "[1, 'x']",
    "[[1], [2, 3]]",
    "[None]",
    "{}",
    "{1}",
    "{'a': 1}",
    "object()",
    "range(3)",
    "(n for n in range(3))",
    "len",
    "np.nan",
    "np.array(3)",
    "np.array([])",
    "np.array([1, 2], np.uint64)",
    "np.array([2**63], np.uint64)",
    "np.array([1.0, 2.0])",
    "np.array(['x'])",
    "np.array([None])",
    "np.zeros([2, 0])",
    "np.zeros([2, 3, 4])",
    "np.zeros([0, 4], np.float32)",
    "np.full([2, 4], np.nan, np.float32)",
    "np.full([2, 4], 1e39)",
    "np.zeros([2, 4], 'c8')",
    "tf.constant([1, 2])",
    "tf.constant(['x'])",
    "tf.zeros([2, 4])",
    "tf.ragged.constant([[1], [2, 3]])",
    "tf.data.Dataset.range(3)",
)
_SEEDS = ("1", "[1, 2]", "np.arange(3)", "range(2)")
_LABELS = ("None", "0", "'Bag'", "[0, 1]", "['Bag', 'Coat']")
_IMAGES = (
    "np.zeros([8, 28, 28, 1], np.float32)",
    "np.zeros([8, 28, 28, 1], np.uint8)",
    "np.zeros([8, 28, 28, 3], np.float32)",
    "np.zeros([8, 28, 28], np.float32)",
    "np.zeros([8, 32, 32, 1], np.float32)",
    "np.zeros([0, 28, 28, 1], np.float32)",
    "np.full([8, 28, 28, 1], 255.0, np.float32)",
)
_GANS = (
    "tfgan_zoo.DCGAN((28, 28, 1))",
    "tfgan_zoo.DCGAN((28, 28))",
    "tfgan_zoo.DCGAN({})",
    "tfgan_zoo.DCGAN((28, 28, 1), num_classes={})",
    "tfgan_zoo.DCGAN((28, 28, 1), recipe={})",
    "tfgan_zoo.GAN({}, {})",
    "tfgan_zoo.TrainConfig(steps={})",
    "tfgan_zoo.TrainConfig(model={}, loss={})",
    "tfgan_zoo.Recipe({})",
    "tfgan_zoo.path({})",
)
_COMPILES = (
    "gan.compile()",
    "gan.compile(loss={})",
    "gan.compile({})",
    "gan.compile(generator_learning_rate={})",
    "gan.compile(optimizer={})",
)


def make(place: Place) -> Input:
    """Makes a call with an odd value."""
    chance = place.random.random()
    if chance < 0.55:
        return _of_generator(place)
    if chance < 0.8:
        return call(_filled(place, place.random.choice(_GANS)))
    return _of_training(place)


def _filled(place: Place, code: str, usual: tuple[str, ...] = ()) -> str:
    """Puts a value in each gap of a line of code."""
    while "{}" in code:
        is_usual = usual and place.random.random() < 0.3
        value = place.random.choice(usual if is_usual else _ODD)
        code = code.replace("{}", value, 1)
    return code


def _of_generator(place: Place) -> Input:
    rng = place.random
    name = rng.choice(common.EXPORTS)
    common.copy_export(place, name)
    seeds = _filled(place, "{}", _SEEDS)
    labels = _filled(place, "{}", _LABELS)
    use = rng.choice(
        (
            f"model.sample({seeds})",
            f"model.sample({seeds}, {labels})",
            f"model.sample({seeds}, truncation={_filled(place, '{}')})",
            f"model({_filled(place, '{}')})",
            f"model(np.zeros([2, 4], np.float32), {labels})",
            f"model.latents({seeds})",
            f"model.latents({seeds}, truncation={_filled(place, '{}')})",
        )
    )
    source = "'in/export'"
    if rng.random() < 0.1:
        source = _filled(place, "{}")
    return call(f"model = tfgan_zoo.load({source})\n{use}")


def _of_training(place: Place) -> Input:
    rng = place.random
    compile_it = _filled(place, rng.choice(_COMPILES))
    images = _filled(place, "{}", _IMAGES)
    if rng.random() < 0.5:
        images = rng.choice(_IMAGES)
    lines = [
        "import dataclasses",
        "from tfgan_zoo import models",
        "recipe = dataclasses.replace(models.recipe('dcgan'), width=2)",
        "gan = tfgan_zoo.DCGAN((28, 28, 1), recipe=recipe)",
        compile_it if rng.random() < 0.3 else "gan.compile()",
        f"gan.fit({images}, batch_size=4, verbose=0)",
    ]
    return call("\n".join(lines), may_last=True)
