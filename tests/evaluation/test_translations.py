"""Generators that take images, evaluated: per example, paired, noted."""

import dataclasses
import functools

import numpy as np
import pytest

from tfgan_zoo import sources
from tfgan_zoo.backend import keras
from tfgan_zoo.data import DataRequest, load_examples
from tfgan_zoo.evaluation import (
    features,
    generators,
    l1_distance,
    psnr,
    report,
    ssim,
)
from tfgan_zoo.evaluation.evaluate import evaluate
from tfgan_zoo.evaluation.feature_sets import Chunk, extract_features
from tfgan_zoo.evaluation.reference import Reference
from tfgan_zoo.evaluation.samples import Generator, TranslatingGenerator
from tfgan_zoo.evaluation.settings import Settings
from tfgan_zoo.evaluation.translations import make_sources
from tfgan_zoo.gan import TranslationGAN
from tfgan_zoo.recipe import Recipe

COUNT = 60
PER_EXAMPLE = ("l1", "psnr", "ssim")
SETTINGS = Settings(count=COUNT, repeats=4)


@pytest.fixture(scope="module")
def clothes():
    examples = load_examples(DataRequest("fashion_mnist_10k"))
    return examples.read(np.arange(COUNT))["image"]


def _reference(images, network=None, **changes):
    network = network or features.NoFeatures()
    chunks = [Chunk(images, None)]
    real = extract_features(chunks, len(images), network, keep_images=True)
    sources = np.roll(255 - images, 1, axis=2)
    real.arrays["sources"] = sources
    return Reference(real, network, **changes)


def _translator(noise=0, **changes):
    """Inverts its sources, nearly."""

    def translate(sources, labels):
        assert labels is None
        inverted = 255 - np.roll(sources, -1, axis=2)
        random = np.random.RandomState(noise)
        moved = inverted + random.randint(-noise, noise + 1, sources.shape)
        return np.clip(moved, 0, 255).astype(np.uint8)

    settings = {"image_shape": (28, 28, 1), "source_shape": (28, 28, 1)}
    return TranslatingGenerator(translate, **{**settings, **changes})


def test_translations_are_compared_one_by_one_with_their_targets(clothes):
    reference = _reference(clothes)
    translator = _translator(noise=20)
    found = evaluate(translator, reference, SETTINGS)
    assert set(found.scores) == set(PER_EXAMPLE)
    outputs = translator.translate(reference.real.arrays["sources"], None)
    for name, measure in zip(PER_EXAMPLE, (l1_distance, psnr, ssim)):
        values = measure(outputs, clothes)
        score = found.scores[name]
        assert score.value == pytest.approx(values.mean(), rel=1e-6)
        error = values.std(ddof=1) / np.sqrt(COUNT)
        assert score.standard_error == pytest.approx(error, rel=1e-6)
        assert len(score.repeats) == 5
    assert found.protocol["sources"] == "of the data"
    assert found.protocol["samples"] == COUNT
    assert any("--features names none" in note for note in found.notes)
    assert found.notes[-1].startswith("Errors are standard errors of the mean")


def test_metrics_that_are_named_leave_out_nothing(clothes):
    settings = dataclasses.replace(SETTINGS, metrics=("l1",))
    found = evaluate(_translator(noise=20), _reference(clothes), settings)
    assert list(found.scores) == ["l1"]
    assert not any("left out" in note for note in found.notes)


def test_the_same_settings_give_the_same_digits(clothes):
    first, again = (
        evaluate(_translator(noise=20), _reference(clothes), SETTINGS).scores
        for _ in range(2)
    )
    assert first == again


def test_a_feature_network_adds_its_distances(clothes):
    reference = _reference(clothes, features.get("fashion"))
    found = evaluate(_translator(), reference, SETTINGS)
    assert {*PER_EXAMPLE, "kernel_distance", "recall"} <= set(found.scores)
    assert found.scores["l1"].value == 0.0
    assert found.scores["psnr"].value == pytest.approx(58.92, abs=0.01)
    assert found.scores["frechet_distance"].value == pytest.approx(0, abs=1e-3)
    assert not [note for note in found.notes if "--features" in note]
    assert found.notes[-1].startswith("Errors of l1, psnr, ssim are standard")


def test_a_second_generator_gives_the_cycle_error(clothes):
    def back(images):
        moved = np.roll(255 - images, 1, axis=2).astype(int)
        return np.clip(moved + 3, 3, 255).astype(np.uint8)

    translator = _translator(translate_back=back)
    found = evaluate(translator, _reference(clothes), SETTINGS)
    assert 1.0 < found.scores["cycle_error"].value <= 3.0
    assert set(found.scores) == {*PER_EXAMPLE, "cycle_error"}


def test_unpaired_images_have_no_targets(clothes):
    reference = _reference(clothes, features.get("fashion"), is_paired=False)
    found = evaluate(_translator(), reference, SETTINGS)
    assert not {*PER_EXAMPLE} & set(found.scores)
    assert "frechet_distance" in found.scores
    assert found.protocol["sources"] == "unpaired"
    for name in PER_EXAMPLE:
        note = (
            f"The metric {name} is left out: it needs the target of each "
            "source. Received: unpaired images."
        )
        assert note in found.notes
    with pytest.raises(ValueError, match="l1 needs the target of each"):
        evaluate(_translator(), reference, Settings(("l1",)))
    alone = _reference(clothes, is_paired=False)
    with pytest.raises(ValueError, match=r"l1 needs .* by --features\.$"):
        evaluate(_translator(), alone, SETTINGS)


def test_images_below_the_window_have_no_ssim(clothes):
    small = clothes[:, :10, :10]
    translator = _translator(image_shape=(10, 10, 1), source_shape=(10, 10, 1))
    found = evaluate(translator, _reference(small), SETTINGS)
    assert set(found.scores) == {"l1", "psnr"}
    assert any("11 pixels a side or more, the size" in n for n in found.notes)


