"""Run a sweep with the fake library in a process of its own, for tests that kill it: FILE OUT WORKERS."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from fakes import RUNNER, FakeLibrary

from lantern.errors import LanternError
from lantern.experiments import versions
from lantern.experiments.sweeping import sweep

versions.code_digest = lambda: "fixed"  # someone may edit the code while a test runs

try:
    result = sweep(sys.argv[1], sys.argv[2], int(sys.argv[3]), library=FakeLibrary(), runner=RUNNER)
    print(f"{result.done} of {result.total}")
except LanternError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
except KeyboardInterrupt:
    print("stopped", file=sys.stderr)
    sys.exit(130)
