"""A sweep on a Ray cluster whose results lie in a bucket."""

import pytest

pytest.importorskip("moto.server", reason="needs the S3-compatible server of moto")
pytest.importorskip("ray", reason="needs the extra ray")

import test_bucket
import test_ray

from lantern.experiments import load_results
from lantern.experiments.remote import Remote

# The nodes inherit the environment, so the address, which sets the credentials, comes before the cluster.
server, address, cluster = test_bucket.server, test_bucket.address, test_ray.cluster


@pytest.mark.slow
def test_a_cluster_writes_to_a_bucket_what_one_machine_writes_to_a_folder(
    fake_sweep, sweep_file, address, cluster, tmp_path
):
    here = fake_sweep(sweep_file(test_ray.TEXT), tmp_path / "here")
    result = fake_sweep(sweep_file(test_ray.TEXT), address, backend="ray")
    assert (result.done, result.total, result.failures) == (36, 36, {})
    assert Remote(address).read("summary.json") == (here.folder / "summary.json").read_bytes()
    found = load_results(address)
    assert len({job.provenance["pid"] for job in (*found.jobs, *found.teachers)}) >= 2
