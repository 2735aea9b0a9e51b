"""Generators that are pushed to the Hub, and loaded by somebody else."""

import io
import json
import re
import shutil

import binaries
import numpy as np
import pytest
from hub_users import NOWHERE, require_line
from PIL import Image

from tfgan_zoo.export import checksums, examples
from tfgan_zoo.pretrained import sources
from tfgan_zoo.pretrained.generator import Generator

pytest.importorskip(
    "huggingface_hub", reason="needs the extra hub: huggingface_hub"
)
yaml = pytest.importorskip("yaml", reason="comes with huggingface_hub")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(hub, ada, export_to_push):
    """The address of the commit of a pushed export."""
    pushed = ada.run(
        "zoo", "push", f"--model={export_to_push}", "--repo=ada/small"
    )
    assert (pushed.returncode, pushed.stderr) == (0, "")
    line = re.fullmatch(
        "Pushed: (hf://ada/small@[0-9a-f]{40})\n", pushed.stdout
    )
    return line[1]


def test_repository_is_what_the_hub_expects(hub, address):
    repo = hub.repos["ada/small"]
    assert len(repo.messages) == 2  # that of the empty repository, and one
    assert repo.messages[1].startswith("Add conditional_gan, exported by")
    files = repo.commits[repo.branches["main"]]
    assert address.endswith(repo.branches["main"])
    card = files["README.md"].decode()
    _, front, page = card.split("---\n", 2)
    assert yaml.safe_load(front) == {
        "library_name": "tfgan_zoo",
        "pipeline_tag": "unconditional-image-generation",
        "tags": ["gan", "litert", "tensorflow", "conditional_gan"],
    }
    assert page.startswith(
        "\n# small\n\n![Images of the generator](samples.png)\n"
    )
    names = {
        "model.json",
        "samples.png",
        "generator_float32.tflite",
        "saved_model/saved_model.pb",
        checksums.NAME,
    }
    assert names < set(files) and "notes.txt" not in files
    sums = files[checksums.NAME].decode()
    assert "samples.png" in sums and "README.md" not in sums


_RUN_CARD = """
import re
import numpy as np
from tfgan_zoo import pretrained
folder = pretrained.locate("hf://ada/small")
card = (folder / "README.md").read_text()
blocks = re.findall("```python\\n(.*?)```", card, re.DOTALL)
for number, block in enumerate(blocks):
    scope = {}
    exec(block, scope)
    np.save(f"images_{number}.npy", scope["images"])
"""


def test_code_of_the_card_makes_the_same_images_for_another_user(
    address, bob, export_to_push
):
    finished = bob.run_script(_RUN_CARD)
    assert finished.returncode == 0, finished.stderr
    generator = Generator(export_to_push)
    expected = generator.sample([0, 1, 2], labels=0)
    images = np.load(bob.folder / "images_0.npy")
    np.testing.assert_array_equal(images, expected)
    # By TensorFlow alone, from the Hub's own cache.
    images = np.load(bob.folder / "images_1.npy")
    np.testing.assert_array_equal(images, expected[:1])


def test_binaries_take_addresses(address, bob, tmp_path):
    output = tmp_path / "samples.png"
    sampled = bob.run("sample", f"--model={address}", f"--output={output}")
    assert (sampled.returncode, sampled.stderr) == (0, "")
    assert output.is_file()
    shown = bob.run("zoo", "show", "hf://ada/small")
    assert shown.stdout.startswith("# small\n")


