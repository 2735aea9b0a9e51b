"""The doctor: names what goes wrong in a GAN's training, and what helps.

`Doctor` and `diagnose` read signals, of this package or of others, and load no
TensorFlow; `GANMonitor` takes the signals of any two Keras models.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfgan_zoo.health.doctor import Doctor as Doctor
    from tfgan_zoo.health.doctor import diagnose as diagnose
    from tfgan_zoo.health.finding import Cure as Cure
    from tfgan_zoo.health.finding import Evidence as Evidence
    from tfgan_zoo.health.finding import Facts as Facts
    from tfgan_zoo.health.finding import Finding as Finding
    from tfgan_zoo.health.monitor import GANMonitor as GANMonitor
    from tfgan_zoo.health.network_pair import wrap_gan as wrap_gan
    from tfgan_zoo.health.network_pair import wrap_networks as wrap_networks
    from tfgan_zoo.health.problems import PROBLEMS as PROBLEMS
    from tfgan_zoo.health.signals import SIGNALS as SIGNALS

_HOMES = {
    "Cure": "finding",
    "Doctor": "doctor",
    "Evidence": "finding",
    "Facts": "finding",
    "Finding": "finding",
    "PROBLEMS": "problems",
    "SIGNALS": "signals",
    "GANMonitor": "monitor",
    "diagnose": "doctor",
    "wrap_gan": "network_pair",
    "wrap_networks": "network_pair",
}
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"tfgan_zoo.health.{_HOMES[name]}")
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted(__all__)
