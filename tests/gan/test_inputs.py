"""What `fit` may be given: each kind of data trains or has one line."""

import warnings

import numpy as np
import pytest
import tensorflow as tf
from small_gan import small_gan

from tfgan_zoo import models
from tfgan_zoo.backend import keras
from tfgan_zoo.gan.elements import to_images
from tfgan_zoo.gan.inputs import InputChecks
from tfgan_zoo.gan.samples import SampleRules

X = np.random.default_rng(0).uniform(-1, 1, (16, 28, 28, 1)).astype(np.float32)
Y = np.arange(16, dtype=np.int32) % 10
UNCONDITIONAL = SampleRules((28, 28, 1))
CONDITIONAL = SampleRules((28, 28, 1), num_classes=10)
SLICES = tf.data.Dataset.from_tensor_slices


def _prepare(x, y=None, rules=UNCONDITIONAL, **options):
    return InputChecks(rules).prepare(x, y, **{"batch_size": 8, **options})


def _batches(x, y=None, rules=UNCONDITIONAL):
    """Batches as Keras would draw them; errors as `fit` would raise them."""
    with InputChecks(rules) as checks:
        return list(checks.prepare(x, y))


def _with_nan(images):
    broken = images.copy()
    broken[3, 2, 1] = np.nan
    return broken


IMAGES = {
    "0..255": (127.5 * (X + 1), r"lie in \[-1, 1\].* 25[45]"),
    "standardised": (2.8 * X, r"lie in \[-1, 1\].*Received: values between -2"),
    "NaN": (_with_nan(X), "finite. Received: NaN or infinity in 1 of"),
    "infinity": (np.where(X > 0.99, np.inf, X), "must be finite"),
    "int64": (np.zeros(X.shape, np.int64), r"uint8 in \[0, 255\].*int64"),
    "bool": (X > 0, "Received: bool"),
    "text": (np.full(X.shape, "a"), "Received: string"),
    "complex": (X.astype(np.complex64), "Received: complex64"),
    "objects": (
        np.array([None, 1], object),
        "must be given an array",
    ),
    "two shapes": ([X[0], X[0, :14]], "of one shape.*14, 28, 1"),
    "none": (X[:0], r"at least one image.*Received: shape \[0, 28, 28, 1\]"),
    "nothing": (None, "must be given an array"),
    "path": ("images.npy", "must be given an array"),
    "iterator": (iter(SLICES(X).batch(8)), "must be given an array"),
    "other size": (X[:, :27], r"shape \[N, 28, 28, 1\].*: \[16, 27, 28, 1\]"),
    "colour": (
        np.repeat(X, 3, -1),
        r"1\]. Received: \[16, 28, 28, 3\]",
    ),
    "no channels": (X[..., 0], r"`x\[..., np.newaxis\]`.*, 28, 28\]"),
    "channels first": (np.moveaxis(X, -1, 1), "channels last; `np.moveaxis"),
    "one image": (X[0], r"`.batch\(batch_size\)`"),
    "weights": ((X, Y, np.ones(16)), "no sample weights"),
    "two arrays": ([X[:8], X[8:]], r"of shape \[N\]. Received: \[8, 28"),
    "dict": ({"picture": X}, "must have `image`.*Received: picture"),
}


@pytest.mark.parametrize("kind", IMAGES)
def test_arrays_that_are_no_images_are_refused(kind):
    images, message = IMAGES[kind]
    with pytest.raises((TypeError, ValueError), match=message) as error:
        _prepare(images)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kind", ["0..255", "NaN", "int64", "no channels"])
@pytest.mark.parametrize("stream", ["dataset", "unknown", "generator"])
def test_streams_of_them_are_refused_at_the_first_batch(kind, stream):
    images, message = IMAGES[kind]

    def generate():
        yield images[:8]

    made = {
        "dataset": lambda: SLICES(images).batch(8),
        "unknown": lambda: tf.data.Dataset.from_generator(
            generate, images.dtype
        ),
        "generator": generate,
    }[stream]()
    with pytest.raises((TypeError, ValueError), match=message):
        _batches(made)


