"""Commands that texts name, and the flags that each knows."""

import functools
import re
import subprocess
import sys


@functools.cache
def known_flags(binary):
    """Returns the names of the flags of `tfgan-...`."""
    module = f"tfgan_zoo.cli.{binary.rpartition('-')[2]}"
    finished = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.findall(r"^  --(\[no\])?(\w+)", finished.stdout, re.MULTILINE)
    names = {name for _, name in found}
    return names | {f"no{name}" for no, name in found if no} | {"help"}


def find(text):
    """Returns the binary and the arguments of each command."""
    return re.findall(
        r"(tfgan-(?:train|evaluate|directions|doctor|encoder|export|sample|demo"
        r"|zoo)) "
        r"([^`\n]*)",
        text.replace("\\\n", " "),
    )
