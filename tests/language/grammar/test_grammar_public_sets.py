"""Floors for the share of right and silently wrong answers on public data sets, where they are at hand."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARK = Path(__file__).resolve().parents[3] / "benchmarks" / "english.py"


@pytest.fixture(scope="module")
def english() -> ModuleType:
    spec = importlib.util.spec_from_file_location("english_benchmark", BENCHMARK)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("lang2ltl_lifted_dev", 0.92, 0.03),
        ("lang2ltl_cleanup_gopalan", 0.97, 0.01),
        ("fret_templates", 0.99, 0.0),
    ],
)
def test_floor(shared: Path, english: ModuleType, name: str, right: float, wrong: float) -> None:
    score = english.measure(
        name, shared / "data" / "nl2ltl", english.TRANSLATORS["grammar"](name), frozenset()
    )
    total = sum(score.outcomes.values())
    assert score.outcomes["right"] / total >= right, score.outcomes
    assert score.outcomes["wrong"] / total <= wrong, score.outcomes


def test_offline_translation_is_fast(shared: Path, english: ModuleType) -> None:
    folder = shared / "data" / "nl2ltl"
    score = english.measure(
        "lang2ltl_lifted_dev", folder, english.TRANSLATORS["grammar"]("lang2ltl_lifted_dev"), frozenset()
    )
    assert sorted(score.seconds)[len(score.seconds) * 95 // 100] < 0.02
