"""docs/generators.md: what it says of names is true."""

import re
from pathlib import Path

import binaries
import pytest

import tfgan_zoo
from tfgan_zoo.pretrained import cards, sources
from tools.pretraining import recipes, writing

PAGE = Path(__file__).resolve().parents[1] / "docs" / "generators.md"
# What follows needs files of the reader's.
TEXT = PAGE.read_text("utf-8").partition("## Generators from other sources")[0]


@pytest.mark.slow
def test_the_examples_run(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) == 3
    (script := tmp_path / "page.py").write_text("".join(blocks))
    finished = binaries.run_script(script, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert (tmp_path / "digits.png").is_file()
    score, *names, version = finished.stdout.splitlines()
    assert "value" in score
    assert {"upsampler-fashion_mnist", "upsampler-photos"} <= {*names}
    assert not any("dcgan" in name for name in names)
    assert version == "1"


def test_versions_that_it_names_ship():
    names = re.findall(r'"([\w-]+-v\d+)"', TEXT)
    assert names
    for name in names:
        assert sources.find(name), name


def test_it_says_how_generators_of_latents_were_measured():
    text = " ".join(PAGE.read_text("utf-8").split())
    assert "measures 5 times 10,000 samples by the data set's own" in text
    assert "none (`smileys`), 3 times 5,000 by `imagenet`." in text
    for name in tfgan_zoo.list_generators(task="generate"):
        protocol = cards.read(name)["protocol"]
        by_imagenet = protocol["features"]["name"] == "imagenet"
        measured = (protocol["repeats"], protocol["samples"])
        assert measured == ((3, 5_000) if by_imagenet else (5, 10_000)), name
        assert by_imagenet == name.endswith("-smileys")


def test_it_says_which_step_was_exported():
    text = " ".join(PAGE.read_text("utf-8").split())
    assert "otherwise the last step (the `r3gan` generators)" in text
    for name in tfgan_zoo.list_generators(task="generate"):
        settings = recipes.RECIPES[name]
        assert ("evaluate_every" in settings) != name.startswith("r3gan"), name


def test_the_table_is_that_of_the_cards(tmp_path, monkeypatch):
    text = PAGE.read_text("utf-8")
    expected = cards.table([cards.read(name) for name in sources.names()])
    assert expected.count("\n") == 2 + len(sources.names()) > 2
    start, end = text.index("-->\n| name |"), text.index("<!-- /generators -->")
    assert text[start + 4 : end] == expected
    (page := tmp_path / "page.md").write_text(
        text.replace(expected, "| old |\n"), "utf-8"
    )
    monkeypatch.setattr(writing, "_TABLE_PAGE", page)
    writing.write_table()
    assert page.read_text("utf-8") == text


def test_the_table_says_whose_distance_it_is():
    head, _, *rows = cards.table(
        [cards.read("r3gan-smileys"), cards.read("infogan-mnist")]
    ).splitlines()
    network, distance = (
        head.split(" | ").index(title)
        for title in ("feature network", "Frechet distance")
    )
    assert distance == network + 1
    for row, name in zip(rows, ("r3gan-smileys", "infogan-mnist")):
        score = cards.read(name)["scores"]["frechet_distance"]["value"]
        cells = row.split(" | ")
        assert cells[network] == ("imagenet" if "r3" in name else "digits")
        assert cells[distance].startswith(f"{score:.1f} +- "), name


def test_the_list_has_the_scores_of_the_table():
    card = cards.read("conditional_gan-mnist")
    row = cards.table([card]).splitlines()[2].split(" | ")
    first, facts, scores = cards.summary(card).splitlines()
    assert first == "conditional_gan-mnist: Handwritten digits."
    assert facts == (
        f"    generate; 28 x 28, grey; 10 classes; {row[3]} parameters; "
        f"smallest file {row[4]} kB"
    )
    assert scores == (
        f"    Frechet distance {row[6]}; precision {row[7]}; "
        f"recall {row[8]}; labels right {row[9]} %; feature network digits"
    )
    assert "PSNR 29.4 +- " in cards.summary(cards.read("upsampler-photos"))
    assert " dB; " in cards.summary(cards.read("upsampler-photos"))
