"""Evaluations: error bars, protocol, what stands in a metric's way."""

import dataclasses
import json
import math

import numpy as np
import pytest

from tfgan_zoo.data import DataRequest, load_examples
from tfgan_zoo.data.points import MIXTURES
from tfgan_zoo.evaluation import choice, features, real, report
from tfgan_zoo.evaluation.evaluate import evaluate
from tfgan_zoo.evaluation.feature_sets import Chunk, extract_features
from tfgan_zoo.evaluation.metrics import METRICS, PER_EXAMPLE, better
from tfgan_zoo.evaluation.reference import Reference
from tfgan_zoo.evaluation.samples import Fixed, Generator
from tfgan_zoo.evaluation.scores import Evaluation, Score
from tfgan_zoo.evaluation.settings import ALL, Settings

QUICK = Settings(count=300, repeats=3)
CLASSES = 10


@pytest.fixture(scope="module")
def clothes():
    examples = load_examples(DataRequest("fashion_mnist_10k"))
    return tuple(examples.read(np.arange(len(examples))).values())


@pytest.fixture(scope="module")
def network():
    return features.get("fashion")


@pytest.fixture(scope="module")
def reference(clothes, network):
    images, labels = clothes
    sets = [
        extract_features(
            [Chunk(images[part], labels[part])], 300, network, keep_images=True
        )
        for part in (slice(0, 300), slice(300, 600))
    ]
    return Reference(real=sets[0], network=network, training=sets[1])


