"""Which directions a generator that ships gets."""

import json
import re
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tfgan_zoo
from tfgan_zoo.directions import Direction, Effect
from tfgan_zoo.inputs import LABEL
from tools.pretraining import directing, face_measures


def _direction(name, kind, correlation, class_kept):
    effect = Effect(name, correlation, 1.0, {name: 1.0}, class_kept)
    return Direction(name, kind, np.eye(1, 4, dtype=np.float32)[0], effect)


def test_the_most_reliable_are_kept_in_their_order():
    measures = [
        _direction(f"m{number}", "measure", correlation, kept)
        for number, (correlation, kept) in enumerate(
            [(0.9, 1.0), (0.99, 0.5), (0.8, 0.9), (0.7, None)]
        )
    ]
    # What names a class is to change it.
    classes = [
        _direction(f"class_{number}", "class", correlation, 0.1)
        for number, correlation in enumerate([0.6, 0.75, 0.55, 0.5])
    ]
    chosen = directing.choose([*measures, *classes])
    names = [one.name for one in chosen]
    # 0.9, 0.72, 0.7, 0.6, 0.75 and 0.55; m1 has 0.495.
    assert names == ["m0", "m2", "m3", "class_0", "class_1", "class_2"]


def _shipped():
    """Yields names of generators, whether they take labels, and directions."""
    for name in tfgan_zoo.list_generators():
        path = Path(tfgan_zoo.path(name)).parent / "model.json"
        model = json.loads(path.read_text("utf-8"))
        kinds = {entry["kind"] for entry in model["inputs"]}
        if "directions" in model:
            rows = model["directions"]["directions"]
            yield name, LABEL in kinds, {row["name"]: row for row in rows}


def test_clothes_have_no_contrast_which_is_their_brightness():
    clothes = {n: rows for n, _, rows in _shipped() if "fashion_mnist" in n}
    assert len(clothes) == 6
    for rows in clothes.values():
        assert "brightness" in rows and "contrast" not in rows


def test_smileys_have_what_a_stranger_names():
    (rows,) = (rows for name, _, rows in _shipped() if "smileys" in name)
    assert [*rows] == ["eyes", "mouth"]


def test_each_direction_that_ships_says_what_it_is_independent_of():
    for name, is_conditional, rows in _shipped():
        is_clothes = name.endswith("-fashion_mnist")
        for row in rows.values():
            expected = ["classes"]
            if is_clothes and row["name"] in ("size", "aspect_ratio"):
                expected = ["classes", "contrast"]
                if is_conditional and row["name"] == "size":
                    expected = ["contrast"]
            elif "smileys" in name:
                expected = ["eyes", "mouth"]
            assert row["independent_of"] == expected, (name, row["name"])


def test_all_of_a_few_are_kept():
    few = [_direction("slant", "measure", 0.9, 0.9)]
    assert [one.name for one in directing.choose(few)] == ["slant"]


def test_the_page_measures_faces_alike():
    page = Path(__file__).resolve().parents[1] / "docs" / "directions.md"
    (source,) = re.findall(
        r"```python\n([^`]*?def eyes.*?)\nfolder = ",
        page.read_text("utf-8"),
        re.DOTALL,
    )
    names = {}
    exec(source, names)
    faces = np.random.default_rng(0).integers(0, 256, [3, 64, 64, 3], np.uint8)
    for name, measure in directing.FACE_MEASURES.items():
        expected = measure(faces)
        assert np.ptp(expected) > 0.0
        np.testing.assert_array_equal(names[name](faces), expected)


def test_faces_are_measured_by_their_white_eyes_and_red_mouths():
    faces = np.full([2, 64, 64, 3], (255, 200, 40), np.uint8)
    faces[0, 20:25, 20:29] = 255
    faces[1, 40:52, 20:38] = (160, 20, 120)
    eyes = face_measures.eyes(faces)
    mouth = face_measures.mouth(faces)
    np.testing.assert_allclose(eyes, [45 / 720, 0.0], atol=1e-12)
    np.testing.assert_allclose(mouth, [0.0, 216 / 864], atol=1e-12)
