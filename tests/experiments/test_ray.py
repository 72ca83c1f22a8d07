"""Sweeps on a Ray cluster of several nodes on this machine; one is killed in the middle."""

import os
import threading
import time
from pathlib import Path

import pytest

from lantern.experiments import load_results

ray = pytest.importorskip("ray", reason="needs the extra ray")
pytest.importorskip("psutil", reason="needs the extra ray")

HERE = Path(__file__).parent
TEXT = """
target: {env: student, task: quest}
sources: [{env: teacher, task: quest}]
teachers: {agent: shaped, settings: {seconds: 0.2}}
agents: [{agent: plain, settings: {seconds: 0.2}}, {agent: taught, settings: {seconds: 0.2}}]
seeds: 12
steps: 1000
evaluate: {every: 100, episodes: 1}
"""


@pytest.fixture
def cluster(monkeypatch):
    """A head that holds no jobs, and two nodes of one CPU each."""
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]))
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    try:
        cluster.nodes = [cluster.add_node(num_cpus=1), cluster.add_node(num_cpus=1)]
        ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
        yield cluster
    finally:
        ray.shutdown()
        cluster.shutdown()


@pytest.mark.slow
def test_a_node_killed_in_the_middle_changes_nothing(sweep_file, fake_sweep, tmp_path, cluster):
    here = fake_sweep(sweep_file(TEXT), tmp_path / "here")
    out = tmp_path / "there"

    def kill_a_node():
        while len(list((out / "jobs").glob("*.parquet")) if out.exists() else []) < 8:
            time.sleep(0.05)
        cluster.remove_node(cluster.nodes[0], allow_graceful=False)

    killer = threading.Thread(target=kill_a_node)
    killer.start()
    result = fake_sweep(sweep_file(TEXT), out, backend="ray")
    killer.join()
    assert (result.done, result.total, result.failures) == (36, 36, {})
    assert (out / "summary.json").read_bytes() == (here.folder / "summary.json").read_bytes()
    found = load_results(out)
    assert len({job.provenance["pid"] for job in (*found.jobs, *found.teachers)}) >= 2
    assert all(job.provenance["threads"] == "1" for job in found.jobs)
    assert fake_sweep(sweep_file(TEXT), out, backend="ray").done == 36


def test_a_cluster_that_does_not_answer_is_explained(monkeypatch):
    from lantern.errors import LanternError
    from lantern.experiments.raypool import connect

    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("RAY_gcs_rpc_server_connect_timeout_s", "1")
    monkeypatch.setattr(ray, "init", _refuse)
    with pytest.raises(LanternError, match="Start one with `ray start --head`"):
        connect()


def _refuse(*_, **__):
    raise ConnectionError("no answer")
