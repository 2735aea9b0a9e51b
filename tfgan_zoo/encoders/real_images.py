"""The real images that an encoder is trained and measured on."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Callable

from tfgan_zoo import data
from tfgan_zoo.data import DataRequest, Examples
from tfgan_zoo.encoders.settings import RealData
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.messages import error_text
from tfgan_zoo.training.run_folder import RunFolder

NONE = "none"
_TEST = "test"


@dataclasses.dataclass(frozen=True)
class RealImages:
    """Real images of a generator's shape.

    Attributes:
        name: of the data set.
        training: examples to train on.
        held_out: of the test split; None where there is none.
    """

    name: str
    training: Examples
    held_out: Examples | None


def load(
    export: Path,
    metadata: ExportMetadata,
    source: RealData,
    log: Callable[[str], None],
) -> RealImages | None:
    """Loads real images.

    Args:
        export: the folder of the export.
        metadata: of the export.
        source: which they are.
        log: gets a line where the generator's are not at hand, and those of
            `data.load_examples`.

    Returns:
        None where there are to be none, or the generator's are not at hand.

    Raises:
        ValueError, OSError: a `source` with any value set cannot be read.
    """
    if source.dataset == NONE:
        return None
    request = _request(export, metadata, source)
    try:
        return _read(request, log)
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        if source != RealData():
            raise
        log(
            "Training on samples alone, as the generator's data set cannot be "
            f"read: {error_text(error)}"
        )
        return None


def _request(
    export: Path, metadata: ExportMetadata, source: RealData
) -> DataRequest:
    height, width, channels = metadata.image_shape
    request = DataRequest(
        source.dataset or metadata.dataset,
        image_size=height,
        image_width=width,
        channels=channels,
        data_dir=source.data_dir,
        download=source.download,
    )
    if source.dataset is not None:
        return request
    run = RunFolder(export.resolve().parent)
    path = run.data_path() if run.config.is_file() else None
    recipe = metadata.recipe
    return dataclasses.replace(
        request,
        dataset=path or metadata.dataset,
        data_dir=source.data_dir or recipe.get("data_dir"),
        value_range=recipe.get("value_range"),
        sample_bits=recipe.get("sample_bits"),
        split=recipe.get("split"),
    )


def _read(request: DataRequest, log: Callable[[str], None]) -> RealImages:
    training = data.load_examples(request, log=log)
    return RealImages(request.dataset, training, _held_out(request))


def _held_out(request: DataRequest) -> Examples | None:
    if _TEST in data.splits_in_name(request.split):
        return None

    def ignore(line: Any) -> None:
        del line

    try:
        if _TEST not in data.splits(request, log=ignore):
            return None
        return data.load_examples(
            dataclasses.replace(request, split=_TEST), log=ignore
        )
    except (OSError, ValueError):
        return None
