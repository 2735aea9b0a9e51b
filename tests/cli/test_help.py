"""`--help`: every flag once, in order, with its default, in the width."""

import functools
import os
import re
import subprocess
import sys

import pytest
from absl import flags

from tfgan_zoo.cli import help_text, path_flags, train_help, usage_text
from tfgan_zoo.config import SUBJECTS, TrainConfig
from tfgan_zoo.settings import list_settings

BINARIES = (
    *("train", "evaluate", "export", "sample", "demo", "doctor", "zoo"),
    "directions",
)
WITH_SECTIONS = ("train", "evaluate", "sample")
# As the binaries' processes: two binaries' flags clash in one.
DEFINED = """
import importlib, sys
sys.argv[0] = "tfgan-test"
importlib.import_module(f"tfgan_zoo.cli.{sys.argv[1]}")
from absl import flags
by_module = flags.FLAGS.flags_by_module_dict()
for module in by_module:
    if module.startswith("tfgan_zoo."):
        print(*(flag.name for flag in by_module[module]), sep="\\n")
assert "tensorflow" not in sys.modules
"""
SECTION = re.compile(r"^[A-Za-z][^\n]*\n\n(?=  --)", re.MULTILINE)


@functools.cache
def show_help(binary, flag="--help", columns="80"):
    finished = subprocess.run(
        [sys.executable, "-m", f"tfgan_zoo.cli.{binary}", flag],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": columns},
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout


@functools.cache
def defined_flags(binary):
    finished = subprocess.run(
        [sys.executable, "-c", DEFINED, binary],
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout.split()


def shown_flags(text):
    return re.findall(r"^  --(?:\[no\])?(\w+)", text, re.MULTILINE)


def descriptions(text):
    """Returns what is said of each flag, by its name."""
    entry = r"^  --(?:\[no\])?(\w+)[^\n]*\n((?:      [^\n]*\n)+)"
    return {
        name: " ".join(lines.split())
        for name, lines in re.findall(entry, text, re.MULTILINE)
    }


@pytest.mark.parametrize("binary", BINARIES)
def test_every_flag_is_shown_once(binary):
    shown = shown_flags(show_help(binary))
    assert sorted(shown) == sorted(defined_flags(binary))
    assert "debug" in shown and "logtostderr" not in shown


@pytest.mark.parametrize("binary", BINARIES)
def test_usage_comes_first_and_then_examples(binary):
    usage, examples = show_help(binary).split("\n\n")[:2]
    assert usage.startswith(f"Usage: tfgan-{binary} ")
    assert examples.startswith(f"  tfgan-{binary}")


@pytest.mark.parametrize("binary", BINARIES)
def test_flags_of_the_texts_exist(binary):
    text = " ".join(show_help(binary).split())
    # Those of another command follow its name.
    text = re.sub(rf"tfgan-(?!{binary})\w+ --\w+", "", text)
    text = text.replace("--[no]", "--")
    named = set(re.findall(r"--(\w+)", text))
    assert named - {"helpfull"} <= set(defined_flags(binary))


@pytest.mark.parametrize("binary", BINARIES)
def test_every_flag_has_its_default(binary):
    for name, text in descriptions(show_help(binary)).items():
        says = re.findall(r"Default: |\bRequired\b|^Alias for ", text)
        assert len(says) == 1, f"{name}: {text}"
        assert text.endswith(".") and ".." not in text, f"{name}: {text}"


@pytest.mark.parametrize(
    ("binary", "columns"), [("train", 60), ("train", 80), ("sample", 64)]
)
def test_lines_fill_the_width_and_no_more(binary, columns):
    lines = show_help(binary, columns=str(columns)).splitlines()
    longest = max(lines, key=len)
    assert columns - 10 < len(longest) <= columns, longest


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("binary", BINARIES)
def test_no_line_is_too_long(binary, columns):
    text = show_help(binary, "--helpfull", columns=str(columns))
    assert [x for x in text.splitlines() if len(x) > columns] == []


@pytest.mark.parametrize("binary", BINARIES)
def test_examples_of_narrow_pages_are_the_same_commands(binary):
    wide, narrow = (
        show_help(binary, columns=columns).split("\n\n")[1]
        for columns in ("80", "40")
    )
    assert _commands(narrow) == _commands(wide) != []


def _commands(examples):
    """Returns the words of each command, as a shell reads them."""
    lines = re.sub(r" \\\n *", " ", examples).splitlines()
    # What is said of a command follows two spaces, or stands below.
    return [
        line.strip().partition("  ")[0].split()
        for line in lines
        if line.startswith("  tfgan-")
    ]


def test_commands_break_only_where_they_are_too_long():
    lines = """\
  tfgan-a --one=1 --two=2
  tfgan-a --three=three \\
      --four=4
  tfgan-a --five=five-five --six=6
  tfgan-a                # what it does
"""
    assert usage_text.wrap_lines(lines.rstrip(), 27) == (
        """\
  tfgan-a --one=1 --two=2
  tfgan-a --three=three \\
      --four=4
  tfgan-a \\
      --five=five-five \\
      --six=6
  tfgan-a
      # what it does"""
    )
    assert usage_text.wrap_lines(
        "Usage: tfgan-a --one=A [FLAGS]\n       tfgan-a [FLAGS]", 24
    ) == ("Usage: tfgan-a --one=A\n           [FLAGS]\n       tfgan-a [FLAGS]")


@pytest.mark.parametrize(
    ("columns", "width"),
    [("70", 70), ("20", help_text.MIN_WIDTH), ("500", help_text.MAX_WIDTH)],
)
def test_width_is_the_terminals_within_limits(columns, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert help_text.terminal_width() == width


def test_width_is_80_without_a_terminal():
    assert show_help("demo", columns="") == show_help("demo", columns="80")


@pytest.mark.parametrize("binary", BINARIES)
def test_full_help_adds_the_flags_of_absl(binary):
    text = show_help(binary)
    full = show_help(binary, "--helpfull")
    assert full.startswith(text.rpartition("\n\n")[0])
    added = shown_flags(full)[len(shown_flags(text)) :]
    assert added == ["flagfile", "undefok"]


def test_help_has_other_spellings():
    assert show_help("zoo", "-helpfull") == show_help("zoo", "--helpfull")
    assert show_help("zoo", "-h") == show_help("zoo")


def test_training_shows_ten_flags_and_then_all_subjects():
    _, *sections = SECTION.split(show_help("train"))
    first, *by_subject = map(shown_flags, sections)
    assert first == [
        *("dataset", "image_size", "model", "width", "start_from"),
        *("augmentation", "batch_size", "steps", "output_dir", "dry_run"),
    ]
    for declaring, shown in zip(SUBJECTS.values(), by_subject):
        names = [setting.name for setting in list_settings(declaring)]
        assert shown == [name for name in names if name not in first]
    assert by_subject[len(SUBJECTS) :] == [
        ["config", "resume", "strategy", "tpu"],
        ["debug"],
    ]
    assert len(train_help.SECTIONS) == len(SUBJECTS) + 2
    assert list(train_help._TITLES) == list(SUBJECTS)


def test_a_subject_without_a_title_is_called_by_its_name(monkeypatch):
    (declaring, *_) = SUBJECTS.values()
    monkeypatch.setattr(train_help, "SUBJECTS", {"noise": declaring})
    titles = [title for title, _ in train_help._make_sections()]
    assert titles[1:-1] == ["noise"]


@pytest.mark.parametrize("binary", BINARIES)
def test_only_many_flags_are_in_sections(binary):
    titles = [text.strip() for text in SECTION.findall(show_help(binary))]
    if binary in WITH_SECTIONS:
        assert len(titles) > 4 and titles[-1] == "Other flags"
    else:
        assert titles == ["Flags"]


def test_settings_have_limits_choices_and_defaults():
    texts = descriptions(show_help("train"))
    assert texts["keep_checkpoints"].endswith("At least 1. Default: 3.")
    assert texts["sync_batch_norm"].endswith("Default: on*.")
    assert texts["beta_2"].endswith("0 to 1. Default: 0.999*.")
    assert texts["channels"].endswith(
        "One of: 1, 3. Default: as in the data; 3 for a folder."
    )
    for setting in list_settings(TrainConfig):
        for choice in setting.rules.choices:
            assert str(choice) in texts[setting.name]


def test_a_name_in_two_sections_is_an_error():
    values = flags.FlagValues()
    flags.DEFINE_bool("fast", True, "Be fast.", flag_values=values)
    described = list(values.flags_by_module_dict().values())[0]
    sections = {"A": ["fast"], "B": ["fast"]}
    with pytest.raises(KeyError, match="fast"):
        help_text.format_help("x", described, sections, width=80)


def test_every_kind_of_flag_is_described():
    values = flags.FlagValues()
    keyed = {"flag_values": values}
    flags.DEFINE_bool("fast", True, "Be fast.", **keyed)
    flags.DEFINE_integer("count", 3, "Number.", 1, **keyed)
    flags.DEFINE_float("share", None, "Share.", 0.0, 1.0, **keyed)
    flags.DEFINE_enum("kind", "b", ["a", "b"], "Kind.", **keyed)
    flags.DEFINE_list("names", ["x", "y"], "Names.", **keyed)
    flags.DEFINE_string("where", "", "Place. Default: here.", **keyed)
    flags.DEFINE_string("size", None, "Size. Required.", **keyed)
    parser = path_flags.PathParser(may_be_address=False)
    flags.DEFINE(parser, "model", None, "Model.", **keyed)
    (described,) = values.flags_by_module_dict().values()
    sections = {"First": ["size", "fast"]}
    text = help_text.format_help("Usage: x", described, sections, width=80)
    assert (
        text
        == """\
Usage: x

First

  --size=NAME
      Size. Required.
  --[no]fast
      Be fast. Default: on.

Other flags

  --count=N
      Number. At least 1. Default: 3.
  --share=X
      Share. 0 to 1. Default: none.
  --kind=NAME
      Kind. One of: a, b. Default: b.
  --names=A,B
      Names. Default: x,y.
  --where=NAME
      Place. Default: here.
  --model=NAME|PATH
      Model. Default: none.

--helpfull also lists absl's own flags."""
    )


def test_a_default_stays_on_one_line():
    values = flags.FlagValues()
    help_of_flag = "x" * 20 + " y."
    flags.DEFINE_integer("count", 3, help_of_flag, 1, flag_values=values)
    (described,) = values.flags_by_module_dict().values()
    text = help_text.format_help("x", described, {}, width=40)
    assert "\n      At least 1. Default: 3." in text
