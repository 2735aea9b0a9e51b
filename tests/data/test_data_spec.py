from __future__ import annotations

from typing import Any

import pytest

from tfgan_zoo.data import DataRequest, DatasetSpec


def test_spec_when_labelled_counts_its_classes() -> None:
    spec = DatasetSpec("name", 4, 5, 3, ("a", "b"))
    assert spec.image_shape == (4, 5, 3)
    assert spec.num_classes == 2
    assert DatasetSpec("name", 4, 5, 3).num_classes == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dataset", ""),
        ("image_size", 0),
        ("image_width", 0),
        ("image_width", 8),
        ("channels", 2),
        ("channels", 4),
    ],
)
def test_request_when_out_of_range_names_field_and_value(
    field: str, value: Any
) -> None:
    with pytest.raises(ValueError, match=rf"`{field}` .*Received: '?{value}"):
        DataRequest(**{"dataset": "mnist", field: value})


def test_spec_of_pairs_is_written_as_before_and_of_others_is_not() -> None:
    pairs = DatasetSpec("name", 4, 5, 3, source_channels=1)
    assert pairs.paired
    assert "paired" not in pairs.to_dict()
    folders = DatasetSpec("name", 4, 5, 3, source_channels=1, paired=False)
    assert folders.to_dict()["paired"] is False
    assert DatasetSpec(**folders.to_dict()) == folders
    assert DatasetSpec(**pairs.to_dict()) == pairs
