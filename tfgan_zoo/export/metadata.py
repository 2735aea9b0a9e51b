"""What an export says of itself: `tfgan_zoo.json`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from tfgan_zoo import json_files
from tfgan_zoo.export import first_version, input_json, metadata_checks
from tfgan_zoo.export.file_names import METADATA_NAME
from tfgan_zoo.inputs import InputSpec


@dataclasses.dataclass(frozen=True)
class ExportMetadata:
    """What one needs to know of an exported generator to use it.

    Attributes:
        architecture: name in `models`.
        task: a name in `inputs.TASKS`.
        inputs: of `serving_default` and the TFLite files; the SavedModel takes
            images of any height and width.
        image_shape: (height, width, channels), or (D,) of points.
        num_classes: labels that the signatures take; 0 where they take none.
        class_names: by label; empty where the data have none.
        dataset: what it was trained on.
        training_steps: generator steps.
        recipe: every setting of the training.
        versions: of tfgan_zoo and TensorFlow, at export.
        metrics: last losses of the training, and scores if it was evaluated.
    """

    architecture: str
    task: str
    inputs: tuple[InputSpec, ...]
    image_shape: tuple[int, ...]
    num_classes: int
    class_names: tuple[str, ...]
    dataset: str
    training_steps: int
    recipe: dict[str, Any]
    versions: dict[str, str]
    metrics: dict[str, float]

    @property
    def makes_points(self) -> bool:
        """Whether it makes points [N, D] instead of images."""
        return len(self.image_shape) == 1

    def to_dict(self) -> dict[str, Any]:
        """Returns the content of the file."""
        values = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
        }
        return {**values, "inputs": input_json.to_json(self.inputs)}

    def to_json(self) -> str:
        """Returns the text of the file."""
        return json.dumps(self.to_dict(), indent=2) + "\n"


def suggest_export(folder: Path) -> str:
    """Returns how to get an export of a run folder, "" of other folders."""
    if (folder / "export" / "saved_model").is_dir():
        return f", such as {folder / 'export'}"
    if (folder / "checkpoints").is_dir():
        return f"; tfgan-export --run_dir={folder} makes one of this run"
    return ""


def read_metadata(saved_model: Path) -> ExportMetadata:
    """Returns the metadata of a SavedModel.

    Raises:
        FileNotFoundError: it has none.
        ValueError: it is no JSON object, or one of another version, or holds
            values that no generator has.
    """
    path = saved_model / "assets.extra" / METADATA_NAME
    if not path.is_file():
        raise FileNotFoundError(
            "A model must be a folder that tfgan-export or "
            "tfgan_zoo.export.export(gan, folder) wrote"
            f"{suggest_export(saved_model)}. "
            f"Received: {saved_model}, without assets.extra/{METADATA_NAME}."
        )
    content = json_files.read_object(path, "A model's metadata")
    content = first_version.upgrade_metadata(content)
    fields = [field.name for field in dataclasses.fields(ExportMetadata)]
    missing = sorted({*fields} - {*content})
    if missing:
        raise ValueError(
            f"A model's metadata must have {', '.join(missing)}; export it "
            f"again. Received: {path}."
        )
    specs = metadata_checks.require_sound(content, path)
    values = {name: content[name] for name in fields}
    for name in ("image_shape", "class_names"):
        values[name] = tuple(values[name])
    return ExportMetadata(**{**values, "inputs": specs})
