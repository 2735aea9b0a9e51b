"""Each kind of finding: said where its signals show it, and not otherwise."""

import pytest

from tfgan_zoo.health import PROBLEMS, Doctor, Facts, diagnose

STEPS = 1000
EVERY = 20
# What a training that goes well has at its end.
WELL = {
    "separation": 0.8,
    "logit_gradient": 0.6,
    "generator_gradient_norm": 1.0,
    "generator_update": 0.1,
    "discriminator_update": 0.03,
    "memory": 0.5,
    "pixel_diversity": 0.98,
    "feature_diversity": 0.7,
    "duplicates": 0.0,
    "missing_classes": 0.0,
    "label_accuracy": 0.8,
    "label_effect": 0.8,
    "drift": 0.25,
    "batch_norm_gap": 0.04,
    "sharpness": 1.0,
    "contrast": 1.0,
    "real_logit_p50": 0.8,
    "fake_logit_p50": -0.8,
    "non_finite": 0.0,
    **{f"class_share/{label}": 0.1 for label in range(10)},
}
# And one of a generator that takes images.
TRANSLATING = {
    "source_distance": 0.9,
    "source_match": 0.99,
    "color_variety": 0.8,
    "cycle_distance": 20.0,
    "cycle_noise_effect": 1.01,
}
# What is far from real ones at the start comes near, or stays.
DISTANCES = ("pixel_distance", "feature_distance")
NEARER, SAME = 0.9, 1.0

# Kind: what its signals are, and how the distance goes on.
FAILING = {
    "non_finite": ({"non_finite": 3.0}, NEARER),
    "dead_start": ({"generator_update": 0.0}, SAME),
    "vanishing_gradients": ({"separation": 1.0, "logit_gradient": 1e-4}, SAME),
    "discriminator_too_strong": ({"separation": 1.0}, SAME),
    "discriminator_too_weak": ({"separation": 0.5}, SAME),
    "divergence": (
        {"real_logit_p50": 5e3, "fake_logit_p50": 4e3},
        SAME,
    ),
    "oscillation": ({"drift": 1.2}, NEARER),
    "mode_collapse": (
        {"feature_diversity": 0.1, "pixel_diversity": 0.1, "duplicates": 1.0},
        SAME,
    ),
    "partial_mode_collapse": (
        {"duplicates": 0.9, "feature_diversity": 0.45},
        SAME,
    ),
    "missing_classes": (
        {
            "missing_classes": 3.0,
            "pixel_distance": 0.02,
            "feature_distance": 0.04,
        },
        SAME,
    ),
    "conditioning_ignored": (
        {"label_accuracy": 0.1, "label_effect": 0.1},
        NEARER,
    ),
    "discriminator_overfitting": ({"memory": 0.95}, NEARER),
    "batch_norm_gap": ({"batch_norm_gap": 0.8}, NEARER),
    "blurred": ({"sharpness": 0.2}, NEARER),
    "constant_output": ({"contrast": 0.001}, SAME),
    "source_ignored": (
        {**TRANSLATING, "source_match": 0.5, "pixel_diversity": 0.02},
        SAME,
    ),
    "source_copied": ({**TRANSLATING, "source_distance": 0.01}, SAME),
    "color_collapse": ({**TRANSLATING, "color_variety": 0.02}, NEARER),
    "cycle_steganography": ({**TRANSLATING, "cycle_noise_effect": 9.0}, NEARER),
}
OF_TRANSLATIONS = [*FAILING][-4:]


def _records(signals=None, change=NEARER, until=STEPS, first=EVERY):
    records = []
    for number, step in enumerate(range(first, until + 1, EVERY)):
        # What stays the same has learnt a little before.
        start = 0.42 if change == SAME and number >= 1 else 0.5
        distances = dict.fromkeys(DISTANCES, start * change**number)
        records.append({"step": step, **WELL, **distances, **(signals or {})})
    return records


def test_there_is_a_case_for_each_kind():
    assert set(FAILING) == set(PROBLEMS)


