from __future__ import annotations

import re

import numpy as np
import pytest
from encoded_images import TIFF_RGB, tiff

from tfgan_zoo.data.decode import UnreadableImage, decode

REST = bytes(200)
FLOATS = np.zeros((4, 4, 3), np.float32)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\0\0\0\x18ftypheic" + REST, "HEIC, which Pillow does not decode"),
        (b"\0\0\0\x18ftypmif1" + REST, "HEIC, which Pillow does not decode"),
        (b"\0\0\0\x18ftypavif" + REST, "AVIF, damaged"),
        (b"\0\0\0\x18ftypisom" + REST, "not an image but a video"),
        (b"\0\0\0\x18ftypqt  " + REST, "not an image but a video"),
        (b"RIFF\0\0\0\0AVI LIST" + REST, "not an image but a video"),
        (b"\x1aE\xdf\xa3" + REST, "not an image but a video"),
        (b"\xff\x0a" + REST, "JPEG XL, which Pillow does not decode"),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + REST, "JPEG XL, which"),
        (bytes(128) + b"DICM" + REST, "DICOM, which is not decoded"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG, which"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<svg a=''/>", "SVG, which"),
        (b"\xef\xbb\xbf<!DOCTYPE HTML><html>", "not an image but an HTML page"),
        (b"\n <html><title>404</title>", "not an image but an HTML page"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            "not an image but a Git LFS pointer; `git lfs pull`",
        ),
        (b"%PDF-1.7\n" + REST, "not an image but a PDF"),
        (b"8BPS\0\x01" + REST, r"Photoshop \(PSD\), which Pillow does not"),
        (b"PK\x03\x04" + REST, "not an image but a zip archive"),
        (b"some text about <svg > and <html>", "not an image of a known"),
        (b"{}", "not an image of a known"),
        (tiff(FLOATS, TIFF_RGB), "TIFF with samples of a kind that Pillow"),
        (tiff(FLOATS.astype("u2")[..., :2]), "TIFF with samples of a kind"),
        (tiff(FLOATS, TIFF_RGB)[:60], "truncated or damaged in its header"),
    ],
)
def test_decode_of_what_is_no_image_says_what_it_is(
    data: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableImage) as error:
        decode(data, (8, 8, 3))
    assert re.match(reason, str(error.value))
