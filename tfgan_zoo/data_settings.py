"""The settings of a training's images."""

# Without `from __future__ import annotations`: the types are read at run time.
import dataclasses
from typing import Optional

from tfgan_zoo import checks
from tfgan_zoo.settings import COUNT, Settings, setting


@dataclasses.dataclass(frozen=True)
class DataSettings(Settings):
    """Which images, and how they are read."""

    # A resumed run compares its data by their content, as they may have moved.
    dataset: str = setting(
        "fashion_mnist_10k",
        help="Data set: a folder of images, whose subfolders are the classes; "
        "fashion_mnist_10k or smileys, which come with the package; the name "
        "of a TensorFlow data set; or points: ring8, grid25 or xor. To "
        "translate: emoji_drawings, pairs:FOLDER or unpaired:FOLDER,FOLDER.",
        default_text="the architecture's, usually fashion_mnist_10k",
        is_path=True,
        may_change=True,
    )
    split: Optional[str] = setting(
        None,
        help="Split of the data set; required for a folder that contains "
        "splits, such as train/ and test/.",
        default_text="train",
        may_change=True,
    )
    data_dir: Optional[str] = setting(
        None,
        help="Where TensorFlow data sets are stored.",
        default_text="$TFDS_DATA_DIR, or ~/tensorflow_datasets",
        is_path=True,
        may_change=True,
    )
    download: bool = setting(
        False,
        help="Download the TensorFlow data set if it is not stored yet.",
        may_change=True,
    )
    strict_data: bool = setting(
        False,
        help="Stop at the first image that cannot be read; otherwise such "
        "images are listed and left out.",
    )
    image_size: Optional[int] = setting(
        None,
        help="Height and width of the images in pixels.",
        default_text="those of the data if all are alike and square, else 64",
        limits=COUNT,
    )
    image_width: Optional[int] = setting(
        None,
        help="Width of images that are not square; image_size is then the "
        "height.",
        default_text="image_size",
        limits=COUNT,
    )
    channels: Optional[int] = setting(
        None,
        help="Number of channels: 1 for grey images, 3 for colour.",
        default_text="as in the data; 3 for a folder",
        choices=(1, 3),
    )
    value_range: Optional[str] = setting(
        None,
        help="MIN,MAX: the values of black and white in images of more than 8 "
        "bits.",
        default_text="the range of sample_bits",
        check=checks.value_range,
    )
    sample_bits: Optional[int] = setting(
        None,
        help="Number of bits that 16-bit images use.",
        default_text="as many as the data set needs",
        limits=(8, 16),
    )
