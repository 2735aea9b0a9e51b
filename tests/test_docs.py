"""What the pages say of commands: every flag exists, every link leads."""

import functools
import re
import subprocess
import sys
from pathlib import Path

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


@functools.cache
def _known(binary):
    module = f"tfgan_zoo.cli.{binary.rpartition('-')[2]}"
    finished = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.findall(r"^  --(\[no\])?(\w+)", finished.stdout, re.MULTILINE)
    names = {name for _, name in found}
    return names | {f"no{name}" for no, name in found if no} | {"help"}


def _commands(page):
    text = page.read_text("utf-8").replace("\\\n", " ")
    return re.findall(
        r"(tfgan-(?:train|evaluate|doctor|export|sample|demo|zoo)) ([^`\n]*)",
        text,
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_flags_of_commands_exist(page):
    for binary, rest in _commands(page):
        given = set(re.findall(r"--(\w+)", rest))
        assert given <= _known(binary), f"{binary} {rest}"


def test_security_names_every_flag_that_takes_models():
    names = set(re.findall(r"--(\w+)", PAGES[1].read_text("utf-8")))
    assert set(help_text._MAY_BE_NAMES) - {"dataset"} <= names


def test_pages_have_commands():
    assert sum(len(_commands(page)) for page in PAGES) > 20


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
        if "://" in link:
            continue
        # `make docs` writes the gallery of these.
        folder = GALLERY if link.startswith("gallery/") else page.parent
        assert (folder / link.removeprefix("gallery/")).exists(), link
