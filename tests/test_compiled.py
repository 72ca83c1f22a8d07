"""Machine code is kept, and never outlives a change of any source that it may come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from lantern.compiled import cache_folder, config, njit, sources_digest

SOURCE = "from lantern.compiled import njit\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "fast").mkdir()
    (tmp_path / "slow").mkdir()
    (tmp_path / "fast" / "kernel.py").write_text(SOURCE)
    (tmp_path / "fast" / "constants.py").write_text("LIMIT = 3\n")
    (tmp_path / "slow" / "plain.py").write_text("pass\n")
    return tmp_path


def test_a_change_beside_compiled_code_changes_the_digest(package: Path) -> None:
    before = sources_digest(package)
    assert sources_digest(package) == before
    (package / "fast" / "constants.py").write_text("LIMIT = 4\n")
    assert sources_digest(package) != before


def test_a_change_elsewhere_keeps_the_cache(package: Path) -> None:
    before = sources_digest(package)
    (package / "slow" / "plain.py").write_text("changed = True\n")
    assert sources_digest(package) == before


def test_the_real_kernels_are_watched() -> None:
    root = Path(__file__).resolve().parents[1] / "lantern"
    watched = {
        path.parent.name for path in root.rglob("*.py") if SOURCE.strip().encode() in path.read_bytes()
    }
    assert {"tabular", "grid", "incinerator"} <= watched


def test_the_setting_of_others_is_left_alone() -> None:
    before = config.CACHE_DIR

    @njit()
    def double(value: int) -> int:
        return 2 * value

    assert double(21) == 42
    assert before == config.CACHE_DIR
    assert cache_folder().name == sources_digest(Path(__file__).resolve().parents[1] / "lantern")


def test_folders_below_compiled_code_are_watched_too(package: Path) -> None:
    before = sources_digest(package)
    (package / "fast" / "more").mkdir()
    (package / "fast" / "more" / "method.py").write_text("pass\n")
    assert sources_digest(package) != before