def test_a_cycle_error_of_one_generator_cannot_be_had(clothes):
    settings = Settings(("cycle_error",))
    with pytest.raises(ValueError, match="cycle_error needs a second gener"):
        evaluate(_translator(), _reference(clothes), settings)


def test_l1_of_samples_from_latents_cannot_be_had(clothes):
    source = Generator(lambda seeds, _: clothes[seeds % COUNT], (28, 28, 1))
    reference = _reference(clothes, features.get("fashion"))
    with pytest.raises(ValueError, match="l1 is of generators that take im"):
        evaluate(source, reference, Settings(("l1",)))
    assert not {*PER_EXAMPLE} & set(
        evaluate(source, reference, SETTINGS).scores
    )


@pytest.mark.parametrize("name", ["frechet_distance", "density_coverage"])
def test_distances_of_features_need_a_network(clothes, name):
    with pytest.raises(ValueError, match=f"{name} needs a feature network"):
        evaluate(_translator(), _reference(clothes), Settings((name,)))


def test_two_generators_are_compared_image_by_image(clothes):
    reference = _reference(clothes)
    bad, worse = (
        evaluate(_translator(noise), reference, SETTINGS) for noise in (40, 41)
    )
    rows = {row.name: row for row in report.compare(bad, worse)}
    apart = np.hypot(
        bad.scores["l1"].standard_error, worse.scores["l1"].standard_error
    )
    # The images differ by more than the two generators.
    assert 0.0 < rows["l1"].difference < 3 * apart
    changes = worse.per_example["l1"] - bad.per_example["l1"]
    error = changes.std(ddof=1) / np.sqrt(COUNT)
    assert rows["l1"].standard_error == pytest.approx(error)
    assert error < apart / 2
    assert rows["l1"].verdict == rows["psnr"].verdict == "first is better"
    rows = {row.name: row for row in report.compare(worse, bad)}
    assert rows["psnr"].verdict == "second is better"
    alike = {row.verdict for row in report.compare(bad, bad)}
    assert alike == {"within noise"}
    assert "per_example" not in report.to_dict(bad)


def test_distances_of_two_generators_are_compared_in_the_same_halves(clothes):
    reference = _reference(clothes, features.get("fashion"))
    settings = Settings(("frechet_distance",), count=COUNT)
    first, second = (
        evaluate(_translator(noise), reference, settings) for noise in (60, 70)
    )
    (row, _) = report.compare(first, second)
    scores = [one.scores["frechet_distance"] for one in (first, second)]
    pairs = np.array([score.repeats[1:] for score in scores])
    expected = (pairs[1] - pairs[0]).std(ddof=1)
    assert row.standard_error == pytest.approx(expected)
    assert expected < np.hypot(*(score.standard_error for score in scores))
    assert row.verdict == "first is better"


def test_sources_get_the_channels_that_the_generator_takes(clothes):
    reference = _reference(np.repeat(clothes, 3, axis=-1))
    reference.real.arrays["sources"][:, :, :, 1:] = 0  # red
    grey = make_sources(_translator(), reference.real)
    red = reference.real.arrays["sources"][..., :1]
    np.testing.assert_array_equal(grey, np.round(red * 0.299).astype(np.uint8))
    colour = _translator(source_shape=(28, 28, 3))
    copies = make_sources(colour, _reference(clothes).real)
    assert copies.shape == (COUNT, 28, 28, 3)
    assert (copies[..., :1] == copies).all()


def test_sources_are_made_where_the_data_have_none(clothes):
    reference = _reference(clothes)
    real = reference.real.select(np.arange(COUNT))
    del real.arrays["sources"]
    reference = dataclasses.replace(reference, real=real)
    translator = _translator(make_sources=lambda images: images[:, :, ::-1])
    np.testing.assert_array_equal(
        make_sources(translator, real), clothes[:, :, ::-1]
    )
    assert evaluate(translator, reference, SETTINGS).protocol["sources"] == (
        "made of the images"
    )
    with pytest.raises(ValueError, match="evaluated on data that have them"):
        evaluate(_translator(), reference, SETTINGS)


def test_a_gan_is_evaluated_by_the_sources_that_its_export_makes(clothes):
    keras.utils.set_random_seed(0)
    conv = keras.layers.Conv2D(1, 1, activation="tanh")
    inputs = [keras.Input([28, 28, channels]) for channels in (1, 2)]
    gan = TranslationGAN(
        keras.Sequential([inputs[0], conv]),
        keras.Sequential(
            [inputs[1], keras.layers.Flatten(), keras.layers.Dense(1)]
        ),
        source_shape=(28, 28, 1),
        recipe=Recipe("", source="edges"),
    )
    of_gan = generators.of_gan(gan)
    make = functools.partial(sources.make, "edges", factor=1)
    images = np.concatenate([clothes] * 2)  # more than a batch
    made = generators.source_maker(make)(images)
    assert of_gan.make_sources is not None
    np.testing.assert_array_equal(of_gan.make_sources(images), made)
    assert made.shape == images.shape and 10 < made.std() < 127
    np.testing.assert_array_equal(
        of_gan.translate(made, None), gan.translate(made)
    )
    given = dataclasses.replace(gan.recipe, source="data")
    gan.recipe = given
    assert generators.of_gan(gan).make_sources is None


def test_sources_of_another_size_are_refused(clothes):
    translator = _translator(source_shape=(14, 14, 1))
    with pytest.raises(ValueError, match="14 x 14 pixels.*Received: 28 x 28"):
        evaluate(translator, _reference(clothes), SETTINGS)
