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
    [("dataset", ""), ("image_size", 0), ("channels", 2), ("channels", 4)],
)
def test_request_when_out_of_range_names_field_and_value(
    field: str, value: Any
) -> None:
    with pytest.raises(ValueError, match=rf"`{field}` .*Received: '?{value}"):
        DataRequest(**{"dataset": "mnist", field: value})
