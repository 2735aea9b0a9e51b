"""Goes through the files of a folder, always in the same order."""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tfgan_zoo.data import ignored_folders
from tfgan_zoo.data.class_names import natural_key, normalize

# Files that lie beside images; they are passed over without a word.
_NO_IMAGES = (
    *(".csv", ".tsv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml"),
    *(".txt", ".md", ".rst", ".html", ".pdf", ".log", ".ini", ".db"),
    *(".npy", ".npz", ".pkl", ".zip", ".tar", ".gz", ".py", ".sh"),
    ".examples",  # of this package's cache
)
_IMAGE_ENDINGS = (
    *(".avif", ".bmp", ".gif", ".jp2", ".jpeg", ".jpg", ".png", ".ppm"),
    *(".tif", ".tiff", ".webp"),
)
# After so many names without one of an image, some files are looked into.
_MAX_WITHOUT_IMAGE = 50_000
_LOOKED_INTO = 500
_SIGNATURES = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0"),
    *(b"MM\0*", b"qoif", b"\0\0\0\x0cjP", b"\0\0\0\x1cftyp", b"\0\0\0 ftyp"),
)
_LOG_SECONDS = 10
_NEVER_IMAGES = (
    ignored_folders.RUN,
    ignored_folders.EXPORT,
    ignored_folders.PSEUDO,
)

Log = Callable[[str], None]


def class_key(folder: str) -> Any:
    """Sorts class folders naturally, by the names that classes get."""
    return natural_key(class_name(folder))


def class_name(folder: str) -> str:
    """Returns a folder's name without bytes that are of no encoding."""
    return normalize(os.fsencode(folder).decode("utf-8", "replace"))


class CandidateFile(NamedTuple):
    """A file that may be an image.

    Attributes:
        path: relative to the folder, with `/` between its parts.
        bytes, modified_ns: its size and time.
        changed_ns: when its inode changed, which copies cannot set back.
        problem: why it cannot be opened, empty if it can.
    """

    path: str
    bytes: int = 0
    modified_ns: int = 0
    changed_ns: int = 0
    problem: str = ""

    @property
    def class_name(self) -> str:
        """The first folder of its path, empty if it has none."""
        first, slash, _ = self.path.partition("/")
        return first if slash else ""

    @property
    def is_named_as_image(self) -> bool:
        return os.path.splitext(self.path)[1].lower() in _IMAGE_ENDINGS


def fingerprint(file: CandidateFile) -> bytes:
    """A digest that changes with the file's name, size or time."""
    text = repr(tuple(file)).encode("utf-8", "backslashreplace")
    return hashlib.sha256(text).digest()


@dataclasses.dataclass
class _Folder:
    """A folder that a walk is in, with the names still to come."""

    path: Path
    prefix: str
    names: collections.deque[str]
    # Device and number of it and of the folders around it.
    around: frozenset[tuple[int, int]]