@pytest.mark.parametrize(
    "given",
    [
        X,
        X.astype(np.float64),
        X.astype(np.float16),
        tf.constant(X),
        list(X),
        X[:4].tolist(),
        X * 1.2,  # resized by a cubic kernel
        (X, Y),
        {"image": X, "label": Y},
    ],
    ids=lambda given: type(given).__name__,
)
def test_arrays_of_images_become_float32(given):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        features = _prepare(given)
    assert list(features) == ["image"]
    assert features["image"].dtype == np.float32
    assert features["image"].shape[1:] == (28, 28, 1)


def test_uint8_is_mapped_to_the_range_of_a_tanh():
    pixels = np.array([0, 255], np.uint8).repeat(784).reshape(2, 28, 28, 1)
    images = _prepare(pixels)["image"]
    assert images.dtype == np.uint8  # a quarter of the memory
    np.testing.assert_array_equal(to_images(images)[:, 0, 0, 0], [-1, 1])


@pytest.mark.parametrize(
    ("images", "message"),
    [
        ((X + 1) / 2, r"range from .* to 0.99.* `2 \* x - 1`"),
        (X / 2, "range from -0.49"),
        ((X > 0).astype(np.uint8), "taken for"),
    ],
)
def test_unusual_range_has_a_warning(images, message):
    with pytest.warns(UserWarning, match=message):
        _prepare(images)


def test_unusual_range_of_a_stream_has_one_warning():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _batches(SLICES((X + 1) / 2).batch(4))
        _batches((X[n : n + 4] + 1) / 2 for n in range(0, 16, 4))
    assert len(caught) == 2


def test_points_have_any_range():
    points = np.array([[-40.0, 3.0], [200.0, 1.0]], np.float32)
    images = _prepare(points, rules=SampleRules((2,)))["image"]
    np.testing.assert_array_equal(images, points)


LABELS = {
    "missing": (None, r"images and labels.*Received: images alone"),
    "from one": (Y + 1, "between 0 and 9. Received: 10"),
    "negative": (Y - 1, "Received: -1"),
    "far": (Y.astype(np.int64) + 2**40, "Received: 1099511627776"),
    "halves": (Y + 0.5, r"Received: 0.5"),
    "NaN": (np.full(16, np.nan), "Received: nan"),
    "one-hot": (np.eye(10)[Y], r"argmax.*Received: \[16, 10\]"),
    "two of each": (
        np.stack([Y, Y], 1),
        r"shape \[N\]. Received: \[16, 2\]",
    ),
    "names": (Y.astype(str), "return_inverse=True.*Received: string"),
    "too few": (Y[:15], "15 labels for 16 images"),
    "one": (np.int32(3), r"Received: \[\]"),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_that_are_no_classes_are_refused(kind):
    labels, message = LABELS[kind]
    with pytest.raises((TypeError, ValueError), match=message) as error:
        _prepare(X, labels, CONDITIONAL)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "kind", ["missing", "far", "halves", "one-hot", "names"]
)
def test_data_sets_of_them_are_refused(kind):
    labels, message = LABELS[kind]
    data = SLICES(X) if labels is None else SLICES((X, labels))
    message = message.replace("[16", "[N")
    with pytest.raises((TypeError, ValueError), match=message):
        _batches(data.batch(4), rules=CONDITIONAL)


def test_unknown_label_in_a_later_batch_of_a_data_set_is_refused():
    labels = np.append(Y[:15], 10)
    with pytest.raises(ValueError, match="between 0 and 9. Received: 10"):
        _batches(SLICES((X, labels)).batch(4), rules=CONDITIONAL)


@pytest.mark.parametrize(
    "labels",
    [Y, Y[:, None], Y.astype(np.uint8), Y.astype(np.float32), Y.tolist()],
    ids=["int32", "column", "uint8", "whole floats", "list"],
)
def test_labels_become_int32_in_a_row(labels):
    arrays = _prepare(X, labels, CONDITIONAL)
    (batch,) = _batches(
        SLICES((X, np.asarray(labels))).batch(16), rules=CONDITIONAL
    )
    for made in (arrays["label"], batch["label"]):
        assert made.dtype == np.int32
        np.testing.assert_array_equal(made, Y)