def test_another_branch_holds_another_generator(
    hub, address, ada, bob, tmp_path
):
    pushed = ada.run(
        "zoo",
        "push",
        "--model=mlp-mnist-v1",
        "--repo=ada/small",
        "--revision=digits",
        "--message=Another one\n\nOf digits,\nthis time.",
    )
    assert (pushed.returncode, pushed.stderr) == (0, "")
    repo = hub.repos["ada/small"]
    assert repo.messages[-1] == "Another one\nOf digits,\nthis time."
    main, digits = (repo.commits[repo.branches[n]] for n in ("main", "digits"))
    assert "generator_float32.tflite" in main
    # Of the branch's earlier content.
    assert "generator_float32.tflite" not in digits
    verified = bob.run("zoo", "verify", "hf://ada/small@digits")
    assert verified.returncode == 0
    shown = bob.run("zoo", "show", "hf://ada/small@digits").stdout
    assert 'load("hf://ada/small@digits")' in shown
    begun = bob.run(
        "train",
        "--start_from=hf://ada/small@digits",
        "--dry_run",
        f"--output_dir={tmp_path / 'run'}",
    )
    assert begun.returncode == 0, begun.stderr
    config = json.loads(begun.stdout)
    assert config["start"]["start_from"] == "hf://ada/small@digits"
    assert config["model"]["model"] == "mlp"


def test_offline_takes_what_was_downloaded(address, bob, tmp_path):
    path = bob.run("zoo", "path", "hf://ada/small").stdout
    offline = {"HF_ENDPOINT": NOWHERE, "HF_HUB_OFFLINE": "1"}
    for source in ("hf://ada/small", address):
        assert bob.run("zoo", "path", source, **offline).stdout == path
    # A commit never changes, so that it is not asked for again.
    again = bob.run("zoo", "path", address, HF_ENDPOINT=NOWHERE)
    assert again.stdout == path
    # From the Hub's cache, which other programs fill too.
    offline["XDG_CACHE_HOME"] = str(tmp_path / "other")
    verified = bob.run("zoo", "verify", address, **offline)
    assert verified.returncode == 0
    links = [p for p in (tmp_path / "other").rglob("*") if p.is_symlink()]
    assert links == []


_LOAD_INTO_HOME = """
import tfgan_zoo
print(tfgan_zoo.load("{address}", cache_dir="~/cache").folder)
"""


def test_a_cache_of_ones_own_may_be_in_the_home_folder(address, bob):
    text = _LOAD_INTO_HOME.format(address=address)
    finished = bob.run_script(text, HOME=str(bob.folder))
    assert finished.stdout.startswith(f"{bob.folder}/cache/"), finished.stderr


def test_examples_of_an_export_become_the_picture(hub, ada, tmp_path):
    shutil.copytree(
        sources.folder("upsampler-fashion_mnist"), tmp_path / "export"
    )
    (tmp_path / "export" / "card.json").unlink()
    (tmp_path / "export" / "samples.png").unlink()
    checksums.write(tmp_path / "export")
    examples.write(tmp_path / "export", np.full([2, 14, 14, 1], 255, np.uint8))
    pushed = ada.run(
        "zoo", "push", f"--model={tmp_path / 'export'}", "--repo=ada/larger"
    )
    assert (pushed.returncode, pushed.stderr) == (0, "")
    repo = hub.repos["ada/larger"]
    files = repo.commits[repo.branches["main"]]
    picture = Image.open(io.BytesIO(files["samples.png"]))
    # Two rows of source and output, with lines of two pixels.
    assert picture.size == (2 + 2 * 30, 2 + 2 * 30)
    assert b"](samples.png)" in files["README.md"]


def test_a_run_is_exported_and_pushed_as_private(hub, ada, bob, tmp_path):
    run = tmp_path / "run"
    flags = ["--model=toy", "--dataset=ring8", "--steps=1", "--batch_size=8"]
    trained = binaries.run("train", *flags, f"--output_dir={run}")
    assert trained.returncode == 0, trained.stderr
    pushed = ada.run(
        "zoo", "push", f"--model={run}", "--repo=ada/run", "--private"
    )
    assert (pushed.returncode, pushed.stderr) == (0, "")
    repo = hub.repos["ada/run"]
    assert repo.private
    files = repo.commits[repo.branches["main"]]
    assert {"generator_float32.tflite", "generator_float16.tflite"} < {*files}
    assert ada.run("zoo", "verify", "hf://ada/run").returncode == 0
    refused = bob.run("zoo", "verify", "hf://ada/run")
    require_line(refused, "private one needs a token .* hf://ada/run, with a")
