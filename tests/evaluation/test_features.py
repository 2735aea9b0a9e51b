"""Feature networks: those that ship, those of others, and what is refused."""

import hashlib
import tarfile

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.data import DataRequest, load_examples
from tfgan_zoo.evaluation import features
from tfgan_zoo.evaluation.features import Request, classifier, fetch

MEGABYTES = 1_500_000
GOALS = {"digits": 0.993, "fashion": 0.91, "cifar10": 0.80}
# What comes with the package is Fashion-MNIST's test set.
DATA = {"digits": "mnist", "fashion": "fashion_mnist_10k", "cifar10": "cifar10"}


def _real(name, request, split=None):
    """The images that a network is for."""
    if name == "fashion":
        return load_examples(DataRequest(DATA[name]))
    folder = request.getfixturevalue("shared_data")
    return load_examples(
        DataRequest(DATA[name], data_dir=str(folder), split=split)
    )


def _noise(shape, seed=0):
    random = np.random.RandomState(seed)
    return random.randint(0, 256, shape).astype(np.uint8)


@pytest.mark.parametrize("name", GOALS)
def test_shipped_network_is_small_hashed_and_says_how_good_it_is(name):
    path = classifier.FOLDER / f"{name}.npz"
    assert path.stat().st_size < MEGABYTES
    network = features.get(name)
    assert network.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert network.version == "1"
    plan = classifier.Classifier(path).plan
    assert GOALS[name] <= plan.test_accuracy < 1.0
    assert f"--name={name}" in plan.command
    assert 64 <= plan.features <= 128


@pytest.mark.parametrize("name", GOALS)
def test_shipped_network_is_as_right_as_it_says(name, request):
    examples = _real(name, request, split="test")
    images, labels = examples.read(np.arange(0, len(examples), 5)).values()
    output = features.get(name)(images)
    accuracy = np.mean(output.logits.argmax(-1) == labels)
    said = classifier.Classifier(classifier.FOLDER / f"{name}.npz").plan
    # 2,000 of the 10,000: three standard errors.
    error = 3 * np.sqrt(said.test_accuracy * (1 - said.test_accuracy) / 2000)
    assert accuracy == pytest.approx(said.test_accuracy, abs=error)


@pytest.mark.parametrize("name", GOALS)
def test_features_live_and_have_the_promised_variance(name, request):
    images = _real(name, request).read(np.arange(5000))["image"]
    found = features.get(name)(images).features
    total = found.var(axis=0).sum()
    assert total == pytest.approx(classifier.TOTAL_VARIANCE, rel=0.05)
    assert (found.std(axis=0) > 0.1).mean() > 0.95


def test_a_judgement_does_not_depend_on_its_batch():
    network = features.get("fashion")
    images = _noise((260, 28, 28, 1))
    whole = network(images)
    part = network(images[255:258])
    np.testing.assert_array_equal(whole.features[255:258], part.features)
    np.testing.assert_array_equal(whole.logits[255:258], part.logits)


def test_stacked_digits_name_the_digits_of_the_channels():
    digits, stacked = features.get("digits"), features.get("stacked_digits")
    images = _noise((20, 28, 28, 3))
    output = stacked(images)
    assert output.features.shape == (20, 192)
    each = [digits(images[..., c : c + 1]) for c in range(3)]
    np.testing.assert_allclose(
        output.features,
        np.concatenate([one.features for one in each], 1),
        rtol=1e-5,
        atol=1e-4,
    )
    named = np.stack([one.logits.argmax(-1) for one in each], -1)
    np.testing.assert_array_equal(
        output.logits.argmax(-1), named @ [100, 10, 1]
    )


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("cifar10", (3, 32, 32, 1), "takes colour .* Received: grey"),
        ("digits", (3, 28, 28, 3), "takes grey .* Received: colour"),
        ("digits", (0, 28, 28, 1), "one or more. Received: 0"),
        ("digits", (3, 28, 28), r"\[N, H, W, C\].*Received: uint8"),
        ("digits", (3, 28, 28, 2), "C 1 or 3"),
    ],
)
def test_images_that_a_network_cannot_take_are_refused(name, shape, message):
    with pytest.raises(ValueError, match=message):
        features.get(name)(np.zeros(shape, np.uint8))


