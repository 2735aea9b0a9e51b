"""Which devices a training runs on: one strategy for a process."""

from __future__ import annotations

import functools
import os
from typing import Callable

import tensorflow as tf

from tfgan_zoo import checks, json_files
from tfgan_zoo.messages import error_text

_CHIEFS = ("chief", "master")
_MANY = 2**16


def _mirrored() -> tf.distribute.Strategy:
    return tf.distribute.MirroredStrategy()


def _one_device() -> tf.distribute.Strategy:
    gpus = tf.config.list_logical_devices("GPU")
    return tf.distribute.OneDeviceStrategy("GPU:0" if gpus else "CPU:0")


def _multi_worker_mirrored() -> tf.distribute.Strategy:
    return tf.distribute.MultiWorkerMirroredStrategy(
        cluster_resolver=_cluster_resolver()
    )


def _tpu(name: str) -> tf.distribute.Strategy:
    try:
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver(tpu=name)
    except (ValueError, RuntimeError, OSError) as error:
        raise ValueError(
            "`strategy` tpu needs a TPU, whose name or address `tpu` gives. "
            f"Received: {name or 'none'} ({error_text(error)})."
        ) from None
    tf.config.experimental_connect_to_cluster(resolver)
    tf.tpu.experimental.initialize_tpu_system(resolver)
    return tf.distribute.TPUStrategy(resolver)


_MAKERS: dict[str, Callable[[], tf.distribute.Strategy]] = {
    "mirrored": _mirrored,
    "one_device": _one_device,
    "multi_worker_mirrored": _multi_worker_mirrored,
    "tpu": lambda: _tpu(""),
}


@functools.cache
def get(name: str = "mirrored", tpu: str = "") -> tf.distribute.Strategy:
    """Returns the process's strategy of that name, always the same one.

    Each `tf.distribute.MirroredStrategy` numbers its collective operations
    from 100 on, so those of a second one over the same devices meet what the
    first has left behind, and abort ("Shape mismatch in the collective
    instance 100").

    Args:
        name: "mirrored", all GPUs, or the processor; "one_device", the first
            GPU, or the processor; "multi_worker_mirrored", the devices of all
            workers, which TF_CONFIG or a SLURM step names, to be asked for
            before TensorFlow does anything else; "tpu".
        tpu: which TPU, as `tf.distribute.cluster_resolver.TPUClusterResolver`
            takes it; only for "tpu".

    Raises:
        ValueError: an unknown name; no workers are named, or there is no such
            TPU.
    """
    checks.one_of("strategy", name, _MAKERS)
    if tpu and name != "tpu":
        raise ValueError(f"`tpu` is for `strategy` tpu. Received: {name}.")
    return _tpu(tpu) if tpu else _MAKERS[name]()


def _cluster_resolver() -> tf.distribute.cluster_resolver.ClusterResolver:
    """Returns where the workers are.

    Raises:
        ValueError: nothing says it, or TF_CONFIG is not as it must be.
    """
    resolvers = tf.distribute.cluster_resolver
    if "TF_CONFIG" in os.environ:
        _check_tf_config(os.environ["TF_CONFIG"])
        return resolvers.TFConfigClusterResolver()
    if "SLURM_PROCID" in os.environ:
        if tf.config.list_physical_devices("GPU"):
            return resolvers.SlurmClusterResolver()
        # Left to itself it asks nvidia-smi, which is not there; and it counts
        # as many tasks a node as there are GPUs for.
        return resolvers.SlurmClusterResolver(
            gpus_per_node=_MANY, gpus_per_task=1, auto_set_gpu=False
        )
    raise ValueError(
        "`strategy` multi_worker_mirrored needs workers, named by TF_CONFIG, "
        "as Kubernetes' TFJob sets it, or by srun of SLURM. "
        "Received: neither TF_CONFIG nor SLURM_PROCID."
    )


def _check_tf_config(text: str) -> None:
    try:
        content = json_files.parse(text)
        addresses = content["cluster"][content["task"]["type"]]
        known = 0 <= int(content["task"]["index"]) < len(addresses)
    except (ValueError, KeyError, TypeError, OverflowError):
        known = False
    if not known:
        raise ValueError(
            'TF_CONFIG must be JSON as {"cluster": {"worker": ["host:port", '
            '...]}, "task": {"type": "worker", "index": 0}}. '
            f"Received: {text}."
        )


def worker_count(strategy: tf.distribute.Strategy) -> int:
    """Returns the number of processes that train together."""
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return 1
    cluster = strategy.cluster_resolver.cluster_spec().as_dict()
    return sum(len(cluster.get(kind, ())) for kind in (*_CHIEFS, "worker")) or 1


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Whether this process is the one that writes."""
    if worker_count(strategy) == 1:
        return True
    resolver = strategy.cluster_resolver
    if resolver.task_type in _CHIEFS:
        return True
    has_chief = set(_CHIEFS) & set(resolver.cluster_spec().as_dict())
    return not has_chief and resolver.task_id == 0


def total(strategy: tf.distribute.Strategy, value: int) -> int:
    """Returns the sum over all replicas of a number that each process has.

    Every process has to call it, as often as the others.
    """
    return int(_summing(strategy)(tf.constant(value, tf.int64)))


def from_chief(strategy: tf.distribute.Strategy, value: int) -> int:
    """Returns the number that the chief has; every process has to call it."""
    workers = worker_count(strategy)
    if workers == 1:
        return value
    addend = value if is_chief(strategy) else 0
    return total(strategy, addend) * workers // strategy.num_replicas_in_sync


@functools.cache
def _summing(strategy: tf.distribute.Strategy) -> Callable[..., tf.Tensor]:
    def replica(value: tf.Tensor) -> tf.Tensor:
        context = tf.distribute.get_replica_context()
        # As it comes the value is on no device.
        return context.all_reduce("sum", tf.identity(value))

    @tf.function
    def run(value: tf.Tensor) -> tf.Tensor:
        copies = strategy.run(replica, args=(value,))
        return strategy.experimental_local_results(copies)[0]

    return run
