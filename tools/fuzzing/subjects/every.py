"""All subjects, each as often as its share of the inputs."""

from __future__ import annotations

from tools.fuzzing.inputs import Subject
from tools.fuzzing.subjects import (
    archives,
    arrays,
    calls,
    configs,
    exports,
    flags,
    logs,
    pictures,
    runs,
)

SUBJECTS: dict[str, Subject] = {
    "archives": archives.make,
    "arrays": arrays.make,
    "calls": calls.make,
    "configs": configs.make,
    "exports": exports.make,
    "flags": flags.make,
    "logs": logs.make,
    "pictures": pictures.make,
    "runs": runs.make,
}
