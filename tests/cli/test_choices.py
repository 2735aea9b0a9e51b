"""Seeds and labels as a command line names them."""

from types import SimpleNamespace

import numpy as np
import pytest

from tfgan_zoo.cli import choices


def _model(num_classes, *class_names):
    """Returns what is looked at of an export's metadata."""
    return SimpleNamespace(
        architecture="acgan", num_classes=num_classes, class_names=class_names
    )


NAMED = _model(4, "Sandal", "T-shirt, top", "3", "Bag")
UNNAMED = _model(3)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("0", [0]),
        ("sandal", [0]),
        ("BAG, Sandal,1", [3, 0, 1]),
        ("t-shirt, top", [1]),
        # What is a name is that class, not the number.
        ("3", [2]),
        ("2,2", [2, 2]),
    ],
)
def test_labels_are_numbers_or_names(text, labels):
    found = choices.labels(text, NAMED)
    assert found.tolist() == labels
    assert found.dtype == np.int32


def test_labels_of_classes_without_names_are_numbers():
    assert choices.labels("2,0", UNNAMED).tolist() == [2, 0]


def test_labels_that_are_left_out_are_none():
    assert choices.labels(None, NAMED) is None


@pytest.mark.parametrize(
    ("text", "model", "expected"),
    [
        (
            "shoe",
            NAMED,
            "0 Sandal, 1 T-shirt, top, 2 3, 3 Bag. Received: shoe.",
        ),
        ("0,4", NAMED, "Received: 4."),
        ("0,,1", NAMED, "Received: '0,,1'."),
        ("", NAMED, "Received: ''."),
        ("-1", UNNAMED, "must be among: 0, 1, 2. Received: -1."),
        ("0", _model(0), "acgan is not. Received: 0."),
    ],
)
def test_labels_of_no_class_are_refused(text, model, expected):
    with pytest.raises(ValueError) as caught:
        choices.labels(text, model)
    assert str(caught.value).endswith(expected)


def test_digits_are_named_once():
    model = _model(3, "0", "1", "2")
    with pytest.raises(ValueError, match="among: 0, 1, 2. Received: 9"):
        choices.labels("9", model)


def test_seeds_are_integers():
    seeds = choices.seeds(["0", " 17", str(2**63 - 1)])
    assert seeds.tolist() == [0, 17, 2**63 - 1]
    assert seeds.dtype == np.int64


@pytest.mark.parametrize("bad", ["-1", "x", "", "1.5", str(2**63)])
def test_other_seeds_are_refused(bad):
    with pytest.raises(ValueError, match="between 0 and .* Received"):
        choices.seeds(["1", bad])


def test_no_seeds_are_refused():
    with pytest.raises(ValueError, match="Received: none"):
        choices.seeds([])


def test_seeds_from_the_first_on():
    last = 2**63 - 1
    found = choices.seeds_from(last - 2, 3, "count")
    assert found.tolist() == [last - 2, last - 1, last]
    with pytest.raises(ValueError, match="--seed [+] --count - 1 must be"):
        choices.seeds_from(last - 2, 4, "count")


def test_a_number_that_is_another_classs_name_is_said():
    model = _model(4, "0", "1", "10", "2")
    lines = []
    assert choices.labels("2,1", model, lines.append).tolist() == [3, 1]
    assert lines == ["--labels=2 is the class 2, number 3."]


def test_a_name_of_a_list_or_of_spaces_is_that_class():
    names = ["0", "1", "0,1", " ", "a\nb"]
    model = _model(5, *names)
    lines = []
    assert choices.labels("0,1", model, lines.append).tolist() == [2]
    assert lines == ["--labels=0,1 is the class 0,1, number 2."]
    lines.clear()
    assert choices.labels("1,0", model, lines.append).tolist() == [1, 0]
    assert choices.labels(" ", model, lines.append).tolist() == [3]
    assert choices.labels("4", model, lines.append).tolist() == [4]
    assert not lines


def test_a_label_that_may_be_either_of_two_is_refused():
    model = _model(2, "Cat", "cat")
    with pytest.raises(ValueError, match="--labels must name one class"):
        choices.labels("cat,CAT", model)
    assert choices.labels("cat,Cat", model).tolist() == [1, 0]


@pytest.mark.parametrize("text", ["9" * 5000, "1_0", "+1", ""])
def test_seeds_that_are_no_integers_are_refused(text):
    with pytest.raises(ValueError, match="--seeds must be integers") as caught:
        choices.seeds(["1", text])
    assert len(str(caught.value)) < 200


def test_a_share_is_two_numbers():
    assert choices.share("3/8") == (3, 8)
    for text in ("", "3", "3/", "/8", "1/2/3", "+1/2", f"1/{'9' * 5000}"):
        with pytest.raises(ValueError, match="--shard must be as 3/8."):
            choices.share(text)