@pytest.mark.parametrize(
    "dataset",
    [
        SLICES({"image": X, "label": Y}).batch(8),
        SLICES((X, Y)).batch(8),
        SLICES((X, Y)).batch(8).prefetch(2).repeat(1),
    ],
)
def test_data_sets_of_pairs_and_dicts_yield_images_and_labels(dataset):
    batches = _batches(dataset, rules=CONDITIONAL)
    for name, expected in (("image", X), ("label", Y)):
        given = np.concatenate([batch[name] for batch in batches])
        np.testing.assert_array_equal(given, expected)


def test_data_sets_keep_their_number_of_batches():
    dataset = _prepare(SLICES(X).batch(5))
    assert len(dataset) == 4


def test_data_set_takes_no_labels_beside_it():
    with pytest.raises(ValueError, match="`y` is for arrays. Received: `y`"):
        _prepare(SLICES(X).batch(8), Y)


@pytest.mark.parametrize(
    ("element", "message"),
    [
        (X[:, :14], r"\[N, 28, 28, 1\]. Received: \[8, 14, 28, 1\]"),
        (np.int64(X), "Received: int64"),
        ({"image": X[:, :14]}, r"Received: \[8, 14, 28, 1\]"),
        ({"image": X, "source": X}, "`source`.*Received: image, source"),
    ],
)
def test_distributed_data_are_checked_by_their_shape(element, message):
    strategy = tf.distribute.OneDeviceStrategy("CPU:0")
    data = SLICES(element).batch(8, drop_remainder=True)
    with pytest.raises((TypeError, ValueError), match=message):
        _prepare(strategy.experimental_distribute_dataset(data))


@pytest.mark.parametrize("batch_size", [0, -8, 8.0])
def test_batch_size_is_a_positive_integer(batch_size):
    with pytest.raises((TypeError, ValueError), match="`batch_size` must be"):
        _prepare(X, batch_size=batch_size)


def test_ragged_data_set_is_refused():
    ragged = SLICES(tf.ragged.constant([[1.0], [1.0, 2.0]])).batch(2)
    with pytest.raises(TypeError, match="a tensor each. Received: Ragged"):
        _prepare(ragged)


def test_generators_and_sequences_yield_checked_batches():
    class Sequence(keras.utils.Sequence):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return X[:8], Y[:8] + index  # up to 10 in the second

    sequence = _prepare(Sequence(), rules=CONDITIONAL)
    assert len(sequence) == 2
    np.testing.assert_array_equal(sequence[0]["label"], Y[:8])
    batches = _batches(x for x in [X[:8], X[8:]])
    images = np.concatenate([batch["image"] for batch in batches])
    np.testing.assert_array_equal(images, X)


PACKED = SampleRules((28, 28, 1), packing=2)
STEPS = SampleRules((28, 28, 1), discriminator_steps=2)
REPLICAS = SampleRules((28, 28, 1), replicas=2)


@pytest.mark.parametrize(
    ("rules", "count", "batch_size", "message"),
    [
        (
            PACKED,
            16,
            5,
            r"of 2 \(2 `packing`\). Received: a batch of 5",
        ),
        (PACKED, 13, 4, "Received: a batch of 1 images"),
        (STEPS, 7, 8, "Received: a batch of 7 images"),
        (REPLICAS, 16, 5, r"of 2 \(2 replicas\).*Received: a batch of 5"),
        (REPLICAS, 14, 4, "of one size; 12 images.*Received: 14"),
    ],
)
def test_arrays_whose_batches_cannot_be_shared_are_refused(
    rules, count, batch_size, message
):
    with pytest.raises(ValueError, match=message):
        _prepare(X[:count], rules=rules, batch_size=batch_size)


