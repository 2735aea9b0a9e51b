"""The identity of the data of a run, as `dataset.json` keeps it."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

from tfgan_zoo.data import DatasetSpec, Examples
from tfgan_zoo.data.class_names import normalize
from tfgan_zoo.data.content import Content
from tfgan_zoo.messages import list_some

_MOST_PIXELS = 2**16  # of a side


@dataclasses.dataclass(frozen=True)
class DataIdentity:
    """The data of a training.

    Attributes:
        spec: of every example.
        content: of all examples.
        path: of folders, see `Examples`; None of other data.
    """

    spec: DatasetSpec
    content: Content
    path: str | None = None

    @classmethod
    def of(cls, examples: Examples) -> DataIdentity:
        return cls(examples.spec, examples.content, examples.path)

    def to_dict(self) -> dict[str, Any]:
        """Returns what `dataset.json` holds."""
        described = {
            **self.spec.to_dict(),
            **dataclasses.asdict(self.content),
            "path": self.path,
        }
        return json.loads(json.dumps(described))  # lists for tuples

    def require_same(self, before: dict[str, Any], where: str) -> None:
        """Checks that a run began with these data.

        The content decides, not the name or path: a folder may have moved. A
        run without a fingerprint is of the first version; there the name and
        the number of examples decide.

        Args:
            before: what its `dataset.json` holds.
            where: what messages call the run.

        Raises:
            ValueError: it began with others.
        """
        changed = _changed_spec(before, self.spec)
        changed += _changed_content(before, self)
        if changed:
            raise ValueError(
                "A run must go on with the data it began with. "
                f"Received: {'; '.join(changed)}, in {where}."
            )


def has_fingerprint(before: dict[str, Any]) -> bool:
    """Whether a `dataset.json` has a fingerprint of the content."""
    return isinstance(before.get("fingerprint"), str)


def _changed_spec(before: dict[str, Any], spec: DatasetSpec) -> list[str]:
    now = spec.to_dict()
    changed = [
        f"{field.name}: {before.get(field.name)} -> {now.get(field.name)}"
        for field in dataclasses.fields(spec)
        if field.name not in ("name", "class_names")
        and before.get(field.name) != now.get(field.name)
    ]
    old = [normalize(str(name)) for name in before.get("class_names") or ()]
    new = [normalize(name) for name in spec.class_names]
    if old != new:
        changed.append(f"class_names: {_changed_names(old, new)}")
    return changed


def _changed_names(old: list[str], new: list[str]) -> str:
    gone = [name for name in old if name not in new]
    added = [name for name in new if name not in old]
    if not (gone or added):
        return f"{list_some(old)} -> {list_some(new)}"
    parts = [f"without {list_some(gone)}"] if gone else []
    parts += [f"with {list_some(added)}"] if added else []
    return " and ".join(parts)


def _changed_content(before: dict[str, Any], now: DataIdentity) -> list[str]:
    old, new = before.get("examples"), now.content
    changed = [f"examples: {old} -> {new.examples}"]
    if not has_fingerprint(before):
        same_name = before.get("name") == now.spec.name
        name = f"name: {before.get('name')} -> {now.spec.name}"
        return (changed if old != new.examples else []) + (
            [] if same_name else [name]
        )
    if before["fingerprint"] == new.fingerprint:
        return []
    if old != new.examples:
        return changed + _changed_counts(before, now)
    if before.get("unordered") == new.unordered:
        return ["the same examples in another order, of files renamed"]
    others = "the same number of examples with other content"
    return [others, *_changed_counts(before, now)]


def _changed_counts(before: dict[str, Any], now: DataIdentity) -> list[str]:
    old, new = before.get("class_counts"), now.content.class_counts
    if not isinstance(old, list) or len(old) != len(new):
        return []
    counts = [
        f"{name} {was} -> {count}"
        for name, was, count in zip(now.spec.class_names, old, new)
        if was != count
    ]
    return [f"of class {list_some(counts)}"] if counts else []


def is_same_place(dataset: str, path: str | None) -> bool:
    """Whether two paths name one folder, or the first one none any more."""
    if path is None or not os.path.isdir(os.path.expanduser(dataset)):
        return True
    return os.path.samefile(os.path.expanduser(dataset), path)


def spec_of(content: dict[str, Any], path: Path) -> DatasetSpec:
    """Returns the spec that a `dataset.json` holds.

    Args:
        content: of the file.
        path: of the file, for the message.

    Raises:
        ValueError: it holds none.
    """
    try:
        content["class_names"] = tuple(content["class_names"])
        fields = [field.name for field in dataclasses.fields(DatasetSpec)]
        values = {name: content[name] for name in fields if name in content}
        spec = DatasetSpec(**values)
        _require_types(spec)
        return spec
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f"dataset.json must be what the training wrote. Received: {path}."
        ) from None


def _require_types(spec: DatasetSpec) -> None:
    """Checks what JSON does not: `DatasetSpec` has no checks of types."""
    texts = (spec.name, *spec.class_names)
    is_valid = all(isinstance(text, str) for text in texts)
    is_valid &= {spec.channels, spec.source_channels} <= {None, 1, 3}
    is_valid &= type(spec.paired) is type(spec.has_drawings) is bool
    for size in (spec.height, spec.width):
        is_int = type(size) is int and 1 <= size <= _MOST_PIXELS
        is_valid &= size is None or is_int
    if not is_valid:
        raise TypeError
