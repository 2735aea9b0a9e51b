"""docs/doctor.md: its tables are the code's, and its Python runs."""

import re
from pathlib import Path

import binaries
import pytest

from tools import doctor_tables

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "doctor.md").read_text(
    "utf-8"
)


@pytest.mark.parametrize("rows", [doctor_tables.kinds, doctor_tables.signals])
def test_a_table_has_the_rows_of_the_code(rows):
    assert "\n".join(rows()) in PAGE


@pytest.mark.slow
def test_the_python_runs(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (script := tmp_path / "page.py").write_text(code)
    finished = binaries.run_script(script, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "pixel_distance" in finished.stdout
    assert (tmp_path / "health.jsonl").exists()