def _generator(clothes, *, noise=0, obeys=True):
    """Real images in the place of generated ones; a seed picks one."""
    images, labels = clothes
    rows = np.arange(1000, len(images))
    of_class = [rows[labels[rows] == label] for label in range(CLASSES)]

    def draw(seeds, asked_for):
        wanted = asked_for if obeys else (seeds // 7) % CLASSES
        chosen = [
            of_class[label][seed % len(of_class[label])]
            for seed, label in zip(seeds // CLASSES, wanted)
        ]
        random = np.random.RandomState(int(seeds[0]) % 2**31)
        moved = images[chosen] + noise * random.standard_normal((1, 28, 28, 1))
        return np.clip(moved, 0, 255).astype(np.uint8)

    return Generator(draw, (28, 28, 1), CLASSES)


@pytest.fixture(scope="module")
def found(clothes, reference):
    settings = dataclasses.replace(QUICK, metrics=ALL)
    return evaluate(_generator(clothes), reference, settings)


def test_every_value_has_its_mean_and_standard_error(found):
    for name, score in found.scores.items():
        assert len(score.repeats) == 3
        assert score.value == pytest.approx(np.mean(score.repeats))
        error = np.std(score.repeats, ddof=1) / math.sqrt(3)
        assert score.standard_error == pytest.approx(error), name
        assert math.isfinite(score.value)


def test_all_metrics_of_a_conditional_generator_are_measured(found):
    values = {
        name
        for metric in METRICS.values()
        for name in metric.better
        if PER_EXAMPLE not in metric.needs
    }
    assert set(found.scores) == values - {"high_quality"}
    assert set(found.scores) <= set(better())


def test_real_images_score_as_well_as_they_are(found):
    values = {name: score.value for name, score in found.scores.items()}
    assert values["label_accuracy"] > 0.85
    assert values["modes_reached"] == CLASSES
    assert values["reverse_kl"] < 0.05
    assert values["precision"] > 0.7 < values["recall"]
    assert values["memorised_share"] < 0.1
    assert abs(values["kernel_distance"]) < 0.1 * 1000
    assert sum(found.class_shares.values()) == pytest.approx(1.0)
    assert max(found.class_shares.values()) < 0.2


def test_a_generator_that_ignores_its_labels_shows(clothes, reference):
    settings = dataclasses.replace(QUICK, metrics=("label_accuracy",))
    source = _generator(clothes, obeys=False)
    score = evaluate(source, reference, settings).scores["label_accuracy"]
    assert 0.0 < score.value < 0.25


def test_one_class_alone_shows(clothes, reference):
    images, labels = clothes
    only = Fixed(images[labels == 8][:300])
    found = evaluate(only, reference, QUICK)
    assert found.class_shares["Bag"] > 0.9
    assert found.scores["reverse_kl"].value > 1.8  # log 10 is 2.3
    assert found.scores["coverage"].value < 0.35


def test_the_same_settings_give_the_same_digits(clothes, reference, found):
    settings = dataclasses.replace(QUICK, metrics=ALL, repeats=1)
    again = evaluate(_generator(clothes), reference, settings)
    assert again.scores.keys() == found.scores.keys()
    for name, score in again.scores.items():
        assert score.repeats[0] == found.scores[name].repeats[0], name


def test_another_seed_is_within_the_stated_error(clothes, reference, found):
    metrics = ("frechet_distance", "density_coverage", "label_accuracy")
    other = dataclasses.replace(QUICK, metrics=metrics, seed=1)
    again = evaluate(_generator(clothes), reference, other)
    for name in ("frechet_distance", "coverage", "label_accuracy"):
        one, two = found.scores[name], again.scores[name]
        assert one.repeats != two.repeats
        error = math.hypot(one.standard_error, two.standard_error)
        assert abs(one.value - two.value) < 5 * error, name


def test_the_protocol_says_all_that_values_depend_on(found, network):
    protocol = found.protocol
    assert protocol["samples"] == 300
    assert protocol["repeats"] == 3
    assert protocol["seed"] == 0
    assert protocol["real_images"] == 300
    assert protocol["features"] == {
        "name": "fashion",
        "version": "1",
        "sha256": network.sha256,
        "resizing": "none",
    }
    assert {"tfgan_zoo", "tensorflow", "numpy"} <= set(protocol["versions"])
    assert protocol["seconds"] > 0


def test_files_are_measured_whole_and_erred_by_halves(clothes, reference):
    images, _ = clothes
    source = Fixed(images[2000:2300])
    found = evaluate(source, reference, QUICK)
    whole = extract_features(
        [Chunk(source.images, None)], 300, reference.network
    )
    score = found.scores["frechet_distance"]
    value = evaluate(source, reference, QUICK).scores["frechet_distance"].value
    assert score.value == value
    assert score.standard_error == pytest.approx(
        np.std(score.repeats[1:], ddof=1)
    )
    assert "random halves" in found.notes[-1]
    assert whole.count == 300
    assert "label_accuracy" not in found.scores


def test_few_samples_are_noted(clothes, reference):
    images, _ = clothes
    settings = Settings(("frechet_distance",), repeats=2)
    found = evaluate(Fixed(images[:40]), reference, settings)
    assert any("needs more than 64 samples; 40" in n for n in found.notes)
    assert any("needs more than 256 samples; 40" in n for n in found.notes)
    assert len(found.notes) == 3  # the halves, of 20, are not warned of


def test_training_images_are_scored_in_the_samples_place(clothes, reference):
    with_reference = dataclasses.replace(reference, with_reference=True)
    found = evaluate(_generator(clothes, noise=40), with_reference, QUICK)
    for name in ("frechet_distance", "coverage"):
        score = found.scores[name]
        assert score.training is not None
        is_less = score.training < score.value
        assert is_less == (name == "frechet_distance")


@pytest.mark.parametrize(
    ("changes", "metric", "message"),
    [
        ({"training": None}, "memorisation", "beside those that were trained"),
        ({}, "label_accuracy", "samples without labels"),
        ({}, "intra_class_frechet_distance", "samples without labels"),
        ({}, "density_coverage", "at least 6 samples.*3 generated"),
        ({}, "frechet_distance", "at least 8 samples.*3 generated"),
    ],
)
def test_what_stands_in_a_metrics_way_is_said(
    clothes, reference, changes, metric, message
):
    images, _ = clothes
    changed = dataclasses.replace(reference, **changes)
    with pytest.raises(ValueError, match=f"metric {metric} needs .*{message}"):
        evaluate(Fixed(images[:3]), changed, Settings((metric,)))


def test_metrics_that_lack_samples_are_noted(clothes, reference):
    images, _ = clothes
    few = evaluate(Fixed(images[:5]), reference, Settings(repeats=1))
    assert "kernel_distance" in few.scores
    note = "The metric {} is left out: it needs at least {} samples of each"
    for name, least in (("frechet_distance", 8), ("precision_recall", 6)):
        (found,) = [text for text in few.notes if f" {name} is" in text]
        assert found.startswith(note.format(name, least)), found


CLOTHES = (
    *("T-SHIRT/TOP", "TROUSER", "PULLOVER", "DRESS", "COAT"),
    *("SANDAL", "SHIRT", "SNEAKER", "BAG", "ANKLE BOOT"),
)
MIXED = (*CLOTHES[:3], CLOTHES[4], CLOTHES[3], *CLOTHES[5:])


@pytest.mark.parametrize(
    ("of_model", "of_data", "missing"),
    [
        (CLOTHES, CLOTHES, {}),
        (CLOTHES, (*CLOTHES, "hat"), {}),
        ((), CLOTHES, {}),
        # The network numbers them in its own order.
        (MIXED, MIXED, {"label_accuracy": "3 COAT, which there is Dress"}),
        ((), MIXED, {"label_accuracy": "3 COAT, which there is Dress"}),
        (
            MIXED,
            CLOTHES,
            {
                "label_accuracy": "the data's classes",
                "intra_class_frechet_distance": "3 COAT, which there is DRESS",
            },
        ),
    ],
)
def test_labels_of_other_classes_are_not_compared(
    clothes, reference, of_model, of_data, missing
):
    source = dataclasses.replace(_generator(clothes), class_names=of_model)
    changed = dataclasses.replace(reference, class_names=of_data)
    found = choice.left_out(QUICK, source, changed)
    assert set(found) == set(missing)
    for name, words in missing.items():
        assert words in found[name]
        with pytest.raises(ValueError, match=f"{name} needs .*in their order"):
            choice.select_metrics(Settings((name,)), source, changed)
    assert set(missing).isdisjoint(
        choice.select_metrics(QUICK, source, changed)
    )


def _without_class_3(samples, left):
    """Returns a set of samples whose class 3 has so many samples left."""
    third = np.flatnonzero(samples.labels == 3)
    rows = np.setdiff1d(np.arange(samples.count), third[left:])
    return samples.select(rows)


@pytest.mark.parametrize("left", [0, 1])
def test_class_of_a_single_real_image_loses_its_own_value_alone(
    clothes, reference, found, left
):
    few = _without_class_3(reference.real, left)
    changed = dataclasses.replace(reference, real=few, training=None)
    again = evaluate(_generator(clothes), changed, QUICK)
    missing = {"memorised_share", "training_distance_ratio"}
    missing |= {"sliced_wasserstein_distance", "ms_ssim", "ms_ssim_excess"}
    assert set(again.scores) == set(found.scores) - missing
    name = "intra_class_frechet_distance"
    assert again.scores[name].value == pytest.approx(
        found.scores[name].value, rel=0.5
    )
    # Of a class without any there is nothing to compare with.
    said = [note for note in again.notes if "30 generated of class 3" in note]
    assert len(said) == left


def test_metric_that_fails_is_left_out_and_said(
    clothes, reference, monkeypatch
):
    calls = []

    def fail(both):
        calls.append(both)
        if len(calls) == 2:
            raise ValueError("it has gone wrong.")
        return {"kernel_distance": 1.0}

    failing = dataclasses.replace(METRICS["kernel_distance"], measure=fail)
    monkeypatch.setitem(METRICS, "kernel_distance", failing)
    for source in (_generator(clothes), Fixed(clothes[0][:300])):
        calls.clear()
        again = evaluate(source, reference, QUICK)
        is_generator = isinstance(source, Generator)
        assert ("kernel_distance" in again.scores) != is_generator
        assert "frechet_distance" in again.scores
        note = "The metric kernel_distance is left out: it has gone wrong."
        assert (note in again.notes) == is_generator
        assert len(calls) == 2
    # A half alone has failed: there is a value, but no error of it.
    assert again.scores["kernel_distance"].standard_error is None
    calls.clear()
    with pytest.raises(ValueError, match="it has gone wrong"):
        evaluate(
            _generator(clothes),
            reference,
            dataclasses.replace(QUICK, metrics=("kernel_distance",)),
        )


@pytest.mark.parametrize("kind", ["generator", "fixed"])
def test_single_sample_is_a_line(clothes, reference, kind):
    source = _generator(clothes)
    if kind == "fixed":
        source = Fixed(clothes[0][:1])
    with pytest.raises(ValueError, match="No metric can.*1 generated"):
        evaluate(source, reference, Settings(count=1, repeats=1))


def test_so_many_samples_that_memory_would_not_do_are_a_line(
    clothes, reference
):
    with pytest.raises(ValueError, match="`count` must be at most .*bytes of"):
        evaluate(
            _generator(clothes), reference, Settings(count=2**30, repeats=1)
        )


def test_a_network_without_logits_has_no_classifier_score(clothes, network):
    def extract(images):
        found, _ = network.network(images)
        return found, None

    plain = dataclasses.replace(network, network=extract, name="plain")
    images, labels = clothes
    real_set = extract_features([Chunk(images[:300], labels[:300])], 300, plain)
    own = Reference(real=real_set, network=plain)
    found = evaluate(Fixed(images[300:600]), own, QUICK)
    assert "classifier_score" not in found.scores
    assert "coverage" in found.scores
    assert found.class_shares == {}
    with pytest.raises(ValueError, match="with logits. Received: plain"):
        evaluate(Fixed(images[:300]), own, Settings(("classifier_score",)))


@pytest.mark.parametrize(
    ("shape", "message"),
    [((50, 28, 28, 3), "takes grey"), ((50, 2), "takes images")],
)
def test_samples_of_another_kind_are_refused(reference, shape, message):
    samples = np.zeros(shape, np.uint8 if len(shape) == 4 else np.float32)
    with pytest.raises(ValueError, match=message):
        evaluate(Fixed(samples), reference, QUICK)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"count": 0}, "`count` must be at least 1"),
        ({"repeats": 0}, "`repeats` must be at least 1"),
        ({"seed": -1}, "`seed` must be at least 0"),
        (
            {"metrics": ("fid",)},
            "one of: l1, .*frechet_distance.*Received: fid",
        ),
        ({"metrics": ()}, "`metrics` must name one or more"),
        ({"metrics": ("",)}, "`metrics` must name one or more"),
        ({"count": 2**20, "repeats": 2**13}, "`count` times `repeats` must be"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Settings(**settings)


def test_points_are_measured_by_their_coordinates():
    examples = load_examples(DataRequest("ring8"))
    coordinates = features.Coordinates()
    own = Reference(
        real=real.load_feature_set(examples, 500, coordinates),
        network=coordinates,
        mixture=MIXTURES["ring8"],
    )
    points = examples.read(np.arange(5000, 5500))["image"]
    good = evaluate(Fixed(points), own, QUICK).scores
    assert good["modes_reached"].value == 8
    assert good["high_quality"].value > 0.95
    poor = evaluate(Fixed(points[:1] + np.zeros_like(points)), own, QUICK)
    assert poor.scores["modes_reached"].value == 1
    assert poor.scores["reverse_kl"].value == pytest.approx(math.log(8))
    with pytest.raises(ValueError, match="is of images. Received: points"):
        evaluate(Fixed(points), own, Settings(("ms_ssim",)))


def test_the_cache_gives_what_was_evaluated(clothes, network, tmp_path):
    examples = load_examples(DataRequest("fashion_mnist_10k"))
    first = real.load_feature_set(
        examples, 2100, network, with_balls=True, cache_dir=tmp_path
    )
    (path,) = tmp_path.iterdir()
    written = path.stat().st_ino
    again = real.load_feature_set(
        examples, 2100, network, with_balls=True, cache_dir=tmp_path
    )
    assert path.stat().st_ino == written
    for name in ("features", "logits", "labels", "balls"):
        np.testing.assert_array_equal(first.arrays[name], again.arrays[name])
    for one, other in zip(first.pieces, again.pieces):
        np.testing.assert_array_equal(one.mean, other.mean)
        np.testing.assert_array_equal(one.covariance, other.covariance)


@pytest.mark.parametrize("what", ["count", "network", "size"])
def test_the_cache_knows_what_it_depends_on(network, tmp_path, what):
    request = DataRequest("fashion_mnist_10k")
    real.load_feature_set(
        load_examples(request), 100, network, cache_dir=tmp_path
    )
    if what == "size":
        request = dataclasses.replace(request, image_size=32)
    if what == "network":
        network = dataclasses.replace(network, sha256="another")
    count = 101 if what == "count" else 100
    real.load_feature_set(
        load_examples(request), count, network, cache_dir=tmp_path
    )
    assert len(list(tmp_path.iterdir())) == 2


def test_a_cut_cache_is_made_anew(network, tmp_path):
    examples = load_examples(DataRequest("fashion_mnist_10k"))
    first = real.load_feature_set(examples, 50, network, cache_dir=tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:1000])
    again = real.load_feature_set(examples, 50, network, cache_dir=tmp_path)
    np.testing.assert_array_equal(first.features, again.features)


