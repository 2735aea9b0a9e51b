"""A training on several replicas has the signals of one on a single one."""

import dataclasses

import pytest

from tfgan_zoo import strategies
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.training import building, loop
from tfgan_zoo.training.run_folder import RunFolder

CONFIG = TrainConfig(
    model="dcgan",
    steps=4,
    width=4,
    latent_dim=8,
    batch_size=64,
    generator_optimizer="sgd",
    discriminator_optimizer="sgd",
    precision="float32",
    health_every=2,
)


@pytest.mark.slow
@pytest.mark.cross
def test_replicas_are_examined_as_one_process_is(several_replicas, tmp_path):
    examples = building.load_data(CONFIG, log=lambda _: None)
    config = building.resolve(CONFIG, examples.spec)
    signals = []
    one_device = strategies.get("one_device")
    for number, strategy in enumerate((several_replicas, one_device)):
        folder = RunFolder(tmp_path / str(number))
        loop.train(
            config, examples, folder, strategy=strategy, log=lambda _: None
        )
        signals.append([one for one in folder.read_metrics() if "drift" in one])
    (several,), (single,) = signals  # at step 2 nothing has moved yet
    assert several["step"] == single["step"] == 4
    assert dataclasses.asdict(folder.read_config())["health_every"] == 2
    assert set(several) == set(single)
    for name, value in single.items():
        assert several[name] == pytest.approx(value, rel=1e-3, abs=1e-4), name
