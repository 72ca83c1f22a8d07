"""The package as a user gets it: quick to import, complete as a wheel."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    "torch",
    "numba",
    "matplotlib",
    "pyarrow",
    "scipy",
    "wordllama",
    "openai",
    "stable_baselines3",
    "gymnasium",
)


def run(*command: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **options)


HELP = "import sys; sys.argv = ['lantern', '--help']; from lantern.cli import main; main()"


@pytest.mark.parametrize("code", ["import lantern", HELP], ids=["import", "help"])
def test_start_up_loads_nothing_heavy(code: str) -> None:
    """What keeps start-up quick; `benchmarks/startup.py` measures the seconds."""
    report = f"import atexit, sys; atexit.register(lambda: print([m for m in {HEAVY!r} if m in sys.modules]))"
    result = run(sys.executable, "-c", f"{report}\n{code}")
    assert result.returncode == 0, result.stderr
    assert result.stdout.rstrip().endswith("[]"), result.stdout


def test_public_names_all_load() -> None:
    import lantern

    for name in lantern.__all__:
        assert getattr(lantern, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        lantern.no_such_name  # noqa: B018


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    result = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_the_library(wheel: Path) -> None:
    listing = run(sys.executable, "-m", "zipfile", "-l", wheel).stdout
    for kind in ("envs", "tasks", "agents", "experiments"):
        shipped = {path.relative_to(ROOT).as_posix() for path in (ROOT / kind).rglob("*.yaml")}
        assert shipped, kind
        for path in shipped:
            assert f"lantern/library/{path}" in listing
    assert "lantern/py.typed" in listing
    assert not re.search(r"\.(nbi|nbc|pyc)\s", listing)


@pytest.mark.slow
def test_the_wheel_alone_runs_the_quickstart_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    """A short version of the main job, in an environment that holds only the wheel and what it asks for."""
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    installed = run(python, "-m", "pip", "install", "-q", "-c", ROOT / "constraints.txt", wheel)
    assert installed.returncode == 0, installed.stderr
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    result = run(
        environment / "bin" / "lantern", "sweep", "quickstart", "--out", "q", "--workers", "2", cwd=elsewhere
    )
    assert result.returncode == 0, result.stderr
    assert "Q-learning" in result.stdout
    assert "LANTERN" in result.stdout
    page = (elsewhere / "q" / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