def _evaluation(*values, name="frechet_distance", samples=100):
    error = float(np.std(values, ddof=1) / math.sqrt(len(values)))
    score = Score(float(np.mean(values)), error, tuple(values))
    protocol = {
        "samples": samples,
        "repeats": len(values),
        "real_images": 9,
        "features": {},
        "metrics": [name],
    }
    return Evaluation({name: score}, {}, (), protocol)


@pytest.mark.parametrize(
    ("name", "second", "verdict"),
    [
        ("frechet_distance", (20.0, 20.1, 19.9), "first is better"),
        ("coverage", (20.0, 20.1, 19.9), "second is better"),
        ("ms_ssim", (20.0, 20.1, 19.9), "they differ"),
        ("frechet_distance", (10.0, 10.2, 9.7), "within noise"),
        ("frechet_distance", (10.0, 10.1, 9.9), "within noise"),
    ],
)
def test_a_comparison_says_what_is_larger_than_noise(name, second, verdict):
    first = _evaluation(10.0, 10.1, 9.9, name=name)
    (found,) = report.compare(first, _evaluation(*second, name=name))
    assert found.verdict == verdict
    assert found.difference == pytest.approx(np.mean(second) - 10.0)
    assert 0.0 <= found.p_value <= 1.0


def test_the_p_value_is_welchs():
    first, second = (1.0, 2.0, 4.0), (3.0, 5.0, 4.5, 6.0)
    left, right = _evaluation(*first), _evaluation(*second)
    right.protocol["repeats"] = 3
    (found,) = report.compare(left, right)
    # scipy.stats.ttest_ind(first, second, equal_var=False).pvalue
    assert found.p_value == pytest.approx(0.1037658, abs=1e-6)


