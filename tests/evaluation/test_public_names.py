"""The functions of arrays need no TensorFlow, and all names are there."""

import subprocess
import sys

import pytest

from tfgan_zoo import evaluation


@pytest.mark.parametrize("name", evaluation.__all__)
def test_public_name_is_there(name):
    assert callable(getattr(evaluation, name))


def test_unknown_name_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'fid'"):
        _ = evaluation.fid


def test_functions_of_arrays_load_no_tensorflow():
    script = """
import sys
from tfgan_zoo.evaluation import frechet_distance, kernel_distance, modes
from tfgan_zoo.evaluation import memorisation, neighbourhood
print("tensorflow" in sys.modules)
"""
    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True
    )
    assert finished.stdout == "False\n", finished.stderr