@pytest.mark.parametrize(
    ("rules", "dataset", "message"),
    [
        (PACKED, SLICES(X).batch(5, drop_remainder=True), "batch of 5 imag"),
        (PACKED, SLICES(X[:13]).batch(4), "Received: a batch of 1 images"),
        (STEPS, SLICES(X).batch(4), "static size; `batch.*drop_remainder"),
        (STEPS, SLICES(X[:4]).batch(4, drop_remainder=True), "fewer"),
        (REPLICAS, SLICES(X).batch(4), "static size; `batch.*drop_remainder"),
        (REPLICAS, SLICES(X).batch(5, drop_remainder=True), "2 replicas"),
    ],
)
def test_data_sets_whose_batches_cannot_be_shared_are_refused(
    rules, dataset, message
):
    with pytest.raises(ValueError, match=message):
        _batches(dataset, rules=rules)


def test_last_batch_counts_only_if_it_is_reached():
    _prepare(X[:13], rules=PACKED, batch_size=4, has_steps=True)


def test_each_discriminator_step_has_a_batch_of_a_data_set():
    dataset = SLICES((X, Y)).batch(4, drop_remainder=True)
    rules = SampleRules((28, 28, 1), 10, discriminator_steps=2)
    batches = _batches(dataset, rules=rules)
    shapes = [batch["image"].shape for batch in batches]
    assert shapes == [(8, 28, 28, 1)] * 2
    labels = np.concatenate([batch["label"] for batch in batches])
    np.testing.assert_array_equal(labels, Y)


# Through `fit`, with as few networks as it takes.


@pytest.fixture(scope="module")
def conditional():
    kind = models.get("conditional_gan")
    recipe = models.recipe("conditional_gan").__class__(
        **{**vars(models.recipe("conditional_gan")), "width": 4}
    )
    gan = kind((28, 28, 1), num_classes=10, recipe=recipe)
    gan.compile()
    return gan


@pytest.mark.parametrize(
    "given",
    [
        {"x": X[:8], "y": Y[:8, None]},
        {"x": SLICES({"image": X, "label": Y}).batch(8).take(1)},
        {"x": ((X[:8], Y[:8]) for _ in range(1))},
        {"x": np.uint8(127.5 * (X[:8] + 1)), "y": Y[:8].astype(float)},
    ],
    ids=["column", "dicts", "generator", "uint8"],
)
def test_fit_trains_on_it(conditional, given):
    before = int(conditional.step.numpy())
    history = conditional.fit(**given, verbose=0).history
    assert int(conditional.step.numpy()) == before + 1
    assert np.isfinite(history["discriminator_loss"]).all()


@pytest.mark.parametrize(
    "given",
    [
        {"x": SLICES((X, Y + 1)).batch(8)},
        {"x": ((X[:8], Y[:8] + 4) for _ in range(2))},
        {"x": SLICES((127.5 * (X + 1), Y)).batch(8)},
    ],
    ids=["last batch", "generator", "range"],
)
def test_fit_raises_what_a_stream_breaks_in_one_line(conditional, given):
    with pytest.raises(ValueError, match="must .* Received: ") as error:
        conditional.fit(**given, verbose=0)
    assert "\n" not in str(error.value)


def test_keras_floatx_does_not_round_images():
    keras.backend.set_floatx("float16")
    try:
        images = _prepare(X)["image"]
    finally:
        keras.backend.set_floatx("float32")
    assert tf.is_tensor(images)  # which Keras does not cast
    assert images.dtype == tf.float32


@pytest.mark.parametrize("replicas", [1, 2])
def test_own_data_set_trains_several_discriminator_steps_by_strategy(
    two_replicas, replicas
):
    """As without a strategy; TensorFlow takes a last `rebatch` away."""
    strategies = {
        1: lambda: tf.distribute.OneDeviceStrategy("CPU:0"),
        2: lambda: two_replicas,
    }
    data = SLICES(X).repeat().batch(8, drop_remainder=True)
    weights = []
    for strategy in (None, strategies[replicas]()):
        gan = small_gan(strategy, discriminator_steps=2)
        gan.fit(data, steps_per_epoch=2, verbose=0)
        weights.append(gan.generator.get_weights())
    for alone, shared in zip(*weights):
        np.testing.assert_allclose(alone, shared, rtol=1e-3, atol=1e-5)
