"""How long a user waits before anything happens: ``import lantern`` and ``lantern --help``.

Run ``python benchmarks/startup.py``. CPU seconds of whole processes beside a bare interpreter, since
wall-clock time on a shared machine says more about the neighbours.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

HELP = "import sys; sys.argv = ['lantern', '--help']; from lantern.cli import main; main()"
CASES = {"python -c pass": "pass", "import lantern": "import lantern", "lantern --help": HELP}


def cpu_seconds(code: str) -> float:
    """CPU time, user and system, of one fresh interpreter running ``code``."""
    before = os.times()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(runs: int = 11) -> None:
    """Print the median and the range of each case."""
    print(f"{'case':<20}{'median s':>10}{'min s':>10}{'max s':>10}")
    for name, code in CASES.items():
        seconds = [cpu_seconds(code) for _ in range(runs)]
        print(f"{name:<20}{statistics.median(seconds):>10.3f}{min(seconds):>10.3f}{max(seconds):>10.3f}")


if __name__ == "__main__":
    main()
