"""What the Hub has not, may not be trusted, or cannot be reached."""

import os
import shutil

import hostile_models
import pytest
from hub_users import NOWHERE, require_line

from tfgan_zoo.export import checksums

pytest.importorskip(
    "huggingface_hub", reason="needs the extra hub: huggingface_hub"
)
pytestmark = pytest.mark.slow

GRAPH = "saved_model/saved_model.pb"


@pytest.fixture
def copy(export_to_push, tmp_path):
    """A copy of an export, to be changed."""
    shutil.copytree(export_to_push, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture(scope="module")
def small(hub, export_to_push):
    """The commit of a repository that everybody may read."""
    return hub.add("ada/small", export_to_push)


def path_of(user, source, **environment):
    return user.run("zoo", "path", source, **environment)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("hf://ada", "must be hf://owner/name or .* Received: hf://ada."),
        ("hf://ada/a--b", "must be hf://owner/name or"),
        ("hf://ada/small@../../x", "must be hf://owner/name or"),
        ("hf://ada/small@", "must be hf://owner/name or"),
        (
            "https://huggingface.co/ada/small",
            "@revision, here hf://ada/small. ",
        ),
        ("hf://ada/none", "must be there.*: hf://ada/none, without a token"),
        ("hf://ada/small@v9", "revision must be.*: hf://ada/small@v9."),
    ],
)
def test_what_is_not_there_is_a_line(stranger, small, source, text):
    require_line(path_of(stranger, source), text)


def test_a_private_repository_is_for_its_owner(
    hub, ada, stranger, export_to_push
):
    hub.add("ada/private", export_to_push, private=True)
    refused = path_of(stranger, "hf://ada/private")
    require_line(refused, "a private one needs a token of somebody")
    assert path_of(ada, "hf://ada/private").returncode == 0


def test_no_network_is_a_line(stranger, small):
    refused = path_of(stranger, "hf://ada/small", HF_ENDPOINT=NOWHERE)
    require_line(refused, f"{NOWHERE} must be within reach .*HF_HUB_OFFLINE=1")
    offline = path_of(stranger, "hf://ada/small", HF_HUB_OFFLINE="1")
    require_line(offline, "must have been downloaded before. .*hf://ada/small")


def test_a_cut_download_is_a_line_and_leaves_nothing(
    hub, stranger, small, monkeypatch
):
    monkeypatch.setattr(hub, "cut", {GRAPH})
    cut = path_of(stranger, "hf://ada/small")
    require_line(cut, "hf://ada/small must be downloaded whole. Received: ")
    # The Hub's cache holds the other files.
    assert [*stranger.folder.rglob("model.json")]
    offline = path_of(stranger, "hf://ada/small", HF_HUB_OFFLINE="1")
    require_line(offline, "must have been downloaded before")
    monkeypatch.setattr(hub, "cut", set())
    whole = path_of(stranger, "hf://ada/small")
    assert whole.returncode == 0
    checksums.check(type(stranger.folder)(whole.stdout.strip()))


@pytest.mark.parametrize(
    ("files", "text"),
    [
        (["README.md"], f"must hold what tfgan-export .*, without {GRAPH}"),
        ([GRAPH, "a/../../b"], "the files of an export alone. .*not one"),
        ([GRAPH, *map(str, range(1000))], "one of more than 1,000 files"),
    ],
)
def test_other_repositories_are_refused_before_a_download(
    hub, stranger, tmp_path, files, text
):
    hub.add("ada/other", tmp_path)
    repo = hub.repos["ada/other"]
    repo.commit("main", dict.fromkeys(files, b"x"))
    hub.requests.clear()
    require_line(path_of(stranger, "hf://ada/other"), text)
    assert not [line for line in hub.requests if "/resolve/" in line]


def test_a_hostile_graph_is_refused(hub, stranger, copy, tmp_path):
    (scratch := tmp_path / "scratch").mkdir()
    (scratch / "victim").write_text("as it was")
    shutil.move(copy / "saved_model", tmp_path / "harmless")
    model = hostile_models.Model.copy(
        tmp_path / "harmless", copy / "saved_model", scratch
    )
    hostile_models.write_file(model.serve, scratch)
    model.write()
    hub.add("eve/hostile", copy)
    flags = ("--model=hf://eve/hostile", f"--output={tmp_path / 'x.png'}")
    require_line(stranger.run("sample", *flags), "has another SHA-256 than")
    checksums.write(copy)
    hub.add("eve/hostile", copy)
    refused = stranger.run("sample", *flags)
    require_line(refused, "A model must .*WriteFile")
    assert (scratch / "victim").read_text() == "as it was"
    assert not (tmp_path / "x.png").exists()


def test_a_link_in_the_cache_that_leads_elsewhere_is_refused(
    stranger, small, tmp_path
):
    assert path_of(stranger, "hf://ada/small").returncode == 0
    (tmp_path / "secret").write_text("secret")
    (link,) = (stranger.folder / "hf").rglob("snapshots/*/model.json")
    assert link.is_symlink()
    link.unlink()
    link.symlink_to(tmp_path / "secret")
    refused = path_of(
        stranger,
        "hf://ada/small",
        HF_HUB_OFFLINE="1",
        XDG_CACHE_HOME=str(tmp_path / "other"),
    )
    require_line(refused, "links to its blobs. Received: .*model.json")
    assert not [*(tmp_path / "other").rglob("*.tflite")]


