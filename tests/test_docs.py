"""What the pages say of commands: every flag exists, every link leads."""

import re
from pathlib import Path

import commands_in_texts
import pytest

from tfgan_zoo.cli import help_text

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "tfgan_zoo" / "pretrained" / "page"
PAGES = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_flags_of_commands_exist(page):
    for binary, rest in commands_in_texts.find(page.read_text("utf-8")):
        given = set(re.findall(r"--(\w+)", rest))
        known = commands_in_texts.known_flags(binary)
        assert given <= known, f"{binary} {rest}"


def test_security_names_every_flag_that_takes_models():
    names = set(re.findall(r"--(\w+)", PAGES[1].read_text("utf-8")))
    assert set(help_text._MAY_BE_NAMES) - {"dataset"} <= names


def test_pages_have_commands():
    texts = "\n".join(page.read_text("utf-8") for page in PAGES)
    assert len(commands_in_texts.find(texts)) > 20


def test_first_page_has_an_example_of_the_readme():
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    blocks = re.findall(r"```python\n.*?```", index, re.DOTALL)
    assert len(blocks) == 1
    assert blocks[0] in PAGES[0].read_text("utf-8")  # which is run


def test_every_page_is_in_the_navigation():
    pages = {
        page.relative_to(ROOT / "docs").as_posix()
        for page in (ROOT / "docs").rglob("*.md")
        if "gallery" not in page.parts
    }
    listed = re.findall(
        r"^ +- .*?([\w/]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.M
    )
    # `make docs` writes the page of the settings.
    assert sorted(listed) == sorted({*pages, "settings.md"})


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_links_lead_to_files(page):
    for link in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if "://" in link or Path(link).name == "settings.md":
            continue  # `make docs` writes the settings' page
        # It writes the gallery of these.
        folder = GALLERY if link.startswith("gallery/") else page.parent
        assert (folder / link.removeprefix("gallery/")).exists(), link