def test_nothing_is_said_of_a_training_that_goes_well():
    doctor = diagnose(_records(), Facts({}, STEPS))
    assert doctor.findings == []
    assert doctor.unexamined() == OF_TRANSLATIONS


def test_nothing_is_said_of_translations_that_go_well():
    doctor = diagnose(_records(TRANSLATING), Facts({}, STEPS))
    assert doctor.findings == []
    assert doctor.unexamined() == []


@pytest.mark.parametrize(
    "signals",
    [{"pixel_diversity": 0.02, "duplicates": 1.0}, {"source_match": 0.52}],
)
def test_alike_or_unrelated_translations_ignore_their_source(signals):
    records = _records({**TRANSLATING, **signals}, SAME)
    findings = diagnose(records, Facts({}, STEPS)).findings
    assert [finding.name for finding in findings] == ["source_ignored"]


@pytest.mark.parametrize("name", FAILING)
def test_a_kind_is_named_within_a_fifth_of_the_training(name):
    signals, change = FAILING[name]
    doctor = diagnose(_records(signals, change), Facts({}, STEPS))
    (found,) = [one for one in doctor.findings if one.name == name]
    # Of labels and colours, a good training shows no more in its first fifth.
    late = {"conditioning_ignored": 100, "color_collapse": 60}.get(name, 0)
    assert found.named <= STEPS // 5 + late
    assert found.since <= found.named
    assert found.until is None
    assert found.evidence.certainty == "sure"
    assert found.evidence.text.endswith(".")
    assert found.cures
    assert set(found.signals) & {*WELL, *DISTANCES, *TRANSLATING}


@pytest.mark.parametrize("name", FAILING)
def test_no_other_kind_is_named_with_it(name):
    signals, change = FAILING[name]
    doctor = diagnose(_records(signals, change), Facts({}, STEPS))
    also = {
        # The same thing, in other words.
        "constant_output": {"constant_output", "discriminator_too_strong"},
    }.get(name, {name})
    assert {one.name for one in doctor.findings} <= also | {name}


@pytest.mark.parametrize("name", FAILING)
def test_a_finding_ends_when_its_signals_are_well_again(name):
    signals, change = FAILING[name]
    bad = _records(signals, change, until=400)
    doctor = Doctor(Facts({}, STEPS))
    for record in bad:
        doctor.update(record)
    (found,) = [one for one in doctor.ongoing() if one.name == name]
    lines = []
    for step in range(420, 801, EVERY):
        well = {
            "step": step,
            **WELL,
            **(TRANSLATING if name in OF_TRANSLATIONS else {}),
            "pixel_distance": 0.01,
            "feature_distance": 0.03,
        }
        lines += [event.line() for event in doctor.update(well)]
    if name == "dead_start":
        assert doctor.ongoing() == []
    (ended,) = [
        one
        for one in doctor.findings
        if one.since == found.since and one.name == name
    ]
    assert ended.until is not None and 400 < ended.until <= 800
    assert any("has ended" in line for line in lines)


def _going(name, start, end, **others):
    """A training one of whose signals is at `end` by 40 %."""
    records = _records(others, SAME)
    for number, record in enumerate(records):
        share = min(number / (0.4 * len(records)), 1.0)
        record[name] = start + share * (end - start)
    return records


@pytest.mark.parametrize(
    ("name", "signal", "start", "end", "stays", "others"),
    [
        # Samples that differ more and more are no collapse.
        (
            "mode_collapse",
            "feature_diversity",
            0.05,
            1.2,
            0.2,
            {"pixel_diversity": 0.4, "duplicates": 1.0},
        ),
        # Nor is a mode missing that is on its way.
        (
            "missing_classes",
            "missing_classes",
            20.0,
            1.0,
            18.0,
            {"pixel_distance": 0.02, "feature_distance": 0.03},
        ),
        # Colours that have begun will come.
        (
            "color_collapse",
            "color_variety",
            0.001,
            0.11,
            0.05,
            {
                name: value
                for name, value in TRANSLATING.items()
                if name != "color_variety"
            },
        ),
        # An effect of the label that grows will be the right one.
        (
            "conditioning_ignored",
            "label_effect",
            0.0,
            2.5,
            0.1,
            {"label_accuracy": 0.12},
        ),
    ],
)
def test_what_gets_better_is_not_said(name, signal, start, end, stays, others):
    early = STEPS * 30 // 100

    def named(records):
        found = diagnose(records, Facts({}, STEPS)).findings
        return {one.name for one in found if one.named <= early}

    assert name in named(_going(signal, stays, stays, **others))
    assert name not in named(_going(signal, start, end, **others))


