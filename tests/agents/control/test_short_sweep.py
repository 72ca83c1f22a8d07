"""The shipped comparison of controllers, cut short: one site, a short search, every part run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lantern.content import library
from lantern.experiments import load_results, sweep
from lantern.experiments.report import measured_table, write_report

pytest.importorskip("stable_baselines3")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    whole = yaml.safe_load((library() / "experiments" / "emission_control.yaml").read_text("utf-8"))
    search = {"rounds": 3, "candidates": 6, "plants": 8, "hours": 6}
    target = whole["targets"][1]
    target["sources"] = target["sources"][:1]
    about: dict[str, dict[str, object]] = {
        "usual": {},
        "sac_site": {"deep": {"n_envs": 8, "learning_starts": 80, "policy_kwargs": {"net_arch": [16]}}},
        "lantern": {
            "control": {"method": "lantern", "record_hours": 24, "trial_hours": 12, "search": search}
        },
    }
    whole |= {
        "targets": [target],
        "teachers": {
            "agent": "emission_control/search_site",
            "settings": {"control": {"method": "search", "plant": "site", "search": search}},
        },
        "agents": [
            {"agent": f"emission_control/{name}", "settings": settings} for name, settings in about.items()
        ],
        "seeds": 1,
        "steps": 600,
        "evaluate": {"every": 300, "episodes": 4},
    }
    place = tmp_path_factory.mktemp("emission")
    (place / "short.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")
    result = sweep(place / "short.yaml", out=place / "out", workers=1)
    assert not result.failures
    return place / "out"


def test_every_controller_is_measured_on_the_same_days(folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    metrics = {name: agent["metrics"] for name, agent in summary["agents"].items()}
    assert set(metrics) == {"usual", "sac_site", "lantern"}
    assert metrics["usual"]["cpsi_change"]["mean"] == 0.0
    assert metrics["usual"]["no_worse"]["mean"] == 1.0
    for numbers in metrics.values():
        assert 0.0 <= numbers["within"]["mean"] <= numbers["within_short"]["mean"] <= 1.0
        assert numbers["cost"]["mean"] > 0.0
    assert metrics["lantern"]["cpsi_change"]["mean"] <= 0.02  # usual control is one of its arms


def test_the_benchmark_prints_every_goal_as_met_or_missed(folder: Path) -> None:
    script = library() / "benchmarks" / "emission_control.py"
    if not script.is_file():
        pytest.skip("benchmarks/ is part of a checkout only")
    command = [sys.executable, str(script), "--out", str(folder)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "3 jobs (0 missing, 0 failed), 1 seed(s), 4 days at each site" in printed
    lines = printed.partition("goals of lantern\n")[2].splitlines()
    assert len(lines) == 6
    assert all(line.split()[0] in ("met", "MISSED") for line in lines)
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    kept = {name: agent["metrics"]["within"]["mean"] for name, agent in summary["agents"].items()}
    assert f"{kept['lantern']:.2f} against {kept['sac_site']:.2f}" in printed
    assert "limits kept" in printed
    assert "strictly" in printed


def test_the_report_shows_the_day_and_the_measures(folder: Path) -> None:
    page = write_report(folder, figures=False).read_text("utf-8")
    assert "The same day under each controller" in page
    assert "What else was measured" in page
    assert "Predicted and measured" in page
    assert "Use of the experts" in page
    [table] = measured_table(load_results(folder))
    assert "cpsi change" in dict(table.rows)


def test_trust_is_noted_for_teachers_usual_control_and_learning_alone(folder: Path) -> None:
    [job] = [job for job in load_results(folder).jobs if job.agent == "lantern"]
    assert job.trust is not None
    assert job.trust.arms == ("emission_control/site_01", "adapted here", "usual control", "learning alone")
    assert abs(job.trust.weight.sum(axis=1) - 1.0).max() < 1e-6
    assert job.trust.step[0] == 288  # the record of a day, then trials of four hours
    assert job.trust.step[-1] == 288 + 144
    assert job.alignment is not None