class Walk:
    """Yields the files below a folder that may be images.

    Hidden files and those of well-known other kinds are left out, and folders
    of the system or of this package. Links are followed, except to a folder
    that they lie in. At no time is more held than the names in one folder and
    in those around it. Iterating begins the walk anew.

    Args:
        root: the folder.
        key: sorts the names of class folders.
        log: gets a line now and then while it takes long.

    Attributes:
        left_out: paths of folders left out by the last walk, by their kind.
        class_folders: names of the folders at the top, in order.
    """

    def __init__(
        self,
        root: Path,
        *,
        key: Callable[[str], Any] = class_key,
        log: Log | None = None,
    ) -> None:
        self._root = root
        self._key = key
        self._log = log
        self._pseudo = ignored_folders.pseudo_devices()
        self._start()

    def _start(self) -> None:
        self.left_out: dict[str, list[str]] = {}
        self.class_folders: list[str] = []
        self._seen = 0
        self._has_image = False
        self._candidates: collections.deque[Path] = collections.deque(
            maxlen=_LOOKED_INTO
        )
        self._logged = time.monotonic()

    def __iter__(self) -> Iterator[CandidateFile]:
        self._start()
        stack: list[_Folder] = []
        candidate = self._enter(self._root, "", stack)
        while True:
            if candidate is not None:
                yield candidate
            while stack and not stack[-1].names:
                stack.pop()
            if not stack:
                return
            candidate = self._next(stack)

    def _next(self, stack: list[_Folder]) -> CandidateFile | None:
        """Takes the next name of the innermost folder."""
        folder = stack[-1]
        name = folder.names.popleft()
        path, relative = folder.path / name, folder.prefix + name
        self._count()
        try:
            status = path.stat()
        except OSError as error:
            return CandidateFile(relative, problem=_reason(error))
        if stat.S_ISDIR(status.st_mode):
            if (status.st_dev, status.st_ino) in folder.around:
                return None
            return self._enter(path, relative, stack)
        if self._may_be_image(path, status):
            return _candidate(relative, status)
        return None

    def _enter(
        self, path: Path, relative: str, stack: list[_Folder]
    ) -> CandidateFile | None:
        """Goes into a folder, or returns why it cannot be read."""
        try:
            status = path.stat()
            names = os.listdir(path)
        except OSError as error:
            return CandidateFile(relative, problem=_reason(error))
        kind = self._kind(path, status, names)
        # Samples that this package wrote are read to be evaluated.
        if kind and (stack or kind in _NEVER_IMAGES):
            self.left_out.setdefault(kind, []).append(relative)
            return None
        if len(stack) == 1:
            self.class_folders.append(relative)
        around = stack[-1].around if stack else frozenset()
        visible = [name for name in names if not name.startswith(".")]
        visible.sort(key=_file_key)
        if not stack:
            visible = _folders_last(path, visible, self._key)
        stack.append(
            _Folder(
                path,
                f"{relative}/" if relative else "",
                collections.deque(visible),
                around | {(status.st_dev, status.st_ino)},
            )
        )
        return None

    @property
    def root_kind(self) -> str:
        """What the folder itself is, if its files are no images."""
        for kind, paths in self.left_out.items():
            if "" in paths:
                return kind
        return ""

    def _kind(
        self, path: Path, status: os.stat_result, names: list[str]
    ) -> str:
        if status.st_dev in self._pseudo:
            return ignored_folders.PSEUDO
        if ignored_folders.is_system_folder(path.name):
            return ignored_folders.SYSTEM
        if path.is_symlink() and ignored_folders.enclosing_run(path.resolve()):
            return ignored_folders.RUN
        return ignored_folders.kind_of_output(path, names)

    def _may_be_image(self, path: Path, status: os.stat_result) -> bool:
        if path.suffix.lower() in _NO_IMAGES or status.st_dev in self._pseudo:
            return False
        named = path.suffix.lower() in _IMAGE_ENDINGS
        # Only what is called an image is worth a word if it is a device.
        if not (named or stat.S_ISREG(status.st_mode)):
            return False
        self._has_image |= named
        if not self._has_image:
            self._candidates.append(path)
        return True

    def _count(self) -> None:
        self._seen += 1
        if self._seen % 1000:
            return
        now = time.monotonic()
        if self._log is not None and now - self._logged > _LOG_SECONDS:
            self._logged = now
            self._log(f"Found {self._seen:,} files in {self._root} so far ...")
        if not self._has_image and self._seen >= _MAX_WITHOUT_IMAGE:
            self._has_image = any(map(_is_signed, self._candidates))
            if not self._has_image:
                raise ValueError(
                    "`dataset` must be a folder of images. Received: "
                    f"{self._root}, without one among its first "
                    f"{self._seen:,} files and folders."
                )


def _folders_last(
    root: Path, names: list[str], key: Callable[[str], Any]
) -> list[str]:
    """Returns the names in a folder: files as they are, then folders by key."""
    folders = {name for name in names if os.path.isdir(root / name)}
    files = [name for name in names if name not in folders]
    return [*files, *sorted(folders, key=lambda name: (key(name), name))]


def _file_key(name: str) -> tuple[str, str]:
    # The same order whichever form of Unicode a file system keeps.
    return normalize(name), name


def _is_signed(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(16).startswith(_SIGNATURES)
    except OSError:
        return False


def _candidate(path: str, status: os.stat_result) -> CandidateFile:
    # To open a pipe would wait for its other end, for ever.
    problem = "" if stat.S_ISREG(status.st_mode) else "not a regular file"
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return CandidateFile(path, status.st_size, *times, problem)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
