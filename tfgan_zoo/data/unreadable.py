"""Why a file is no image that can be decoded, in a few words."""

from __future__ import annotations

import errno
import re
from typing import BinaryIO

from PIL import Image, TiffImagePlugin

MAX_PIXELS = 64_000_000

# Enough for DICOM's signature and for the first tag of a page.
HEAD_BYTES = 1024

_SIGNATURES = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF"),
    *(b"II*\0", b"MM\0*"),
)
_CONVERT = "which Pillow does not decode; convert it to PNG or JPEG"
_NOT_DECODED = {
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"8BPS": "Photoshop (PSD)",
    b"gimp xcf": "GIMP (XCF)",
    b"v/1\x01": "OpenEXR",
    b"#?RADIANCE": "Radiance HDR",
    b"#?RGBE": "Radiance HDR",
    b"SIMPLE  =": "FITS",
    b"DDS ": "DDS",
    b"FUJIFILMCCD-RAW": "camera raw",
    b"IIRO": "camera raw",
    b"IIU\0": "camera raw",
}
_OTHER_FILES = {
    b"version https://git-lfs": "a Git LFS pointer; `git lfs pull` fetches the "
    "image",
    b"%PDF": "a PDF",
    b"%!PS": "PostScript",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x93NUMPY": "a NumPy array",
    b"\x89HDF": "an HDF5 file",
    b"\x1aE\xdf\xa3": "a video",
    b"FLV\x01": "a video",
    b"\0\0\x01\xba": "a video",
    b"\0\0\x01\xb3": "a video",
    b"OggS": "a video or sound",
    b"ID3": "sound",
}
_HEIC_BRANDS = (
    *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"),
    *(b"mif1", b"msf1"),
)
_MARKUP = re.compile(rb"<(svg|!doctype html|html|head|body)[\s>]", re.I)


# Of a file that is as it is; any other error may not come again.
_LASTING = (
    *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP),
    *(errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.EINVAL),
)


class UnreadableImage(Exception):
    """An image cannot be decoded; `str` of it is a short reason.

    Attributes:
        is_temporary: whether the disk, the network or memory failed and not
            the file, so that it may be read another time.
        remedy: what would help in a data set, such as a flag; "" if nothing.
    """

    def __init__(
        self, reason: str, *, is_temporary: bool = False, remedy: str = ""
    ) -> None:
        super().__init__(reason)
        self.is_temporary, self.remedy = is_temporary, remedy


def is_temporary_error(error: Exception) -> bool:
    """Whether what failed may succeed another time with the same file."""
    if isinstance(error, OSError):
        # Decoders raise errors without a number for damaged files.
        return error.errno is not None and error.errno not in _LASTING
    return isinstance(error, MemoryError)


def too_many_pixels(pixels: int) -> str:
    """Returns the reason why a bomb is not decoded."""
    return f"{pixels:,} pixels are over the limit of {MAX_PIXELS:,}"


def describe_error(error: Exception) -> str:
    """Returns what an exception of a decoder means."""
    text = (str(error) or type(error).__name__).splitlines()[0]
    if isinstance(error, Image.DecompressionBombError):
        # Pillow's own, higher limit comes first, and hides the image's size.
        number = re.search(r"\((\d+) pixels\)", text)
        return too_many_pixels(int(number.group(1))) if number else text
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    if isinstance(error, EOFError) or "truncated" in text.lower():
        return "truncated"
    return f"damaged or unsupported ({text[:100]})"


def describe_head(head: bytes) -> str:
    """Returns why a file that starts so is no image of a known format.

    Args:
        head: its first `HEAD_BYTES`, or all of it.
    """
    if not head:
        return "empty file"
    if head[4:8] == b"ftyp":
        return _describe_media_file(head[8:12])
    if head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"WAVE"):
        kind = "a video" if head[8:12] == b"AVI " else "sound"
        return f"not an image but {kind}"
    if head.startswith(_SIGNATURES):
        return "truncated or damaged in its header"
    if head[128:132] == b"DICM":
        return "DICOM, which is not decoded; convert it to 16-bit PNG or TIFF"
    for start, kind in _NOT_DECODED.items():
        if head.startswith(start):
            return f"{kind}, {_CONVERT}"
    return _describe_other_file(head)


def _describe_media_file(brand: bytes) -> str:
    """Of an ISO base media file: HEIF, AVIF, MP4 and their like."""
    if brand in _HEIC_BRANDS:
        return f"HEIC, {_CONVERT}"
    if brand in (b"avif", b"avis"):
        return "AVIF, damaged or not decoded by this Pillow"
    if brand == b"crx ":
        return f"camera raw, {_CONVERT}"
    return "not an image but a video"


def _describe_other_file(head: bytes) -> str:
    for start, kind in _OTHER_FILES.items():
        if head.startswith(start):
            return f"not an image but {kind}"
    markup = _MARKUP.search(head)
    if markup and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        if markup.group(1).lower() == b"svg":
            return "SVG, which holds shapes; convert it to PNG"
        return "not an image but an HTML page"
    return "not an image of a known format"


def is_unsupported_tiff(source: str | BinaryIO) -> bool:
    """Whether a TIFF is sound, but of samples that Pillow cannot hold.

    Args:
        source: the path of a file, or a stream of bytes.
    """
    try:
        TiffImagePlugin.TiffImageFile(source)
    except SyntaxError as error:
        return "unknown pixel mode" in str(error)
    except Exception:  # noqa: BLE001  (damaged files raise nearly anything)
        return False
    return False
