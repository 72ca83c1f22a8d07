from lantern.experiments.report.facts import provenance


def test_the_command_can_be_run_again(results_of):
    command = ["lantern", "sweep", "my sweep.yaml", "--workers", "2"]
    found = provenance(results_of({"crm": [100]}, provenance={"command": command}))
    assert found.commands == ("lantern sweep 'my sweep.yaml' --workers 2", "lantern report runs/made")


def test_versions_machine_and_times_are_told_once(results_of, one_job):
    jobs = tuple(
        one_job(
            "maze", "crm", seed, 100, provenance={"encoder": "wordllama", "python": "3.11.7", "seed": seed}
        )
        for seed in range(2)
    )
    record = {
        "cores": 2,
        "packages": {"lantern": "0.1.0", "code": "abc", "python": "3.11.7", "numpy": "2.4.6"},
        "started": 0.0,
        "seconds": 39.69,
        "machine": {"memory_gib": 7.8},
    }
    facts = dict(provenance(results_of({"crm": [100] * 2}, jobs=jobs, provenance=record)).facts)
    assert facts == {
        "LANTERN": "0.1.0 (code abc)",
        "Python": "3.11.7",
        "sentence encoder": "wordllama",
        "packages": "numpy 2.4.6",
        "cores": "2",
        "started": "1970-01-01 00:00:00 UTC",
        "took": "40 s",
        "machine": "memory_gib 7.8",
    }


def test_settings_are_told_once_an_agent(results_of, one_job):
    jobs = tuple(one_job("maze", "crm", seed, 100, settings={"step_size": 0.5}) for seed in range(2))
    [(agent, text)] = provenance(results_of({"crm": [100] * 2}, jobs=jobs)).settings
    assert agent == "crm" and '"step_size": 0.5' in text


def test_one_name_for_several_agents_is_told_apart_by_target(results_of, one_job):
    jobs = (
        one_job("maze", "alone", 0, 100, settings={"learner": "tabular"}),
        one_job("pool", "alone", 0, 100, settings={"learner": "sac"}),
    )
    solved = {"maze": {"alone": [100]}, "pool": {"alone": [100]}}
    found = provenance(results_of(solved, targets=("maze", "pool"), jobs=jobs)).settings
    assert [name for name, _ in found] == ["alone on maze", "alone on pool"]