def test_floats_are_refused_as_their_range_is_unknown():
    with pytest.raises(ValueError, match="must be uint8.*float32"):
        features.get("digits")(np.zeros([3, 28, 28, 1], np.float32))


def test_other_sizes_are_resized_and_the_protocol_says_so():
    network = features.get("fashion")
    examples = load_examples(DataRequest("fashion_mnist_10k", image_size=56))
    large = examples.read(np.arange(200))["image"]
    originals = load_examples(DataRequest("fashion_mnist_10k"))
    own = originals.read(np.arange(200))["image"]
    same = network(large).logits.argmax(-1) == network(own).logits.argmax(-1)
    assert same.mean() > 0.95
    assert network.how_resized((28, 28, 1)) == "none"
    assert "antialiased, to 28 x 28" in network.how_resized((56, 56, 1))


def test_unknown_network_lists_the_known_ones():
    with pytest.raises(ValueError, match="cifar10, digits, .*Received: digit"):
        features.get("digit")


def _small_keras(outputs=2):
    images = keras.Input((8, 8, 3))
    found = keras.layers.Dense(5)(keras.layers.Flatten()(images))
    logits = keras.layers.Dense(2)(found)
    return keras.Model(images, [found, logits][:outputs])


@pytest.mark.parametrize("outputs", [1, 2])
def test_own_keras_model_judges_images_in_its_range(tmp_path, outputs):
    model = _small_keras(outputs)
    path = tmp_path / "own.keras"
    model.save(path)
    network = features.get(str(path))
    images = _noise((4, 8, 8, 3))
    output = network(images)
    expected = model(images / 127.5 - 1.0)
    expected = expected[0] if outputs == 2 else expected
    np.testing.assert_allclose(output.features, expected, rtol=1e-4, atol=1e-5)
    assert (output.logits is None) == (outputs == 1)
    assert network.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def _saved(folder, signature, shape=(None, 8, 8, 3)):
    module = tf.Module()
    spec = tf.TensorSpec(shape, tf.float32, name="images")
    module.serve = tf.function(signature, input_signature=[spec])
    tf.saved_model.save(module, str(folder), signatures=module.serve)
    return str(folder)


def test_own_saved_model_judges_images(tmp_path):
    def serve(images):
        found = tf.reduce_mean(images, [1, 2])
        return {"features": found, "logits": found[:, :2]}

    network = features.get(_saved(tmp_path / "own", serve))
    images = _noise((4, 8, 8, 3))
    output = network(images)
    expected = (images / 127.5 - 1.0).mean((1, 2))
    np.testing.assert_allclose(output.features, expected, atol=1e-5)
    assert output.logits.shape == (4, 2)
    assert len(network.sha256) == 64


def test_own_network_of_no_fixed_size_is_refused(tmp_path):
    def serve(images):
        return {"features": tf.reduce_mean(images, [1, 2])}

    path = _saved(tmp_path / "own", serve, (None, None, None, 3))
    with pytest.raises(ValueError, match="fixed height and width"):
        features.get(path)


def test_own_network_without_flat_features_is_refused(tmp_path):
    path = _saved(tmp_path / "own", lambda images: {"features": images})
    with pytest.raises(ValueError, match=r"`features` of shape \[N, D\]"):
        features.get(path)(_noise((4, 8, 8, 3)))


def test_a_file_that_is_no_network_is_refused(tmp_path):
    path = tmp_path / "own.keras"
    path.write_text("no network")
    with pytest.raises(ValueError, match="must be a whole file of Keras"):
        features.get(str(path))


