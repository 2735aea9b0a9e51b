"""tfgan-evaluate: how good generated images are, with error bars."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from tfgan_zoo import cli, files  # noqa: F401  (cli quiets TensorFlow)
from tfgan_zoo.cli import (
    app,
    evaluate_flags,
    evaluate_help,
    evaluation_output,
    outputs,
)
from tfgan_zoo.pretrained import sources

if TYPE_CHECKING:
    from tfgan_zoo.cli.evaluating import Model
    from tfgan_zoo.evaluation.reference import ReferenceRequest
    from tfgan_zoo.evaluation.scores import Evaluation
    from tfgan_zoo.evaluation.settings import Settings


flags.adopt_module_key_flags(evaluate_flags)


def main() -> None:
    """Measures, prints and writes."""
    start = time.monotonic()
    output = outputs.evaluation_file(evaluate_flags.OUTPUT.value)
    files.require_writable(output)
    has_model = bool(evaluate_flags.MODEL.value)
    if has_model == bool(evaluate_flags.IMAGES.value):
        raise ValueError(
            "Either --model or --images must be given. "
            f"Received: {'both' if has_model else 'none'}. See --help."
        )
    _require_use_of_flags()
    app.import_tensorflow()
    from tfgan_zoo.cli import evaluating
    from tfgan_zoo.evaluation import reference as references
    from tfgan_zoo.evaluation import report

    settings = _settings()
    model = _model(evaluate_flags.MODEL.value)
    other = _model(evaluate_flags.COMPARE.value)
    evaluating.require_one_kind(model, other)
    reference, compared_with, spec = references.load_reference(
        _reference_request(model), settings
    )
    if model is None:
        path = Path(app.required(evaluate_flags.IMAGES))
        source: Any = evaluating.files_of_images(
            path, spec, value_range=evaluate_flags.VALUE_RANGE.value
        )
        about: dict[str, Any] = {"images": str(path)}
    else:
        source, about = model.source, model.protocol
        model.check_data(fingerprint=reference.fingerprint, **compared_with)
    first = evaluating.evaluate_source(
        source, reference, settings, {**about, **compared_with}
    )
    content = report.to_dict(first)
    evaluation_output.show(first, report.table(first))
    if other is not None:
        second = evaluating.evaluate_source(
            other.source,
            reference,
            settings,
            {**other.protocol, **compared_with},
        )
        content = _compare(first, second)
    files.write_text(output, report.to_json(content))
    print(f"\nWritten: {output} ({time.monotonic() - start:.0f} s in all)")


def _compare(first: Evaluation, second: Evaluation) -> dict[str, Any]:
    """Prints a comparison, and returns what the file holds of it."""
    from tfgan_zoo.evaluation import report

    differences = report.compare(first, second)
    evaluation_output.show_comparison(
        str(evaluate_flags.MODEL.value or evaluate_flags.IMAGES.value),
        str(evaluate_flags.COMPARE.value),
        report.comparison_table(differences),
    )
    return {
        "first": report.to_dict(first),
        "second": report.to_dict(second),
        "differences": [dataclasses.asdict(row) for row in differences],
    }


def _require_use_of_flags() -> None:
    """Refuses flags that say nothing beside the others."""
    has_model = bool(evaluate_flags.MODEL.value or evaluate_flags.COMPARE.value)
    for flag in (evaluate_flags.TRUNCATION, evaluate_flags.CHECKPOINT):
        if flag.present and not has_model:
            raise ValueError(
                f"--{flag.name} is of models. Received: {flag.value}, with "
                "--images alone."
            )
    given = (evaluate_flags.IMAGES.value, evaluate_flags.DATASET.value)
    folders = [path for path in given if path]
    value_range = evaluate_flags.VALUE_RANGE.value
    if value_range and not (
        evaluate_flags.MODEL.value
        or any(Path(path).is_dir() for path in folders)
    ):
        raise ValueError(
            "--value_range is of image files of more than 8 bits. "
            f"Received: {value_range}, with {' and '.join(folders)}."
        )
    if evaluate_flags.COMPARE.value and evaluate_flags.REPEATS.value < 2:
        raise ValueError(
            "--compare needs --repeats of 2 or more, for the noise. "
            f"Received: {evaluate_flags.REPEATS.value}."
        )
    metrics = evaluate_flags.METRICS.value
    if metrics is not None and not any(metrics):
        raise ValueError(
            "--metrics must name one or more, or all. Received: none."
        )


def _settings() -> Settings:
    from tfgan_zoo.evaluation.settings import Settings

    names = evaluate_flags.METRICS.value
    return Settings(
        None if names is None else tuple(names),
        evaluate_flags.COUNT.value,
        evaluate_flags.REPEATS.value,
        evaluate_flags.SEED.value,
    )


def _model(text: str | None) -> Model | None:
    if not text:
        return None
    path = sources.resolve_name(text)
    model = _load_model(path, text)
    # As it was given: the name of a generator and not where it lies.
    return dataclasses.replace(
        model, protocol={**model.protocol, "model": text}
    )


def _load_model(path: Path, text: str) -> Model:
    from tfgan_zoo.cli import evaluating

    if evaluating.is_run(path):
        return evaluating.model_of_run(
            path,
            evaluate_flags.CHECKPOINT.value,
            evaluate_flags.TRUNCATION.value,
        )
    if evaluate_flags.CHECKPOINT.present:
        raise ValueError(
            "--checkpoint is of run folders. Received: "
            f"{evaluate_flags.CHECKPOINT.value}, with {text}."
        )
    return evaluating.model_of_export(
        path, evaluate_flags.TRUNCATION.value, trust=evaluate_flags.TRUST.value
    )


def _reference_request(model: Model | None) -> ReferenceRequest:
    from tfgan_zoo import data
    from tfgan_zoo.evaluation import features
    from tfgan_zoo.evaluation.reference import ReferenceRequest

    dataset = evaluate_flags.DATASET.value or (model and model.dataset)
    if model and dataset:
        places = map(data.resolve_paths, (dataset, model.dataset))
        dataset = model.dataset if len(set(places)) == 1 else dataset
    if not dataset:
        reason = "with --images" if model is None else "as the model names none"
        raise ValueError(f"--dataset must be given, {reason}. See --help.")
    shape = model.source.image_shape if model else ()
    height, width, channels = shape if len(shape) == 3 else (None, None, None)
    trained = model if model and dataset == model.dataset else None
    return ReferenceRequest(
        request=data.DataRequest(
            dataset,
            image_size=height,
            image_width=width,
            channels=channels,
            data_dir=evaluate_flags.DATA_DIR.value
            or (model.data_dir if model else None),
            download=evaluate_flags.DOWNLOAD.value,
            split=evaluate_flags.SPLIT.value or None,
            class_names=(model.source.class_names or None) if model else None,
            value_range=_value_range(dataset, model),
            sample_bits=trained.sample_bits if trained else None,
        ),
        features=evaluate_flags.FEATURES.value,
        network_file=features.Request(
            Path(evaluate_flags.FEATURES_PATH.value)
            if evaluate_flags.FEATURES_PATH.value
            else None,
            evaluate_flags.DOWNLOAD.value,
            evaluate_flags.FEATURES_SHA256.value,
            trust=evaluate_flags.TRUST.value,
        ),
        with_reference=evaluate_flags.REFERENCE.value,
        trained_on=trained.split if trained else None,
        with_sources=model is not None and model.takes_images,
    )


def _value_range(dataset: str, model: Model | None) -> str | None:
    """Returns the range of the real images."""
    if model:
        known = model.value_range if dataset == model.dataset else None
        return evaluate_flags.VALUE_RANGE.value or known
    # It may be meant for --images alone, with data of 8 bits.
    is_folder = Path(dataset).expanduser().is_dir()
    return evaluate_flags.VALUE_RANGE.value if is_folder else None


def run() -> None:
    """The console script."""
    app.run(
        main, __name__, evaluate_help.USAGE, sections=evaluate_help.SECTIONS
    )


if __name__ == "__main__":
    run()
