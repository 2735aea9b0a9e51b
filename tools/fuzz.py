"""Looks for accidents: odd flags, files and calls, a process for each.

    python tools/fuzz.py --minutes=10
    python tools/fuzz.py --seed=3 --only=1234     # again, and keeps its folder

A traceback, a message that tells a user nothing, a hang, a crash, a file under
its final name that is not whole, or a write to anywhere else is a failure, and
makes the exit code 1. The seed and an input's number say what it is.
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.fuzzing import campaign, material, summary
from tools.fuzzing.campaign import Campaign
from tools.fuzzing.child import Limits
from tools.fuzzing.subjects.every import SUBJECTS


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add(
        "--minutes",
        type=float,
        default=10.0,
        help="how long to look, once all is made",
    )
    add("--seed", type=int, default=0, help="another one, other inputs")
    add("--only", type=int, help="the number of the one input to try")
    add("--subject", choices=list(SUBJECTS), default="", help="this one alone")
    add("--jobs", type=int, default=2, help="inputs at a time")
    add("--limit", type=float, default=60.0, help="seconds, then it hangs")
    add("--material", type=Path, help="keep what inputs are made of, here")
    return parser.parse_args()


def main() -> int:
    """Looks, and returns the exit code."""
    options = _options()
    # Python 3.12 warns of forks where threads run; here none does anything.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded")
    # Not a TemporaryDirectory: each fork would remove it as it ends.
    work = Path(tempfile.mkdtemp(prefix="tfgan-zoo-fuzz-"))
    try:
        return _look(options, work)
    finally:
        if options.only is None:
            shutil.rmtree(work, ignore_errors=True)


def _look(options: argparse.Namespace, work: Path) -> int:
    made = options.material or work / "material"
    material.warm()
    if not made.exists():
        made.mkdir(parents=True)
        material.make(made)
    tried = Campaign(
        SUBJECTS, options.seed, made, work, Limits(seconds=options.limit)
    )
    if options.only is not None:
        return _again(dataclasses.replace(tried, keep=True), options.only)
    start = time.monotonic()
    print(f"seed {options.seed}, {options.jobs} at a time", flush=True)
    found = summary.summarize(
        campaign.run(
            tried,
            tried.numbers(options.subject),
            seconds=options.minutes * 60.0,
            jobs=options.jobs,
        )
    )
    print("\n".join(found.lines()))
    print(f"seed {options.seed}, {time.monotonic() - start:.0f} s")
    return 1 if found.failures else 0


def _again(tried: Campaign, number: int) -> int:
    result = campaign.attempt(tried, number)
    folder = tried.work / f"{number:06d}"
    print(f"cd {folder / 'cwd'}\n{result.text}")
    for name in ("stdout", "stderr"):
        text = (folder / name).read_text("utf-8", "replace")
        print(f"-- {name}\n{text}")
    print(f"exit code {result.code} after {result.seconds:.1f} s")
    for failure in result.failures:
        print(f"FAILED {failure.kind}\n{failure.detail}")
    return 1 if result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
