"""A model file is read with few others: what importing it imports."""

import subprocess
import sys

LARGEST_CLOSURE = 22
_IMPORT = """
import sys
import tfgan_zoo.models.dcgan
print(*sorted(name for name in sys.modules if name.startswith("tfgan_zoo")))
"""


def test_dcgan_imports_few_files_of_the_package():
    modules = subprocess.run(
        [sys.executable, "-c", _IMPORT],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "tfgan_zoo.models.dcgan" in modules
    assert len(modules) <= LARGEST_CLOSURE, modules
