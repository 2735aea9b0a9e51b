"""Trainings of encoders: what they learn, repeat, resume and refuse."""

import shutil

import numpy as np
import pytest
from PIL import Image

from tfgan_zoo import encoders
from tfgan_zoo.encoders import losses, network, serving, state
from tfgan_zoo.encoders import training as module
from tfgan_zoo.encoders.settings import RealData, Training
from tfgan_zoo.encoders.training import require_encodable
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.inputs import LatentPart, latents_input

SHORT = Training(steps=4, batch_size=4, width=2)
NONE = RealData("none")


def _weights(result):
    return [variable.numpy() for variable in result.model.variables]


def _train(folder, training=SHORT, **arguments):
    return encoders.train(folder, training, real_data=NONE, **arguments)


def test_losses_are_those_of_their_formulas():
    parts = [LatentPart("normal", 1), LatentPart("uniform", 1)]
    spec = latents_input([*parts, LatentPart("one_hot", 2)])
    values = np.array([[2.0, 0.0, 0.0, 0.0]], np.float32)
    latents = np.array([[1.0, 0.5, 1.0, 0.0]], np.float32)
    # (2 - 1)^2 / 1, (0 - 0.5)^2 / (1 / 3), -log(1 / 2); a mean of four.
    expected = (1.0 + 0.75 + np.log(2.0)) / 4.0
    loss = losses.latents_loss(values, latents, spec)
    np.testing.assert_allclose(loss, [expected], rtol=1e-6)
    np.testing.assert_allclose(
        losses.pixels_loss(np.ones([1, 2, 2, 1]), -np.ones([1, 2, 2, 1])), [4]
    )


@pytest.mark.parametrize(
    ("distribution", "bound"), [("normal", np.inf), ("uniform", 1.0)]
)
def test_heads_keep_to_the_bounds_of_latents(distribution, bound):
    spec = latents_input([LatentPart(distribution, 2)])
    made = network.to_latents(np.array([[-50.0, 50.0]], np.float32), spec)
    expected = np.clip([[-50.0, 50.0]], -bound, bound)
    np.testing.assert_allclose(made, expected, rtol=1e-6)


def test_truncated_latents_and_categories_are_bounded_too():
    spec = latents_input([LatentPart("truncated", 1), LatentPart("one_hot", 3)])
    made = network.to_latents(np.array([[9.0, 0.0, 0.0, 1.0]], "f4"), spec)
    assert float(made[0, 0]) == pytest.approx(2.0, abs=1e-3)
    np.testing.assert_allclose(np.sum(made[0, 1:]), 1.0, rtol=1e-6)
    np.testing.assert_array_equal(
        network.harden(made, spec)[0, 1:], [0.0, 0.0, 1.0]
    )


@pytest.mark.parametrize("shape", [(2, 4, 1), (28, 28, 1), (48, 16, 3)])
def test_networks_are_for_images_of_any_size(shape):
    model = network.build(shape, 5, width=2, seed=0)
    images = np.random.default_rng(0).uniform(-1, 1, [3, *shape])
    images = images.astype(np.float32)
    values = serving.run(model, images)
    assert values.shape == (3, 5)
    # Without normalisation, an image's values are its own.
    np.testing.assert_allclose(
        serving.run(model, images[:1]), values[:1], atol=1e-5
    )


def test_an_encoder_learns(trained):
    errors = trained.errors
    assert set(errors) == {"sample_latents", "sample_labels", "sample_pixels"}
    assert errors["sample_labels"] > 0.95  # by chance 0.5
    assert errors["sample_pixels"] < 0.05
    assert trained.dataset is None


def test_labels_loss_is_the_cross_entropy():
    values = np.array([[0.0, np.log(3.0)], [5.0, 5.0]], np.float32)
    loss = losses.labels_loss(values, np.array([0, 1], np.int32))
    np.testing.assert_allclose(loss, np.log([4.0, 2.0]), rtol=1e-6)


def test_the_same_seed_makes_the_same_encoder(bar_export):
    folder = bar_export()
    first, again = _weights(_train(folder)), _weights(_train(folder))
    other = _weights(_train(folder, Training(4, 4, seed=1, width=2)))
    for one, two, three in zip(first, again, other):
        np.testing.assert_array_equal(one, two)
        assert not np.array_equal(one, three)


def test_a_training_that_was_stopped_goes_on(bar_export, tmp_path, monkeypatch):
    folder = bar_export()
    lines = []
    steps = module._step_function

    def stopping(*arguments):
        step, done = steps(*arguments), []

        def run(images):
            if len(done) == 2:
                raise KeyboardInterrupt
            done.append(1)
            return step(images)

        return run

    monkeypatch.setattr(module, "_step_function", stopping)
    with pytest.raises(KeyboardInterrupt):
        _train(folder, work_dir=tmp_path, log=lines.append)
    assert lines.pop() == (
        f"Stopped at step 2 of 4. To resume from {tmp_path}, use the same "
        "settings."
    )
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == [state.NAME]
    resumed = _train(folder, work_dir=tmp_path, log=lines.append)
    assert lines[0] == "Resuming after step 2"
    for one, two in zip(_weights(resumed), _weights(_train(folder))):
        np.testing.assert_array_equal(one, two)
    # Of a training that has ended nothing is left to do.
    done = _train(folder, work_dir=tmp_path)
    for one, two in zip(_weights(resumed), _weights(done)):
        np.testing.assert_array_equal(one, two)
    with pytest.raises(ValueError, match="of other seed, steps"):
        _train(folder, Training(5, 4, seed=1, width=2), work_dir=tmp_path)
    (tmp_path / state.NAME).write_bytes(b"PK")
    with pytest.raises(ValueError, match="must go on from its own file"):
        _train(folder, work_dir=tmp_path)