@pytest.mark.parametrize("name", ["inception", "keras_inception"])
def test_absent_inception_says_what_would_help(name, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    request = Request(cache_dir=tmp_path)
    with pytest.raises(ValueError, match="--features_path.*--download"):
        features.get(name, request)


def test_a_download_that_is_out_of_reach_leaves_nothing(tmp_path):
    request = Request(cache_dir=tmp_path, download=True)
    address = "http://127.0.0.1:9/nothing"
    with pytest.raises(ValueError, match="within reach.*--features_path"):
        fetch.get(request, name="network", address=address)
    assert list(tmp_path.iterdir()) == []


def test_a_download_is_checked_kept_and_checked_again(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    cache = tmp_path / "cache"
    request = Request(cache_dir=cache, download=True, sha256=digest)
    path = fetch.get(request, name="network", address=source.as_uri())
    assert path.read_bytes() == b"weights"
    path.write_bytes(b"others")
    with pytest.raises(ValueError, match=f"must have the SHA-256 {digest}"):
        fetch.get(Request(cache_dir=cache), name="network", address="")


def test_a_download_with_another_hash_is_not_kept(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"weights")
    cache = tmp_path / "cache"
    request = Request(cache_dir=cache, download=True, sha256="0" * 64)
    with pytest.raises(ValueError, match="must have the SHA-256 000"):
        fetch.get(request, name="network", address=source.as_uri())
    assert list(cache.iterdir()) == []


def _inception_graph():
    """A graph with the names of the original's tensors, and small layers."""
    graph = tf.Graph()
    with graph.as_default():
        images = tf.compat.v1.placeholder(tf.float32, [1, 299, 299, 3])
        scaled = tf.multiply(images, 1.0, name="Mul")
        pooled = tf.reduce_mean(scaled, [1, 2], keepdims=True, name="pool_3")
        weights = tf.constant(np.eye(3, 4, dtype=np.float32))
        one = tf.reshape(pooled, [1, 3])
        tf.matmul(one, weights, name="softmax/logits/MatMul")
    return graph.as_graph_def()


def test_inception_as_a_graph_is_fed_what_fid_feeds_it(tmp_path):
    path = tmp_path / "classify_image_graph_def.pb"
    path.write_bytes(_inception_graph().SerializeToString())
    network = features.get("inception", Request(path=path))
    images = _noise((3, 32, 32, 3))
    output = network(images)
    resized = tf.compat.v1.image.resize_bilinear(
        images.astype(np.float32), [299, 299]
    )
    expected = tf.reduce_mean((resized - 128.0) / 128.0, [1, 2])
    np.testing.assert_allclose(output.features, expected, atol=1e-5)
    np.testing.assert_allclose(output.logits[:, :3], expected, atol=1e-5)
    assert network.how_resized((32, 32, 3)).startswith("bilinear of TensorF")
    grey = network(images[..., :1]).features
    np.testing.assert_allclose(grey, grey[:, :1] @ np.ones([1, 3]), atol=1e-6)
    assert "grey copied" in network.how_resized((32, 32, 1))


def test_inception_as_tf_hub_has_it_is_unpacked_and_called(tmp_path):
    module = tf.Module()

    def call(images):
        pooled = tf.reduce_mean(images, [1, 2])
        return {"pool_3": pooled, "logits": pooled[:, :2]}

    spec = tf.TensorSpec([None, 299, 299, 3], tf.float32)
    module.__call__ = tf.function(call, input_signature=[spec])
    tf.saved_model.save(module, str(tmp_path / "module"))
    packed = tmp_path / "inception.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        for found in (tmp_path / "module").iterdir():
            archive.add(found, found.name)
    network = features.get("inception", Request(path=packed))
    output = network(_noise((2, 299, 299, 3)))
    assert (output.features.shape, output.logits.shape) == ((2, 3), (2, 2))


def test_an_archive_that_leads_outside_is_refused(tmp_path):
    packed = tmp_path / "inception.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../outside"))
    with pytest.raises(ValueError, match="files within it alone"):
        features.get("inception", Request(path=packed))


@pytest.mark.slow
def test_keras_inception_takes_keras_file_of_weights(tmp_path):
    keras.utils.set_random_seed(0)
    model = keras.applications.InceptionV3(
        weights=None, classifier_activation=None
    )
    path = tmp_path / "weights.h5"
    model.save_weights(path)
    network = features.get("keras_inception", Request(path=path))
    output = network(_noise((2, 32, 32, 3)))
    assert (output.features.shape, output.logits.shape) == (
        (2, 2048),
        (2, 1000),
    )
