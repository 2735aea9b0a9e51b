"""Each loss, penalty, constraint and trick, in a real training step."""

import numpy as np
import pytest
from small_gan import BATCH_SIZE, batch, small_gan, train, values
from zoo_settings import combinations, name_of

# tests/exactness has those with `ada`, whose step takes long to trace.
QUICK = [one for one in combinations() if one["augmentation"] != "ada"]


@pytest.mark.parametrize("settings", QUICK, ids=name_of)
def test_a_step_moves_both_networks_and_stays_finite(settings):
    gan = small_gan(
        rates=(0.01, 0.01),
        **settings,
        discriminator_optimizer=settings["generator_optimizer"],
    )
    before = values(gan.generator), values(gan.discriminator)
    logs = train(gan)
    for old, network in zip(before, (gan.generator, gan.discriminator)):
        new = values(network)
        assert all(np.isfinite(one).all() for one in new)
        assert not np.array_equal(old[0], new[0])
    assert np.isfinite(list(logs.values())).all()


def test_each_discriminator_step_takes_a_batch_of_its_own():
    gan = small_gan(discriminator_steps=3)
    train(gan, steps=2)
    assert gan.discriminator_optimizer.iterations.numpy() == 6
    assert gan.generator_optimizer.iterations.numpy() == 2
    assert gan.step.numpy() == 2


def test_extra_discriminator_steps_draw_other_latents_and_see_other_images():
    """With a still generator, three steps differ from one step three times."""
    thrice = small_gan(rates=(0.0, 0.05), discriminator_steps=3)
    once = small_gan(rates=(0.0, 0.05))
    train(thrice)
    train(once, steps=3)
    difference = max(
        np.abs(a - b).max()
        for a, b in zip(
            values(thrice.discriminator), values(once.discriminator)
        )
    )
    assert 1e-5 < difference < 0.1


def test_weights_are_within_the_constraint_after_a_step():
    gan = small_gan(constraint="weight_clipping", constraint_limit=0.015)
    assert max(np.abs(one).max() for one in values(gan.discriminator)) > 0.015
    train(gan)
    assert max(
        np.abs(one).max() for one in values(gan.discriminator)
    ) == pytest.approx(0.015)
    assert max(np.abs(one).max() for one in values(gan.generator)) > 0.015


def test_a_lazy_penalty_counts_as_often_as_it_is_left_out():
    every = small_gan(penalty="r1", penalty_every=1)
    lazy = small_gan(penalty="r1", penalty_every=4)
    first = train(every)["penalty"], train(lazy)["penalty"]
    assert first[1] == pytest.approx(4.0 * first[0], rel=1e-5)
    assert train(lazy)["penalty"] == 0.0


def test_a_penalty_leaves_what_the_layers_remember():
    still = {"rates": (0.0, 0.0)}
    plain = small_gan(**still)
    penalised = small_gan(**still, penalty="gradient_penalty")
    for gan in (plain, penalised):
        train(gan)
        assert gan.discriminator.non_trainable_weights
    for a, b in zip(
        plain.discriminator.non_trainable_weights,
        penalised.discriminator.non_trainable_weights,
    ):
        np.testing.assert_array_equal(a, b)


def test_a_joint_step_takes_both_gradients_before_either_network_moves():
    """So the generator does not see what the discriminator has learned."""
    slow = small_gan(rates=(0.05, 0.0), update="joint")
    fast = small_gan(rates=(0.05, 0.5), update="joint")
    for gan in (slow, fast):
        train(gan)
    for a, b in zip(values(slow.generator), values(fast.generator)):
        np.testing.assert_allclose(a, b, atol=1e-7)
    alternating = small_gan(rates=(0.05, 0.5))
    train(alternating)
    difference = max(
        np.abs(a - b).max()
        for a, b in zip(values(slow.generator), values(alternating.generator))
    )
    assert difference > 1e-5


def test_all_labels_flipped_is_the_exchange_of_real_and_fake():
    """From equal logits, the discriminator then learns the very opposite."""
    plain = small_gan(rates=(0.0, 0.05))
    flipped = small_gan(rates=(0.0, 0.05), label_flipping=1.0)
    for gan in (plain, flipped):
        kernel = gan.discriminator.to_logit.kernel
        kernel.assign(0.0 * kernel)
        train(gan)
    a, b = (
        gan.discriminator.to_logit.kernel.numpy() for gan in (plain, flipped)
    )
    assert np.abs(a).max() > 1e-6
    np.testing.assert_allclose(a, -b, rtol=1e-4, atol=1e-8)


def test_instance_noise_is_gone_after_its_steps():
    noisy = small_gan(instance_noise=0.5, instance_noise_steps=1)
    plain = small_gan()
    first = train(noisy), train(plain)
    assert first[0] != first[1]
    for a, b in zip((noisy, plain), (plain, noisy)):
        a.generator.set_weights(b.generator.get_weights())
        a.discriminator.set_weights(b.discriminator.get_weights())
    assert train(noisy) == pytest.approx(train(plain), rel=1e-6)


