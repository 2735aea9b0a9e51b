"""A training on several replicas is scored as one on a single one."""

import dataclasses

import pytest

from tfgan_zoo import strategies
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.training import building, loop
from tfgan_zoo.training.run_folder import RunFolder

CONFIG = TrainConfig(
    model="mlp",
    steps=8,
    width=8,
    latent_dim=8,
    generator_optimizer="sgd",
    discriminator_optimizer="sgd",
    precision="float32",
    evaluate_every=4,
    evaluate_count=500,
)


def _scores(folder):
    return [
        {name: one[name] for name in ("frechet_distance", "kernel_distance")}
        for one in folder.read_metrics()
        if "frechet_distance" in one
    ]


@pytest.mark.slow
@pytest.mark.cross
def test_replicas_score_as_one_process_does(several_replicas, tmp_path):
    examples = building.load_data(CONFIG, log=lambda _: None)
    config = building.resolve(CONFIG, examples.spec)
    config = dataclasses.replace(config, batch_size=64)
    scores = []
    one_device = strategies.get("one_device")
    for number, strategy in enumerate((several_replicas, one_device)):
        folder = RunFolder(tmp_path / str(number))
        loop.train(
            config, examples, folder, strategy=strategy, log=lambda _: None
        )
        scores.append(_scores(folder))
    assert len(scores[0]) == len(scores[1]) == 2
    for several, single in zip(*scores):
        assert several == pytest.approx(single, rel=1e-3)