def test_what_is_evaluated_otherwise_is_not_compared():
    with pytest.raises(ValueError, match="agree on samples.*100 and 50"):
        report.compare(_evaluation(1.0, 2.0), _evaluation(1.0, 2.0, samples=50))


def test_what_both_have_is_compared():
    first, second = _evaluation(1.0, 2.0), _evaluation(4.0, 5.0)
    labels = _evaluation(0.5, 0.6, name="label_accuracy")
    first.scores.update(labels.scores)
    first.protocol["metrics"] = [*first.scores]
    (found,) = report.compare(first, second)
    assert (found.name, found.difference) == ("frechet_distance", 3.0)
    with pytest.raises(ValueError, match="label_accuracy; and frechet_dist"):
        report.compare(labels, second)


def test_one_repeat_is_too_few_to_compare():
    one = Evaluation(
        {"coverage": Score(1.0, None, (1.0,))},
        {},
        (),
        _evaluation(1.0, 2.0, name="coverage").protocol,
    )
    with pytest.raises(ValueError, match="`repeats` of 2 or more"):
        report.compare(one, one)


def test_json_holds_null_where_there_is_no_number(found):
    content = report.to_dict(found)
    content["scores"]["reverse_kl"]["value"] = float("nan")
    scores = report._finite_or_none(content)["scores"]
    read = json.loads(report.to_json(report._finite_or_none(content)))
    assert scores["reverse_kl"]["value"] is None
    assert read["scores"]["reverse_kl"]["value"] is None
    assert read["protocol"] == content["protocol"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (445.44, "445.4"),
        (1619.99, "1,620"),
        (0.0012345, "0.001234"),
        (0.0, "0"),
        (float("nan"), "nan"),
        (-3.14159, "-3.142"),
    ],
)
def test_four_digits_that_count_are_shown(value, text):
    assert report.digits(value) == text
