"""The notebooks have been run, are small, and name what exists."""

import re
from pathlib import Path

import commands_in_texts
import pytest

pytest.importorskip("nbclient", reason="the extra notebooks brings it")
nbformat = pytest.importorskip("nbformat", reason="nbclient brings it")

from tools import notebooks  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
URL = notebooks.repository((ROOT / "setup.py").read_text("utf-8"))
MAX_BYTES = 600_000
ABSOLUTE = re.compile(r"(?:^|(?<=[\s'\"(=:]))/[\w.-]+/[\w.-]+", re.MULTILINE)
COMMAND = re.compile(r"^([ ]*)[!%].*$", re.MULTILINE)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def outputs(notebook):
    return [output for cell in code(notebook) for output in cell.outputs]


def texts(notebook):
    for output in outputs(notebook):
        yield output.get("text", "")
        yield from (
            text
            for kind, text in output.get("data", {}).items()
            if kind.startswith("text/")
        )


def anchors(target):
    """Returns the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.M)
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


def test_there_is_a_notebook_for_each_task():
    assert len(PATHS) >= 4


def test_it_is_valid_and_small(path, notebook):
    nbformat.validate(notebook)
    assert notebook.nbformat == 4
    assert dict(notebook.metadata) == notebooks.METADATA
    assert path.stat().st_size < MAX_BYTES


def test_every_cell_has_been_run_in_order(notebook):
    counts = [cell.execution_count for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    assert all(not cell.metadata for cell in code(notebook))


def test_outputs_have_pictures_and_neither_errors_nor_warnings(notebook):
    pictures = [
        kind
        for output in outputs(notebook)
        for kind in output.get("data", {})
        if kind.startswith("image/")
    ]
    assert pictures
    for output in outputs(notebook):
        assert output.output_type != "error"
        assert output.get("name") != "stderr"


def test_outputs_are_of_no_machine(notebook):
    for text in texts(notebook):
        assert not ABSOLUTE.search(text), text
        assert not notebooks.CHATTER.search(text), text
        assert "\r" not in text


def test_title_and_installation_are_those_of_the_tool(path, notebook):
    title, installation = notebook.cells[:2]
    assert title.source == notebooks.title(title.source, path.name, URL)
    assert installation.source == notebooks.installation(
        installation.source, URL
    )
    assert installation.outputs == []


def test_code_compiles(notebook):
    for cell in code(notebook):
        source = COMMAND.sub(r"\1pass", cell.source.replace("\\\n", " "))
        compile(source, "cell", "exec")


def test_a_cell_has_one_command_at_most(notebook):
    # Of several, the exit code is the last one's.
    for cell in code(notebook):
        assert len(re.findall(r"^!", cell.source, re.MULTILINE)) <= 1
        assert not re.search(r"=\s*!\w", cell.source)  # which has none


def test_flags_of_commands_exist(notebook):
    commands = commands_in_texts.find(
        "\n".join(cell.source for cell in notebook.cells)
    )
    assert commands
    for binary, rest in commands:
        given = set(re.findall(r"--(\w+)", rest))
        assert given <= commands_in_texts.known_flags(binary), rest


def test_links_lead_to_headings_and_files(path, notebook):
    links = re.findall(
        r"\]\(([^)\s]+)\)", "\n".join(cell.source for cell in prose(notebook))
    )
    assert any(link.startswith("../docs/") for link in links)
    for link in links:
        name, _, anchor = link.partition("#")
        target = path.parent / name
        assert "://" in link or target.is_file(), link
        assert not anchor or anchor in anchors(target), link


def test_readme_and_a_page_of_the_docs_name_it(path):
    pages = (ROOT / "docs").glob("*.md")
    assert f"notebooks/{path.name}" in (ROOT / "README.md").read_text("utf-8")
    assert any(path.name in page.read_text("utf-8") for page in pages)


def test_every_cell_of_code_but_few_has_a_sentence_before_it(notebook):
    kinds = [cell.cell_type for cell in notebook.cells]
    bare = sum(
        first == second == "code" for first, second in zip(kinds, kinds[1:])
    )
    assert bare <= len(kinds) // 4


def test_address_is_that_of_setup_py():
    setup = 'setup(\n    name="a",\n    url="https://github.com/x/y",\n)'
    assert notebooks.repository(setup) == "https://github.com/x/y"
    assert notebooks.repository('setup(\n    name="a",\n)') == ""


def test_title_gets_the_badge_once_there_is_an_address():
    plain = "# A title\n\nText."
    assert notebooks.title(plain, "a.ipynb", "") == plain
    badged = notebooks.title(plain, "a.ipynb", "https://github.com/x/y")
    assert badged.endswith(f")\n\n{plain}")
    assert "/github/x/y/blob/main/notebooks/a.ipynb)" in badged
    assert notebooks.title(badged, "a.ipynb", "") == plain


@pytest.mark.parametrize(
    ("url", "requirement"),
    [
        ("", '"..[litert]"'),
        (
            "https://github.com/x/y",
            '"tfgan_zoo[litert] @ git+https://github.com/x/y"',
        ),
    ],
)
def test_installation_keeps_its_extras(url, requirement):
    source = notebooks.installation('%pip install "..[litert]"', url)
    assert f"%pip install -q {requirement}\n" in source
    assert notebooks.installation(source, url) == source


def test_installation_keeps_several_extras():
    source = notebooks.installation('%pip install "..[litert,hub]"', "")
    assert '%pip install -q "..[litert,hub]"\n' in source


def run(tmp_path, *sources):
    cells = [
        nbformat.v4.new_markdown_cell("# Title"),
        *map(nbformat.v4.new_code_cell, ("", *sources)),
    ]
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    notebooks.process(path, write=True)
    return nbformat.read(path, as_version=4)


@pytest.mark.slow
def test_outputs_are_kept_without_paths_and_chatter(tmp_path):
    notebook = run(
        tmp_path,
        "import os, sys\n"
        "print(os.path.abspath('a.png'), os.path.expanduser('~/x'))\n"
        "print(os.path.join(os.environ['XDG_CACHE_HOME'], 'a'))",
        "print('I0000 00:00:1.2 1 a.cc:1] log', file=sys.stderr)",
        "!python -c 'import tqdm; print([*tqdm.trange(2)])'",
        "from PIL import Image\nImage.new('L', (9, 9))",
        "from IPython.display import HTML\nHTML(os.path.abspath('a.png'))",
    )
    _, paths, log, bar, picture, page = code(notebook)
    assert page.outputs[0].data["text/html"] == "a.png"
    assert [each.name for each in tmp_path.iterdir()] == ["a.ipynb"]
    assert paths.outputs[0].text == "a.png ~/x\n~/.cache/a\n"
    assert log.outputs == []
    assert bar.outputs[0].text == "[0, 1]\n"
    assert len([k for k in picture.outputs[0].data if "image" in k]) == 1
    assert dict(notebook.metadata) == notebooks.METADATA


def test_a_notebook_that_is_not_there_is_one_line(tmp_path, capsys):
    missing = tmp_path / "a.ipynb"
    with pytest.raises(SystemExit) as ended:
        notebooks.main([str(missing)])
    assert ended.value.code == 2
    assert f"Received: {missing}.\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        nbformat.writes(
            nbformat.v4.new_notebook(
                cells=[
                    nbformat.v4.new_markdown_cell("no title"),
                    nbformat.v4.new_code_cell("1"),
                ]
            )
        ),
    ],
    # Cells have random identifiers, and all workers need the same names.
    ids=["empty", "damaged", "list", "without cells", "without title"],
)
def test_what_is_no_notebook_with_a_title_is_a_line(tmp_path, text):
    (path := tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(SystemExit) as ended:
        notebooks.main([str(path)])
    message = f"a.ipynb failed.\nA notebook must be .* Received: {path}.$"
    assert re.match(message, ended.value.code)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("!exit 3", "exit code 3"),
        ("import warnings\nwarnings.warn('odd')", "A cell warns"),
    ],
)
def test_a_failing_cell_is_an_error_and_nothing_is_written(
    tmp_path, source, message
):
    with pytest.raises(RuntimeError, match=message):
        run(tmp_path, source)
    written = nbformat.read(tmp_path / "a.ipynb", as_version=4)
    assert all(cell.outputs == [] for cell in code(written))
