"""Makes the files of a release from the commit that is checked out.

    python tools/release.py --version=0.1.0 --date=2026-11-30
    git commit --all --message="Release 0.1.0"
    make release PYTHONS=python3.9,python3.13
    python tools/release.py --tag        # with build and twine installed

With a version and a date it writes them to tfgan_zoo/version.py, CHANGELOG.md
and CITATION.cff, and nothing else. Without, these files must agree and git's
tree be clean: wheel and source distribution are built, checked, tried on each
Python of `--python`, and left in `dist` if all went well. Twice on one commit,
with the same Python, zlib and setuptools, gives the same bytes. Nothing is
uploaded.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.releasing import building, installing, versions
from tools.releasing.commands import git

ROOT = Path(__file__).resolve().parents[1]


def require_clean(root: Path) -> None:
    """Raises a ValueError if git's tree has changes or files of no commit."""
    changed = git(root, "status", "--porcelain").splitlines()
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise ValueError(
            "git's tree must be clean, as a release is made from a commit. "
            f"Received: {changed[0].strip()}{more}."
        )


def require_tag(root: Path, version: str, *, new: bool) -> None:
    """Raises a ValueError if a tag is not that of the version.

    Args:
        root: of the repository.
        version: of the release.
        new: whether the tag is to be made, so that none may be there.
    """
    tag = f"v{version}"
    here = git(root, "tag", "--points-at", "HEAD", "--list", "v*").split()
    if here and tag not in here:
        raise ValueError(
            f"The commit's tag must be that of its version, {tag}. "
            f"Received: {', '.join(here)}."
        )
    if new and git(root, "tag", "--list", tag):
        raise ValueError(f"--tag must make a new tag. Received: {tag}.")


def prepare(root: Path, version: str, date: str) -> None:
    """Writes version and date into the files that name them."""
    require_clean(root)
    names = versions.write(root, version, date)
    print(f"Wrote {version} of {date} to {', '.join(names)}: commit them.")


def make(
    root: Path, output: Path, *, pythons: list[str], tag: bool = False
) -> None:
    """Builds and checks the files of a release, and moves them to `output`.

    Raises:
        ValueError: the tree is not that of a release, or a check fails;
            `output` is as it was.
    """
    require_clean(root)
    version = versions.check(root)
    require_tag(root, version, new=tag)
    installing.require_pythons(pythons)
    with tempfile.TemporaryDirectory() as folder:
        sdist, wheel = building.build(root, Path(folder))
        building.check(root, sdist, wheel)
        for python in pythons:
            sample = installing.draw_sample(python, wheel, version)
            print(f"{python}: {sample}", flush=True)
        output.mkdir(parents=True, exist_ok=True)
        for file in (sdist, wheel):
            shutil.move(str(file), str(output / file.name))
    for name in (sdist.name, wheel.name):
        print(_describe(output / name))
    if tag:
        message = f"tfgan_zoo {version}"
        git(root, "tag", "--annotate", f"v{version}", "--message", message)
        print(f"Tagged v{version}: git push origin v{version} publishes it.")


def _describe(path: Path) -> str:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return f"{digest}  {path} ({len(content) / 1e6:.1f} MB)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--version", help="writes this version to the files, with --date")
    add("--date", help="of the release, such as 2026-11-30")
    add(
        "--python", default="", help="tries the wheel on these, comma-separated"
    )
    add("--output", type=Path, help="where the files go. Default: dist")
    add("--tag", action="store_true", help="tags the commit at the end")
    return parser


def _require_alone(options: argparse.Namespace) -> None:
    """Raises a ValueError unless version and date are all that is given."""
    if None in (options.version, options.date):
        name = "version" if options.date is None else "date"
        raise ValueError(
            "--version and --date must be given together. Received: "
            f"--{name}={getattr(options, name)} alone."
        )
    others = ("python", "output", "tag")
    given = [f"--{name}" for name in others if getattr(options, name)]
    if given:
        raise ValueError(
            "--version must go without --python, --output and --tag: what it "
            f"writes has to be committed first. Received: {', '.join(given)}."
        )


def main(arguments: list[str] | None = None, root: Path = ROOT) -> None:
    """Does what is asked for, or exits with 2 and a line that says why not."""
    parser = _parser()
    options = parser.parse_args(arguments)
    pythons = list(filter(None, options.python.split(",")))
    try:
        if options.version is None and options.date is None:
            output = options.output or root / "dist"
            make(root, output, pythons=pythons, tag=options.tag)
        else:
            _require_alone(options)
            prepare(root, options.version, options.date)
    except ValueError as error:
        parser.exit(2, f"release.py: {error}\n")


if __name__ == "__main__":
    main()