@pytest.mark.parametrize(
    ("decay", "left"),
    [
        ("linear", lambda done: 1.0 - done),
        ("cosine", lambda done: 0.5 * (1.0 + np.cos(np.pi * done))),
    ],
)
def test_decaying_rates_follow_the_step_and_end_at_zero(decay, left):
    gan = small_gan(
        rates=(0.1, 0.4),
        learning_rate_decay=decay,
        steps=4,
        discriminator_steps=2,
    )
    train(gan, steps=2, count=2 * BATCH_SIZE)
    # An optimizer tells the rate of its last step: the second, the fourth.
    assert [
        float(gan.generator_optimizer.learning_rate),
        float(gan.discriminator_optimizer.learning_rate),
    ] == pytest.approx([0.1 * left(1 / 4), 0.4 * left(3 / 8)], rel=1e-5)
    train(gan, steps=2, count=2 * BATCH_SIZE)
    before = values(gan.generator) + values(gan.discriminator)
    train(gan, count=2 * BATCH_SIZE)
    for a, b in zip(before, values(gan.generator) + values(gan.discriminator)):
        np.testing.assert_array_equal(a, b)


def test_the_network_with_the_larger_loss_learns_faster():
    gan = small_gan(rates=(0.02, 0.04), adaptive_learning_rate=True)
    logs = train(gan)
    sizes = logs["generator_loss"], 0.5 * logs["discriminator_loss"]
    rates = (
        gan.generator_optimizer.learning_rate.numpy(),
        gan.discriminator_optimizer.learning_rate.numpy(),
    )
    expected = [
        base * size / sum(sizes) for base, size in zip((0.02, 0.04), sizes)
    ]
    np.testing.assert_allclose(rates, expected, rtol=1e-5)


def test_feature_matching_adds_its_weighted_distance_to_the_generators_loss():
    light = small_gan(feature_matching=1.0)
    heavy = small_gan(feature_matching=10.0)
    logs = train(light), train(heavy)
    assert logs[0]["feature_matching"] > 0.0
    assert logs[1]["feature_matching"] == pytest.approx(
        10.0 * logs[0]["feature_matching"], rel=1e-5
    )
    assert any(
        not np.array_equal(a, b)
        for a, b in zip(values(light.generator), values(heavy.generator))
    )


def test_adaptive_augmentation_logs_its_probability_and_r_t():
    gan = small_gan(augmentation="ada", ada_images=8 * BATCH_SIZE)
    logs = [train(gan, steps=2) for _ in range(4)]
    assert all(-1.0 <= one["ada_r_t"] <= 1.0 for one in logs)
    assert all(0.0 <= one["ada_probability"] <= 1.0 for one in logs)
    assert "augmentation" in gan.training_state()


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ({"loss": "hing"}, "`loss` must be one of: .*hinge.*Received: hing"),
        ({"penalty": "r3"}, "`penalty` must be one of: .*r1.*Received: r3"),
        ({"constraint": "clip"}, "`constraint` must be one of.*Received: clip"),
        (
            {"learning_rate_decay": "step"},
            "`learning_rate_decay` must be one of.*Received: step",
        ),
        (
            {"learning_rate_decay": "cosine", "adaptive_learning_rate": True},
            "both set the rates.*Received: cosine",
        ),
        (
            {"learning_rate_decay": "cosine", "generator_optimizer": "nadam"},
            "optimizers nadam. Received: CosineDecay",
        ),
        ({"augmentation": "flip"}, "`augmentation` must be one of"),
        ({"latents": "cauchy"}, "`latents` must be one of"),
        ({"batch_feature": "std"}, "`batch_feature` must be one of"),
        ({"generator_optimizer": "adm"}, "optimizer.*must be one of"),
        ({"loss": "hinge", "label_smoothing": 0.1}, "`label_smoothing`"),
        ({"packing": 3}, "`batch_size` must be a multiple of `packing`, 3"),
        ({"generator_dropout": 0.5}, "`generator_dropout` is not for dcgan"),
        (
            {"diffaugment_policy": "colour", "augmentation": "diffaugment"},
            "Received: colour",
        ),
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused_with_their_rule(
    settings, rule
):
    with pytest.raises(ValueError, match=rule):
        small_gan(**settings)


def test_compile_takes_the_settings_of_a_recipe_but_not_the_networks():
    gan = small_gan()
    gan.compile(loss="hinge", penalty="r1", discriminator_steps=2)
    assert gan.recipe.loss == "hinge"
    assert gan.recipe.discriminator_steps == 2
    assert "penalty" in train(gan)
    with pytest.raises(ValueError, match="constructor's recipe.*packing"):
        gan.compile(packing=2)
    with pytest.raises(TypeError, match="los"):
        gan.compile(los="hinge")


def test_latents_may_come_from_any_function():
    gan = small_gan()
    gan.compile(latents=lambda normals: 0.0 * normals)
    assert np.ptp(gan.generate(3), axis=0).max() == 0
    assert np.isfinite(train(gan)["generator_loss"])
    assert gan.own_objects == ["latents"]


def test_a_batch_that_cannot_be_shared_is_refused():
    gan = small_gan(packing=2)
    with pytest.raises(
        ValueError, match="multiple of .*packing.*: a batch of 7"
    ):
        train(gan, count=7)


def test_packs_are_neighbours_stacked_along_the_channels():
    images, _ = batch(4)
    gan = small_gan(packing=2)
    assert gan.discriminate(images).shape == [2]
    pair = np.concatenate([images[2], images[3]], axis=-1)[np.newaxis]
    np.testing.assert_allclose(
        gan.discriminate(images)[1],
        gan.discriminator(pair, training=False)[0],
        rtol=1e-5,
    )
