"""Long logs: the same findings as by plain computation, in linear time."""

import random
import statistics
import time

import pytest

from tfgan_zoo.health import PROBLEMS, Doctor, Facts, formatting
from tfgan_zoo.health import doctor as doctors
from tfgan_zoo.health.history import WINDOW, History

LEVELS = (0.0, 1e-7, 0.01, 0.05, 0.3, 0.5, 0.7, 0.99, 1.0, 3.0, 2000.0)
NAMES = sorted(
    {name for kind in PROBLEMS.values() for need in kind.needs for name in need}
    | {"feature_distance", "feature_diversity", "logit_gradient"}
    | {"frechet_distance", "real_logit_p50", "fake_logit_p50"}
    | {"label_accuracy", "non_finite", "class_share/0", "class_share/1"}
)


class PlainHistory(History):
    """What `History` keeps up to date, computed of all values each time."""

    def highest(self, name, *, before=0):
        values = list(self.values(name))
        return max(values[: len(values) - before])

    def lowest(self, name):
        return min(self.values(name))

    def lowest_median(self, name):
        values = list(self.values(name))
        return min(
            statistics.median(values[max(end - WINDOW, 0) : end])
            for end in range(1, len(values) + 1)
        )

    def recent(self, name, count=WINDOW):
        return statistics.median(list(self.values(name))[-count:])


def _records(seed, count=120):
    """A random log, whose signals stay on a level for a while."""
    draw = random.Random(seed)
    names = [name for name in NAMES if draw.random() < 0.6]
    every = {name: draw.choice([1, 1, 1, 2, 5]) for name in names}
    level = {name: draw.choice(LEVELS) for name in names}
    step = 0
    for number in range(count):
        step += draw.choice([0, 1, 20])
        record = {"step": step}
        for name in names:
            if draw.random() < 0.03:
                level[name] = draw.choice(LEVELS)
            if number % every[name] == 0:
                record[name] = level[name] * draw.choice([1, 1, 1, 0.9, 1.1])
            if draw.random() < 0.002:
                record[name] = float("nan")
        yield record


def _events(doctor, records):
    return [event for record in records for event in doctor.update(record)]


def test_findings_are_those_of_plain_computation(monkeypatch):
    seen = set()
    for seed in range(40):
        facts = Facts({}, 0 if seed % 2 else 1000)
        fast, plain = Doctor(facts), Doctor(facts)
        plain.history = PlainHistory()
        events = _events(fast, _records(seed))
        monkeypatch.setattr(doctors, "_candidates", lambda _: list(PROBLEMS))
        assert events == _events(plain, _records(seed))
        monkeypatch.undo()
        seen |= {event.finding.name for event in events}
    assert len(seen) >= 11  # or the logs tell too little


@pytest.mark.parametrize("names", [NAMES, ["generator_loss"]])
def test_time_grows_with_the_length_alone(names):
    seconds = []
    for count in (1000, 8000):
        doctor = Doctor(Facts())
        start = time.process_time()
        for step in range(count):
            doctor.update({"step": step, **dict.fromkeys(names, 0.5)})
        seconds.append(time.process_time() - start)
    # Eight times; 64 times where it grows with the square.
    assert seconds[1] < 24 * seconds[0]


def test_of_a_thousand_findings_those_that_go_on_and_the_newest_are_reported():
    doctor = Doctor(Facts())
    for _ in range(8):
        doctor.update({"step": 0, "memory": 0.9})
    for step in range(1, 5001):
        doctor.update({"step": step, "non_finite": float(step % 5 == 0)})
    assert len(doctor.findings) > 990
    said = formatting.to_text(doctor)
    assert "Discriminator overfitting" in said  # named first, and goes on
    assert "step 5,000" in said
    assert said.count("Non-finite values") < 60
    assert "Not shown: 9" in said