def _change_state(path, **changes):
    arrays = dict(np.load(path))
    for name, change in changes.items():
        arrays[name] = np.array(change(arrays[name]))
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    "changes",
    [
        {"identity": lambda text: "[1]"},
        {"identity": lambda text: "null"},
        {"identity": lambda text: "{bad"},
        {"variable_0": lambda step: "one"},
        {"variable_0": lambda step: step - 9},
        {"variable_0": lambda step: step + 1},
        {"variable_0": lambda step: step - 0.5},
        {"variable_0": lambda step: [step]},
        {"variable_1": lambda weights: weights * np.float32("nan")},
        {"variable_1": lambda weights: weights.astype(np.float64)},
        {"variable_1": lambda weights: weights[..., :1]},
    ],
)
def test_a_damaged_state_is_no_start(finished_state, tmp_path, changes):
    folder, path = finished_state
    changed = shutil.copy(path, tmp_path)
    _change_state(changed, **changes)
    with pytest.raises(ValueError, match="go on from its own.* are damaged"):
        _train(folder, work_dir=tmp_path)


@pytest.fixture(scope="module")
def finished_state(bar_export, tmp_path_factory):
    """An export, and the state of a training that has ended."""
    folder, work_dir = bar_export(), tmp_path_factory.mktemp("state")
    _train(folder, work_dir=work_dir)
    return folder, work_dir / state.NAME


def test_the_state_is_kept_where_it_can_be_and_outside_the_export(
    bar_export, tmp_path
):
    folder = bar_export()
    for inside in (folder, folder / "work"):
        with pytest.raises(ValueError, match="kept outside the export"):
            _train(folder, work_dir=inside)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(NotADirectoryError, match="must not be a file"):
        _train(folder, work_dir=tmp_path / "file")
    (tmp_path / state.NAME).mkdir()
    with pytest.raises(IsADirectoryError, match="must not be a folder"):
        _train(folder, work_dir=tmp_path)
    assert not (folder / "work").exists()


def test_real_images_are_trained_on_and_measured(bar_export, tmp_path):
    folder = bar_export()
    images = tmp_path / "photos"
    images.mkdir()
    random = np.random.default_rng(0)
    for number in range(4):
        pixels = random.integers(0, 256, [24, 24], np.uint8)
        Image.fromarray(pixels).save(images / f"{number}.png")
    result = encoders.train(folder, SHORT, real_data=RealData(str(images)))
    assert result.dataset == str(images)
    # Noise is nothing that a bar can be.
    assert 0.2 < result.errors["training_pixels"] < 2.0
    alone = _train(folder)
    assert not np.array_equal(_weights(result)[0], _weights(alone)[0])


def test_samples_alone_are_trained_on_where_there_are_no_images(
    bar_export, tmp_path
):
    lines = []
    result = encoders.train(bar_export(), SHORT, log=lines.append)
    assert result.dataset is None
    assert lines[0].startswith("Training on samples alone, as the generator's")
    with pytest.raises((ValueError, OSError), match="nosuch"):
        encoders.train(bar_export(), SHORT, real_data=RealData("./nosuch"))
    # No silent fallback from what was asked for.
    with pytest.raises(ValueError, match="`dataset` must be .* Received: none"):
        encoders.train(
            bar_export(), SHORT, real_data=RealData(data_dir=str(tmp_path))
        )


def test_a_loss_that_is_not_finite_ends_the_training(
    bar_export, tmp_path, monkeypatch
):
    def failing(*arguments):
        del arguments
        return lambda images: {"loss": np.float32("nan")}

    monkeypatch.setattr(module, "_step_function", failing)
    with pytest.raises(FloatingPointError, match="stay finite.*nan at step 1"):
        _train(bar_export(), work_dir=tmp_path)
    assert not [*tmp_path.iterdir()]


def test_unknown_latents_and_points_are_refused(bar_export, small_sampler):
    sampler = Sampler(bar_export())
    sampler.latents_spec = latents_input([LatentPart("custom", 8)])
    with pytest.raises(ValueError, match="latents are of a function of its"):
        require_encodable(sampler)
    with pytest.raises(ValueError, match="Encoders are for .*of points"):
        require_encodable(small_sampler("toy"))


@pytest.mark.parametrize(
    "settings", [{"steps": 0}, {"batch_size": 0}, {"seed": -1}, {"width": 0}]
)
def test_numbers_out_of_range_are_refused(settings):
    (name,) = settings
    with pytest.raises(ValueError, match=f"`{name}` must be"):
        Training(**settings)


def test_an_empty_data_set_is_none_that_was_meant():
    with pytest.raises(ValueError, match="`dataset` must be a name.*''"):
        RealData("")
