"""A sweep from the page: a file that anybody can run again, a process, a report."""

import time

import pytest
import yaml

pytest.importorskip("starlette", reason="the extra studio is not installed")

from lantern.studio.trials import NewSweep, sweep_file

TARGET = {"env": "dungeon_quest/teacher", "text": "First pick up the key, then open the chest."}
ASK = {"target": TARGET, "sources": [], "agents": ["lantern", "product_q"], "seeds": 2, "steps": 2000}


def test_the_file_says_what_was_asked():
    asked = NewSweep.model_validate({**ASK, "sources": [{"env": "office", "task": "office"}]})
    assert sweep_file(asked) == {
        "target": {"env": TARGET["env"], "task": {"text": TARGET["text"]}},
        "sources": [{"env": "office", "task": "office"}],
        "agents": ["product_q", "lantern"],
        "baseline": "product_q",
        "seeds": 2,
        "steps": 2000,
        "evaluate": {"every": 40, "episodes": 10},
    }


def test_a_mistake_starts_nothing(client, tmp_path):
    answer = client.post("/api/sweep", json={**ASK, "agents": ["product_qq"]})
    assert answer.status_code == 400 and "product_q" in answer.json()["error"]
    assert client.get("/api/sweep").json() == {"started": False}
    assert list((tmp_path / "runs").iterdir()) == []


def wait(client, until, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        status = client.get("/api/sweep").json()
        if until(status):
            return status
        time.sleep(0.3)
    pytest.fail(f"the sweep is still at {status}")


def test_a_sweep_runs_to_its_report(client, tmp_path):
    started = client.post("/api/sweep", json=ASK).json()
    assert started["command"].startswith("lantern sweep ")
    second = client.post("/api/sweep", json=ASK)
    assert second.status_code == 400 and "is running" in second.json()["error"]
    status = wait(client, lambda status: not status["running"])
    assert "error" not in status, status
    assert (status["done"], status["total"], status["failed"]) == (4, 4, 0)
    assert [curve["agent"] for curve in status["curves"]] == ["product-MDP Q-learning", "LANTERN"]
    assert status["curves"][0]["step"][-1] == 2000 and status["curves"][0]["low"] is None
    page = client.get("/report")
    assert page.status_code == 200 and "LANTERN report" in page.text
    [folder] = (tmp_path / "runs").iterdir()
    assert yaml.safe_load((folder / f"{folder.name}.yaml").read_text())["seeds"] == 2


def test_a_sweep_can_be_stopped(client):
    client.post("/api/sweep", json={**ASK, "seeds": 50, "steps": 1_000_000})
    wait(client, lambda status: status["total"] > 0)
    stopped = client.post("/api/stop", json={}).json()
    assert not stopped["running"] and stopped["done"] < stopped["total"]
