"""Types agree with the code, and say more than that anything will do."""

import pathlib
import subprocess
import sys

from tests.marks import slow_elsewhere

ROOT = pathlib.Path(__file__).parents[2]


@slow_elsewhere
def test_types_agree_with_the_code():
    command = [sys.executable, "-m", "mypy"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
