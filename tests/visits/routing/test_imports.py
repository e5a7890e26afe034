import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["period", "day", "distance", "check", "sketch"])
def test_a_web_process_loads_no_compiler(module):
    """numba takes a second to import and a hundred megabytes to hold."""
    loaded = subprocess.run(
        [sys.executable, "-c", f"import visits.routing.{module}, sys; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"numba", "numpy", "pyvrp", "django"} & set(loaded)