def test_a_changed_file_of_the_cache_is_named_and_replaced(
    stranger, small, tmp_path
):
    assert path_of(stranger, "hf://ada/small").returncode == 0
    other = {"XDG_CACHE_HOME": str(tmp_path / "other")}
    (link,) = (stranger.folder / "hf").rglob("snapshots/*/*.tflite")
    content = link.read_bytes()
    for changed in (content[:-1], content[:-1] + b"?"):
        link.write_bytes(changed)
        refused = path_of(stranger, "hf://ada/small", **other)
        require_line(refused, f"{link.resolve()}, which has changed; remove it")
    link.resolve().unlink()
    assert path_of(stranger, "hf://ada/small", **other).returncode == 0
    assert link.read_bytes() == content


def test_a_repository_without_a_list_is_loaded_offline_once_it_was(
    hub, stranger, copy, tmp_path
):
    (copy / checksums.NAME).unlink()
    hub.add("ada/unlisted", copy)
    path = path_of(stranger, "hf://ada/unlisted").stdout
    offline = {"HF_ENDPOINT": NOWHERE, "HF_HUB_OFFLINE": "1"}
    assert path_of(stranger, "hf://ada/unlisted", **offline).stdout == path
    # Whether the Hub's cache has all of it is not known.
    offline["XDG_CACHE_HOME"] = str(tmp_path / "other")
    refused = path_of(stranger, "hf://ada/unlisted", **offline)
    require_line(refused, "downloaded before. .* without SHA256SUMS")


def test_a_server_need_not_tell_sizes(hub, stranger, small, monkeypatch):
    monkeypatch.setattr(hub, "tells_sizes", False)
    assert path_of(stranger, "hf://ada/small").returncode == 0


def test_to_show_needs_a_card(hub, stranger, copy):
    (copy / "README.md").unlink(missing_ok=True)
    hub.add("eve/bare", copy)
    refused = stranger.run("zoo", "show", "hf://eve/bare")
    require_line(refused, "with a model card. Received: hf://eve/bare, with")


_WITHOUT_LIBRARY = """
import sys
from tfgan_zoo.cli import zoo
sys.modules["huggingface_hub"] = None
sys.argv = ["tfgan-zoo", "path", "hf://ada/small"]
zoo.run()
"""


def test_the_library_is_asked_for_when_it_is_needed(stranger):
    refused = stranger.run_script(_WITHOUT_LIBRARY)
    require_line(refused, r"pip install 'tfgan_zoo\[hub\]'. .*hf://ada/small")


def test_a_card_of_others_cannot_write_to_the_terminal(hub, stranger, copy):
    text = "---\nlicense: mit\n---\n# Card\n\x1b[31mred\n"
    (copy / "README.md").write_text(text)
    hub.add("eve/card", copy)
    shown = stranger.run("zoo", "show", "hf://eve/card")
    assert shown.stdout == "# Card\n?[31mred\n"


@pytest.mark.parametrize(
    ("flags", "environment", "text"),
    [
        (["--repo=small"], {}, "`repo` must be owner/name. Received: 'small'"),
        (["--repo=ada/x", "--revision=a..b"], {}, "must be the name of a br"),
        (["--repo=ada/x", "--license=MIT!"], {}, "such as apache-2.0"),
        (["--repo=ada/x"], {"HF_TOKEN": ""}, "needs a token .* without a tok"),
        (["--repo=ada/x"], {"HF_HUB_OFFLINE": "1"}, "A push needs a network"),
        (["--repo=ada/x"], {"HF_TOKEN": "hf_old"}, r"refused \(.* is expired"),
        (["--repo=ada/x", "--license=odd"], {}, "model card .*must be one of"),
        (["--repo=bob/x"], {}, "must accept the request.* 403, ada has no r"),
        (["--repo=ada/small", "--private"], {}, "which everybody may read"),
        (["--repo=ada/x"], {"HF_ENDPOINT": NOWHERE}, "must be within reach"),
    ],
)
def test_pushes_are_refused_in_a_line(
    hub, ada, small, export_to_push, flags, environment, text
):
    before = {name: {**repo.branches} for name, repo in hub.repos.items()}
    pushed = ada.run(
        "zoo", "push", f"--model={export_to_push}", *flags, **environment
    )
    require_line(pushed, text)
    after = {name: {**repo.branches} for name, repo in hub.repos.items()}
    assert after == before


def test_nothing_is_pushed_of_a_damaged_export(hub, ada, copy):
    hub.requests.clear()
    push = ("push", f"--model={copy}", "--repo=ada/damaged")
    with open(copy / "generator_float32.tflite", "ab") as file:
        file.write(b"x")
    require_line(ada.run("zoo", *push), "must be as they were written")
    os.rename(copy / "model.json", copy.parent / "model.json")
    (copy / "model.json").symlink_to(copy.parent / "model.json")
    checksums.write(copy)
    require_line(ada.run("zoo", *push), "must name files of its folder")
    shutil.rmtree(copy / "saved_model")
    require_line(ada.run("zoo", *push), "`model` must be the folder of")
    assert not [line for line in hub.requests if line.startswith("POST")]