@pytest.mark.parametrize(("distance", "is_said"), [(0.03, True), (0.06, False)])
def test_a_few_classes_are_missed_only_in_good_samples(distance, is_said):
    signals = {
        "missing_classes": 1.0,
        "pixel_distance": distance,
        "feature_distance": distance,
    }
    doctor = diagnose(_records(signals, SAME), Facts({}, STEPS))
    found = {one.name for one in doctor.findings}
    assert ("missing_classes" in found) is is_said


def test_a_moment_is_no_finding():
    records = _records()
    records[20]["drift"] = 5.0
    records[30]["separation"] = 1.0
    records[31]["logit_gradient"] = 1e-6
    assert diagnose(records, Facts({}, STEPS)).findings == []


def test_live_and_afterwards_the_findings_are_the_same():
    records = _records(*FAILING["mode_collapse"])
    doctor = Doctor(Facts({}, STEPS))
    named = [
        event.finding
        for record in records
        for event in doctor.update(record)
        if event.finding.until is None
    ]
    afterwards = diagnose(records, Facts({}, STEPS)).findings
    assert [(one.name, one.since, one.named) for one in named] == [
        (one.name, one.since, one.named) for one in afterwards
    ]


def test_a_line_says_what_since_when_why_and_what_to_try():
    signals, change = FAILING["vanishing_gradients"]
    doctor = Doctor(Facts({"loss": "minimax"}, STEPS))
    lines = [
        event.line()
        for record in _records(signals, change)
        for event in doctor.update(record)
    ]
    (line,) = [line for line in lines if "vanishing" in line]
    assert "since step 20" in line and "1.0e-04" in line
    assert line.endswith("Try --loss=non_saturating.")


def test_losses_alone_tell_a_dead_start():
    records = [
        {"step": step, "generator_loss": 0.693147, "discriminator_loss": 1.386}
        for step in range(50, 501, 50)
    ]
    (found,) = diagnose(records, Facts()).findings
    assert found.name == "dead_start"
    assert "0.693147" in found.evidence.text


def test_losses_alone_tell_a_discriminator_that_is_too_strong():
    records = [
        {
            "step": step,
            "generator_loss": 9.0 + 0.001 * step,
            "discriminator_loss": 1e-4 * (1 + step % 3),
        }
        for step in range(50, 501, 50)
    ]
    names = [one.name for one in diagnose(records, Facts()).findings]
    assert names == ["discriminator_too_strong"]
    for loss in ("wasserstein", "hinge"):
        assert diagnose(records, Facts({"loss": loss})).findings == []


def test_a_loss_that_is_not_a_number_is_found_at_once():
    records = [
        {"step": 50, "generator_loss": 1.0},
        {"step": 100, "generator_loss": float("nan")},
    ]
    (found,) = diagnose(records, Facts()).findings
    assert (found.name, found.since, found.named) == ("non_finite", 100, 100)
    assert "generator_loss" in found.evidence.text


def test_what_has_no_signals_is_said_to_be_unexamined():
    doctor = diagnose([{"step": 1, "drift": 0.1}], Facts())
    assert "oscillation" not in doctor.unexamined()
    assert {"mode_collapse", "batch_norm_gap"} <= set(doctor.unexamined())


def test_a_worse_score_is_a_divergence():
    records = _records()
    for number, record in enumerate(records[::10]):
        record["frechet_distance"] = (30.0, 10.0, 8.0, 40.0, 60.0)[number]
    (found,) = diagnose(records, Facts({}, STEPS)).findings
    assert found.name == "divergence"
    assert "60" in found.evidence.text and "8" in found.evidence.text
