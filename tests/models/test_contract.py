"""What every architecture of the folder promises."""

import copy
import dataclasses
import pickle
import types

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import inputs, models
from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.export import api, saved_model
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.gan.discriminators import stack

COUNT = 3
CLASSES = 3
LATENT_DIM = 16
BATCH_SIZE = 8


@pytest.fixture(params=models.names())
def architecture(request):
    return request.param


def _shapes(name):
    """Every size that it makes, in grey and in colour by turns."""
    sizes = models.get(name).image_sizes
    takes_rectangles = models.get(name).shape_rule is not None and sizes
    rectangles = [(64, 32, 3)] if takes_rectangles else []
    shapes = [
        (size, size, 1 if index % 2 == 0 else 3)
        for index, size in enumerate(sizes)
    ]
    return [*shapes, *rectangles] or [(2,)]


def _takes_latents(name):
    return models.get(name).takes_latents


def _gan(name, image_shape=None, **settings):
    recipe = models.recipe(name)
    recipe = dataclasses.replace(
        recipe,
        width=4,
        batch_size=BATCH_SIZE,
        # Traced in less time; tests/exactness takes several.
        discriminator_steps=1,
        **({"latent_dim": LATENT_DIM} if _takes_latents(name) else {}),
        **settings,
    )
    keras.utils.set_random_seed(0)
    return models.get(name)(
        image_shape or _shapes(name)[0], num_classes=CLASSES, recipe=recipe
    )


def _latents(gan, count=COUNT):
    shape = [count, *gan.input_specs[0].shape]
    normals = tf.random.stateless_normal(shape, [0, 0])
    if gan.input_specs[0].kind == inputs.LATENTS:
        return gan.latents(normals)
    return tf.clip_by_value(normals, -1.0, 1.0)


def _labels(count=COUNT):
    return tf.range(count) % CLASSES


def _disturb(network):
    """As training does: labels may begin by meaning all the same."""
    for number, variable in enumerate(network.trainable_variables):
        noise = tf.random.stateless_normal(variable.shape, [0, number])
        variable.assign_add(0.05 * noise)


def _batches(gan):
    shape = [BATCH_SIZE, *gan.image_shape]
    pixels = tf.random.stateless_uniform(shape, [0, 0], -1.0, 1.0)
    batch = {"image": pixels, "label": _labels(BATCH_SIZE)}
    if gan.input_specs[0].kind == inputs.IMAGE:
        batch["source"] = _latents(gan, BATCH_SIZE)
    return tf.data.Dataset.from_tensors(batch).repeat()


def _shapes_and_settings():
    for name in models.names():
        for shape in _shapes(name):
            yield name, shape, {}
    for shape in _shapes("upsampler"):
        yield "upsampler", shape, {"upscale_factor": 4}


@pytest.mark.parametrize(
    ("name", "image_shape", "settings"), [*_shapes_and_settings()]
)
def test_networks_have_the_contracts_shapes_and_ranges(
    name, image_shape, settings
):
    gan = _gan(name, image_shape, **settings)
    # Large latents reach the ends of the range.
    latents = 30.0 * _latents(gan)
    samples = gan.generator(latents, _labels(), training=True)
    assert samples.shape == [COUNT, *image_shape]
    assert samples.dtype == tf.float32
    if len(image_shape) == 3:
        assert -1.0 <= np.min(samples) and np.max(samples) <= 1.0
    seen = stack(gan.discriminated_features(samples, latents))
    logits = gan.discriminator(seen, _labels(), training=True)
    # One of an image, or of each patch of it.
    assert logits.shape[0] == COUNT and logits.shape.rank in (1, 3)
    assert logits.dtype == tf.float32


def test_steps_are_finite_move_every_variable_and_are_traced_once(
    architecture,
):
    """By the paper's recipe, in mixed precision."""
    with precision_policy("mixed_bfloat16"):
        gan = _gan(architecture)
    gan.compile()
    players = gan.players.values()
    variables = [v for player in players for v in player.network.variables]
    before = [variable.numpy() for variable in variables]
    # Twice: what begins behind a zero does not move in the first step.
    for _ in range(2):
        history = gan.fit(_batches(gan), steps_per_epoch=1, verbose=0).history
    assert set(history) >= {"discriminator_loss", "generator_loss"}
    assert np.isfinite([values[-1] for values in history.values()]).all()
    still = [
        variable.name
        for variable, old in zip(variables, before)
        if np.array_equal(variable.numpy(), old)
    ]
    assert still == []
    assert gan.train_function.experimental_get_tracing_count() == 1


