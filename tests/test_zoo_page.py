"""docs/zoo.md names all that there is, as the code has it."""

from pathlib import Path

import pytest

from tfgan_zoo import (
    augment,
    constraints,
    latents,
    losses,
    models,
    optimizers,
    penalties,
)
from tfgan_zoo.layers import batch, similarity
from tools import zoo_table

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "zoo.md").read_text("utf-8")


@pytest.mark.slow
def test_the_architectures_table_is_that_of_the_code():
    table = PAGE.split("prints them -->\n")[1].split("\n<!--")[0]
    assert table.splitlines() == zoo_table.rows()


def test_no_name_of_any_axis_is_missing():
    names = [
        *models.names(),
        *losses.names(),
        *penalties.names(),
        *constraints.names(),
        *augment.names(),
        *latents.names(),
        *similarity.SIMILARITIES,
        *(name for name in batch.names() if "similarity" not in name),
    ]
    assert [
        name
        for name in names
        if f"`{name}`" not in PAGE
        and f"={name}`" not in PAGE
        and f"={name} " not in PAGE
    ] == []


def test_addons_optimizers_are_named_by_what_users_know_them_as():
    page = PAGE.lower().replace("rectifiedadam", "rectified_adam")
    addons = {"adabelief", "lookahead", "rectified_adam", "yogi"}
    assert addons <= set(optimizers.names())
    assert [name for name in addons if name not in page] == []
