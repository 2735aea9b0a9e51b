"""The glossary's old names and phrases do not come back."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# From an old name, as it stood in code, to the name that replaced it.
OLD_NAMES = {
    "Against": "Reference",
    "Judge": "AugmentedDiscriminator",
    "Judged": "LogitPair, FeatureSet",
    "Judgement": "DiscriminatorOutput",
    "Look": "ProbeResult",
    "Wanted": "ReferenceRequest",
    "WatchGAN": "GANMonitor",
    "_Judged": "LogitPair, FeatureSet",
    "_judged": "evaluate_samples",
    "against": "load_reference",
    "called": "call_network, or what the thing is",
    "drawn": "sample_inputs, evaluate_samples",
    "examined": "on_examination",
    "fake_said": "fake_output",
    "finished": "to_output_dtype",
    "found": "a match, or what the thing is",
    "judge": "discriminate",
    "judged": "evaluate_samples",
    "kept": "arrays, or what the thing is",
    "laid_out": "a layer",
    "lost_named": "translate_worker_loss",
    "noted": "record",
    "of_networks": "wrap_networks",
    "one": "what the thing is",
    "own": "what the thing is",
    "real_said": "real_output",
    "said": "what the thing is",
    "served": "run_in_batches",
    "settled": "resolve, broadcast_labels",
    "shown": "preprocess, or what the thing is",
    "told": "on_metrics",
    "wanted": "expected, or what the thing is",
}
# Phrases of texts, as regular expressions, and what is said instead.
OLD_PHRASES = {
    r"\bas of `": "see `x`",
    r"\bgoes? over (it|them|a setting)\b": "overrides",
    r"\bpasses over\b": "skips",
}


def old_names(source: str, path: str) -> Iterator[str]:
    """Yields the old names among the identifiers of a file."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and token.string in OLD_NAMES:
            yield (
                f"{path}:{token.start[0]}: {token.string} -> "
                f"{OLD_NAMES[token.string]}"
            )


def old_phrases(text: str, path: str) -> Iterator[str]:
    """Yields the old phrases in a text."""
    for phrase, new in OLD_PHRASES.items():
        for match in re.finditer(phrase, text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: {match.group()} -> {new}"


def test_no_old_name_is_in_the_package():
    package = ROOT / "tfgan_zoo"
    hits = [
        hit
        for path in sorted(package.rglob("*.py"))
        for hit in old_names(
            path.read_text("utf-8"), path.relative_to(package).as_posix()
        )
    ]
    assert hits == []


def test_no_old_phrase_is_in_texts():
    paths = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    paths += (ROOT / "tfgan_zoo").rglob("*.py")
    hits = [
        hit
        for path in sorted(paths)
        if path.name != "decisions.md"  # a diary, which stays as it is
        for hit in old_phrases(
            path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
        )
    ]
    assert hits == []


@pytest.mark.parametrize(
    ("source", "path", "count"),
    [
        ("told = 1", "a.py", 1),
        ("# told\nx = 'told'", "a.py", 0),
        ("untold = 1", "a.py", 0),
        ("drawn = 1", "training/a.py", 1),
    ],
)
def test_old_names_are_counted_as_identifiers(source, path, count):
    assert len(list(old_names(source, path))) == count
