"""How compare.py talks to a training that waits in a process of its own."""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Callable, NamedTuple

from benchmarks.peers.cases import SAMPLES


class Training(NamedTuple):
    """A training that is ready.

    Attributes:
        parameters: trainable ones, of both networks.
        train: does so many steps; returns the seconds that they took, without
            what it takes to begin and end, as iterators that wait for their
            threads.
        sample: draws so many images in batches of so many, as uint8 [N, H, W,
            C] in memory, likewise.
    """

    parameters: int
    train: Callable[[int], float]
    sample: Callable[[int, int], float]


def timed(action: Callable[[], object]) -> float:
    """Returns the seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def serve(make: Callable[[], Training]) -> None:
    """Answers a line of stdin, `train N` or `sample N BATCH`, with seconds.

    The first answer says that it is ready, the networks traced or compiled.
    """
    # What libraries print must not come between.
    answers, sys.stdout = sys.stdout, sys.stderr
    start = time.perf_counter()
    training = make()
    training.train(2)
    for batch in SAMPLES:
        training.sample(batch, batch)
    first = {
        "parameters": training.parameters,
        "seconds": time.perf_counter() - start,
    }
    print(json.dumps(first), file=answers, flush=True)
    for line in sys.stdin:
        name, *counts = line.split()
        answer = {
            "seconds": getattr(training, name)(*map(int, counts)),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        }
        print(json.dumps(answer), file=answers, flush=True)