@pytest.mark.parametrize(
    "architecture", [*filter(_takes_latents, models.names())]
)
def test_seeds_of_an_export_make_what_the_generator_does(
    architecture, tmp_path
):
    gan = _gan(architecture)
    metadata = api.make_metadata(gan, class_names=(), dataset="none")
    served = saved_model.ServedGenerator(gan)
    saved_model.write(served, metadata, tmp_path / "saved_model")
    seeds = np.arange(COUNT, dtype=np.int64)
    np.testing.assert_array_equal(
        Sampler(tmp_path).sample(seeds), gan.generate(COUNT)
    )


def test_latent_dim_overrides_that_of_the_recipe(architecture):
    kind, shape = models.get(architecture), _shapes(architecture)[0]
    if not _takes_latents(architecture):
        with pytest.raises(ValueError, match="`latent_dim` is not for"):
            kind(shape, latent_dim=LATENT_DIM)
        return
    gan = kind(shape, latent_dim=LATENT_DIM, num_classes=CLASSES)
    samples = gan.generator(_latents(gan), _labels())
    assert samples.shape == [COUNT, *shape]
    assert gan.latent_dim == LATENT_DIM


def test_generator_is_built_again_from_its_config(architecture):
    gan = _gan(architecture)
    generator = gan.generator
    twin = type(generator).from_config(generator.get_config())
    latents, labels = _latents(gan), _labels()
    twin(latents, labels, training=False)
    twin.set_weights(generator.get_weights())
    np.testing.assert_array_equal(
        twin(latents, labels, training=False),
        generator(latents, labels, training=False),
    )


def test_a_sample_depends_on_its_own_latents_and_label_alone(architecture):
    gan = _gan(architecture)
    latents, labels = _latents(gan), _labels() if gan.num_classes else None
    together = gan(latents, labels)
    alone = gan(latents[1:2], None if labels is None else labels[1:2])
    # Points of an untrained generator are next to nothing, but not the same.
    scale = np.abs(together).max()
    np.testing.assert_allclose(together[1:2], alone, atol=1e-4 * scale)
    assert np.abs(together[0] - together[1]).max() > 1e-2 * scale


def test_a_conditional_architecture_wants_labels_and_heeds_them(architecture):
    kind = models.get(architecture)
    if not kind.conditional:
        gan = _gan(architecture)
        with pytest.raises(ValueError, match="for a generator"):
            if kind.takes_latents:
                gan.generate(1, labels=0)
            else:
                shape = [1, *gan.source_shape]
                gan.translate(np.zeros(shape, np.uint8), labels=0)
        return
    with pytest.raises(ValueError, match=f"{architecture} needs labels"):
        kind(_shapes(architecture)[0])
    gan = _gan(architecture)
    _disturb(gan.ema_generator)
    latents = _latents(gan)
    first, second = (gan(latents, tf.fill([COUNT], k)) for k in (0, 1))
    assert not np.allclose(first, second, rtol=1e-4, atol=1e-6)


def test_a_size_that_it_cannot_make_is_refused_with_those_it_can(architecture):
    with pytest.raises(ValueError, match=" (of|makes|multiples) .*: .*30"):
        models.get(architecture)((30, 30, 1), num_classes=CLASSES)
    with pytest.raises(ValueError, match="Received: "):
        models.get(architecture)((32, 32, 4), num_classes=CLASSES)


def _module_of(monkeypatch, **architectures):
    module = types.ModuleType("tfgan_zoo.models.new")
    for key, name in architectures.items():
        described = dataclasses.replace(models.get("dcgan"), name=name)
        setattr(module, key, described)
    monkeypatch.setattr(models, "_module", lambda name: module)


@pytest.mark.parametrize(
    ("architectures", "received"),
    [
        ({}, "none"),
        ({"New": "old"}, "New of old"),
        ({"First": "new", "Second": "new"}, "First of new, Second of new"),
    ],
)
def test_get_refuses_a_file_without_one_architecture(
    monkeypatch, architectures, received
):
    _module_of(monkeypatch, **architectures)
    with pytest.raises(
        TypeError, match=f"one Architecture, named new. Received: {received}"
    ):
        models.get("new")


def test_get_passes_over_what_a_file_imports(monkeypatch):
    _module_of(monkeypatch, DCGAN="dcgan", New="new")
    assert models.get("new").name == "new"


def test_an_architecture_can_be_copied_pickled_and_changed(architecture):
    described = models.get(architecture)
    assert pickle.loads(pickle.dumps(described)) == described
    assert copy.deepcopy(described) == described
    other = dataclasses.replace(described, purpose="another")
    assert other != described and other.generator is described.generator


def test_get_names_the_nearest_architecture_when_the_name_is_unknown():
    with pytest.raises(ValueError, match="Received: dcgna. Did you mean dcgan"):
        models.get("dcgna")
