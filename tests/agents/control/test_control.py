"""Controllers of incineration lines: judged alike, improved by comparison, trusted by what they bring."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lantern
from lantern.agents import AgentConfig, make_agent
from lantern.agents.control.comparison import DAY_KEPT, Comparison, missed, with_limits_at
from lantern.agents.control.emissions import SIX, UNCERTAINTY, none_worse
from lantern.agents.control.gate import Gate
from lantern.agents.control.judge import Judge
from lantern.agents.control.policies import (
    INPUTS,
    Blend,
    Network,
    Remapped,
    Rule,
    presses,
    read_policy,
    still,
)
from lantern.agents.control.search import Strategy, improve, pack, unpack
from lantern.agents.control.settings import Aim, SearchSettings
from lantern.agents.control.task import ControlTask, Plants, run_days, shortfall
from lantern.envs.incinerator.env import EmissionControlEnv
from lantern.envs.incinerator.standards import find_standard
from lantern.errors import ContentError, LanternError

FORMULA = "G(co_ok & hcl_ok) & F(load_change & F(nox_low & F ammonia_reduced))"
SMALL = SearchSettings(rounds=3, candidates=8, plants=4, hours=3.0)


def product(site: int = 1, hours: float = 4.0) -> lantern.TaskEnv:
    """A site with a task, episodes cut short."""
    env = EmissionControlEnv(site, standard="eu_ied", hours=hours)
    return lantern.TaskEnv(env, lantern.compile(FORMULA, env.vocabulary))


@pytest.fixture(scope="module")
def task() -> ControlTask:
    return ControlTask.of(product(), Aim())


def nothing(task: ControlTask) -> Rule:
    return Rule.nothing(task.dfa.n_states, task.site, task.settings.standard)


def asking(task: ControlTask, *trims: float) -> Rule:
    """A rule with the same trims whatever happens."""
    return replace(nothing(task), bias=np.tile(trims, (task.dfa.n_states, 1)).astype(float))


def test_all_controllers_meet_the_same_days(task: ControlTask) -> None:
    judge, again = Judge(task, 8, seed=5), Judge(task, 8, seed=5)
    usual = judge(still)
    np.testing.assert_array_equal(usual.days.emitted, again(nothing(task)).days.emitted)
    assert usual.metrics["cpsi_change"] == 0.0
    assert usual.metrics["no_worse"] == usual.metrics["no_worse_strict"] == 1.0
    assert usual.metrics["cost_change"] == 0.0
    cleaner = judge(asking(task, 0, 0, 0, 0, 1))
    assert cleaner.metrics["hcl"] < 0.9 * usual.metrics["hcl"]
    assert cleaner.metrics["reagents"] > usual.metrics["reagents"]
    assert cleaner.metrics["cpsi"] < usual.metrics["cpsi"]
    np.testing.assert_array_equal(cleaner.days.load, usual.days.load)


def test_a_pollutant_is_worse_strictly_or_beyond_what_analysers_can_tell() -> None:
    ratio = np.ones((4, len(SIX)))
    ratio[1, 0], ratio[2, 5], ratio[3, 1] = 1.09, 1.001, 1.04
    np.testing.assert_array_equal(none_worse(ratio), [True, False, False, False])
    np.testing.assert_array_equal(none_worse(ratio, UNCERTAINTY), [True, True, True, False])


def test_carbon_counts_among_the_pollutants(task: ControlTask) -> None:
    verdict = Judge(task, 8, seed=5)(asking(task, 0, 0, 0, 1, 0))
    assert verdict.metrics["worse_co2"] == 1.0  # ammonia leaves nitrous oxide
    assert verdict.metrics["no_worse_strict"] == 0.0
    assert verdict.metrics["worse_nox"] < 1.0


def test_a_limit_presses_as_the_day_nears_it(task: ControlTask) -> None:
    from lantern.envs.incinerator.observation import OBSERVED, ratio_scale

    seen = np.full((3, len(OBSERVED)), -1.0, np.float32)
    seen[:, OBSERVED.index("hcl_today")] = ratio_scale(np.array([0.5, 0.95, 1.0]))
    np.testing.assert_allclose(presses(seen), [[0, 0], [0, 0.5], [0, 1]], atol=1e-5)
    gain = np.zeros((5, len(INPUTS)))
    gain[4, list(INPUTS).index("acid_presses")] = 0.8
    answer = replace(nothing(task), gain=gain)(seen, np.zeros(3, np.int64))
    np.testing.assert_allclose(answer[:, 4], [0, 0.4, 0.8], atol=1e-5)
    assert not answer[:, :4].any()


def test_what_is_missed_and_what_is_worse_is_told_by_pollutant() -> None:
    dirty = ControlTask.of(product(9, hours=24.0), Aim())  # HCl of three times its limit
    judge = Judge(dirty, 4, seed=5)
    numbers = judge(asking(dirty, 0, 0.5, 0, 0, 0)).metrics
    assert numbers["missed_hcl"] >= 0.75
    assert numbers["within_day"] == 1.0 - numbers["missed_hcl"]
    assert numbers["missed_co"] == numbers["missed_nox"] == 0.0
    assert numbers["beyond_dust"] == 1.0  # more air carries more dust, by some 8 %
    assert numbers["beyond_so2"] == numbers["worse_co"] == 0.0


def test_what_a_limit_costs_comes_when_it_is_missed_and_not_at_midnight(task: ControlTask) -> None:
    from lantern.envs.incinerator.sensors import MEASURED
    from lantern.envs.incinerator.standards import find_standard

    values = np.zeros((2, len(MEASURED)))
    values[1, MEASURED.index("nox")] = 2 * 0.9 * 200.0
    np.testing.assert_allclose(shortfall(values, find_standard("eu_ied")), [0.0, np.log(2.0)])
    assert task.settings.prices.exceeded_day == 0.0


def test_the_automaton_walks_beside_the_plant(task: ControlTask) -> None:
    days = run_days(Plants(task, 8), asking(task, 0, 0, 0, 1, 1), seed=3)
    names = task.vocabulary.names
    for plant in range(8):
        state = int(days.state[0, plant])
        for step, mask in enumerate(days.label[:, plant]):
            state = int(task.dfa.delta(np.array([mask]), names)[state, 0])
            assert state == days.state[step + 1, plant]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_search_finds_a_rule_that_is_better_on_days_it_never_saw(task: ControlTask, seed: int) -> None:
    comparison = Comparison(task, "simulator", SMALL)
    rule = improve(comparison, nothing(task), SMALL, np.random.default_rng(seed))
    np.testing.assert_allclose(comparison.advantage([nothing(task)], 900, margin=0.0), 0.0, atol=1e-9)
    before, after = comparison.advantage([nothing(task), rule], 900).mean(axis=1)
    assert after > before + 0.5


def test_a_search_can_leave_load_and_air_to_those_who_know_them(task: ControlTask) -> None:
    comparison = Comparison(task, "simulator", SMALL)
    start = asking(task, -0.5, 0.2, 0.4, 0, 0)
    rule = improve(comparison, start, SMALL, np.random.default_rng(0), fire=False)
    np.testing.assert_allclose(rule.bias[:, :3], start.bias[:, :3])
    assert not rule.gain[:3].any()
    assert rule.bias[:, 4].mean() > 0.1  # lime is cheap


def test_policies_are_compared_on_the_same_waste_side_by_side(task: ControlTask) -> None:
    comparison = Comparison(task, "simulator", SMALL)
    cleaner = asking(task, 0, 0, 0, 0, 1)
    [(_, (usual, same, better))] = comparison.days([nothing(task), cleaner], seed=4)
    np.testing.assert_array_equal(usual.emitted, same.emitted)
    [(_, (alone, again))] = comparison.days([cleaner], seed=4)
    np.testing.assert_array_equal(alone.emitted, usual.emitted)
    np.testing.assert_array_equal(again.emitted, better.emitted)
    assert (better.emitted[:, :, 3].mean(axis=0) < usual.emitted[:, :, 3].mean(axis=0)).all()
    assert np.ptp(usual.emitted.mean(axis=0)[:, 3]) > 0.0  # though each of the days has its own


def test_a_day_counts_by_its_mean_and_not_by_its_hours(task: ControlTask) -> None:
    daily = np.array(find_standard("eu_ied").daily)
    means = np.stack([0.5 * daily, daily, DAY_KEPT * daily])
    means[0, 1] = 2.0 * DAY_KEPT * daily[1]
    np.testing.assert_allclose(missed(task, means), [np.log(2.0), 5 * np.log(1 / DAY_KEPT), 0.0], atol=1e-12)


def test_more_ammonia_pays_where_a_limit_presses_and_not_where_none_does() -> None:
    """Less NOx is more N2O: worth it for a limit, and worse than usual control where all are kept."""
    task = ControlTask.of(product(hours=24.0), Aim())
    for level, pays in ((0.7, False), (1.15, True)):
        there = find_standard(with_limits_at(task, level).settings.standard)
        assert there.daily[1] == pytest.approx(there.short[1] / 2)  # both moved, in proportion
        settings = SearchSettings(plants=4, levels=(level,))
        comparison = Comparison(task, "simulator", settings)
        plain, more = comparison.advantage(
            [asking(task, -1, 0.15, 1, 0, 1), asking(task, -1, 0.15, 1, 0.6, 1)], 7
        ).mean(axis=1)
        assert (more > plain + 0.2) if pays else (more < plain - 0.2)


def test_numbers_of_a_rule_go_to_and_fro(task: ControlTask) -> None:
    rng = np.random.default_rng(0)
    rule = unpack(0.2 * rng.standard_normal(len(pack(nothing(task)))), nothing(task))
    again = unpack(pack(rule), nothing(task))
    np.testing.assert_allclose(rule.bias, again.bias)
    np.testing.assert_allclose(rule.gain, again.gain)


def test_evolution_finds_the_top_of_a_hill() -> None:
    rng, top = np.random.default_rng(0), np.linspace(-1.0, 1.0, 10)
    strategy = Strategy(np.zeros(10), 0.5, 12)
    for _ in range(150):
        drawn = strategy.ask(rng)
        strategy.tell(drawn, -((drawn - top) ** 2 * np.geomspace(1, 100, 10)).sum(axis=1))
    np.testing.assert_allclose(strategy.mean, top, atol=1e-3)


def course_of(gate: Gate, benefits: list[float], seed: int) -> Gate:
    """Forty trials of a plant whose waste wanders by as much as the arms bring."""
    rng = np.random.default_rng(seed)
    waste = 0.0
    for block in range(40):
        waste = 0.7 * waste + 0.7 * rng.standard_normal() * 0.1
        arm = gate.choose(rng)
        brought = benefits[arm] if arm >= 0 else 0.0
        worth = -0.9 + waste + brought + 0.02 * rng.standard_normal(48)
        gate.note(4.0 * block, arm, np.repeat([0, 1], 24), worth)
    return gate


@pytest.mark.parametrize("seed", range(5))
def test_the_gate_trusts_what_helps_and_leaves_what_harms(seed: int) -> None:
    hoped = np.full(2, 0.1)
    weight = course_of(Gate(hoped, np.full(2, 0.3), 2, 0.1), [0.3, -0.3], seed).trust()
    np.testing.assert_allclose(weight.sum(axis=0), 1.0)
    assert (weight[0] > 0.8).all()
    assert (weight[1] < 0.01).all()


@pytest.mark.parametrize("seed", range(5))
def test_where_nothing_helps_usual_control_keeps_the_trust(seed: int) -> None:
    weight = course_of(Gate(np.full(2, 0.05), np.full(2, 0.3), 2, 0.1), [-0.3, -0.4], seed).trust()
    np.testing.assert_array_equal(weight[-1], 1.0)


def test_without_evidence_or_hope_nobody_is_trusted() -> None:
    gate = Gate(np.array([0.1]), np.array([0.3]), 3, 0.1)
    np.testing.assert_array_equal(gate.trust(), [[0.0] * 3, [1.0] * 3])


def test_a_blend_is_the_mean_of_its_arms_by_state(task: ControlTask) -> None:
    states = task.dfa.n_states
    weight = np.zeros((2, states))
    weight[0, 0], weight[1, 1] = 1.0, 0.5
    blend = Blend((asking(task, 1, 0, 0, 0, 0), asking(task, 0, 0, 0, 0, 1)), weight)
    seen = np.tile(Plants(task, 1).reset(0), (3, 1))
    got = blend(seen, np.array([0, 1, states - 1]))
    np.testing.assert_allclose(got, [[1, 0, 0, 0, 0], [0, 0, 0, 0, 0.5], [0, 0, 0, 0, 0]])


def test_a_teacher_of_another_site_says_the_same_after_saving(task: ControlTask, tmp_path: Path) -> None:
    agent = make_agent("emission_control/search_site", product(0), seed=1, control=small("search"))
    run = agent.learn(200, evaluate_every=200, episodes=2)
    teacher = run.teacher()
    loaded = read_policy(type(teacher).load(teacher.save(tmp_path / "site_01")).policy)
    assert isinstance(loaded, Rule)
    seen = Plants(task, 5).reset(1)
    state = np.array([0, 1, 2, 0, 1])
    taught = Rule(run.policy["bias"], run.policy["gain"], run.policy["usual"])
    np.testing.assert_allclose(loaded(seen, state), taught(seen, state))
    here = loaded.at(task.site, task.settings.standard, np.array([-1] * task.dfa.n_states))
    assert not here.bias.any()
    assert (teacher.state.count > 0).any()
    assert teacher.steps > 200  # a search says how much of the site it truly took
    assert "cpsi" in run.curve.metrics
    assert run.episode[0]["day"]["limits"]["nox"] == 400.0


def small(method: str, plant: str = "site", **more: object) -> dict[str, object]:
    return {"method": method, "plant": plant, "search": SMALL.model_dump(), **more}


def test_networks_do_what_their_algorithm_does(task: ControlTask) -> None:
    pytest.importorskip("stable_baselines3")
    from lantern.agents.control.policies import with_state
    from lantern.agents.control.sac import Learner

    deep = {"n_envs": 4, "learning_starts": 20, "policy_kwargs": {"net_arch": [16]}, "batch_size": 16}
    learner = Learner(task, "simulator", deep, 0.95, seed=0)
    stages = list(learner.pieces(200, 100))
    assert [done for done, _ in stages] == [100, 200]
    seen, state = Plants(task, 6).reset(2), np.array([0, 1, 2, 3, 0, 1])
    states = task.dfa.n_states
    wanted, _ = learner.model.predict(with_state(seen, state, states), deterministic=True)
    network = stages[-1][1]
    np.testing.assert_allclose(network(seen, state), wanted, atol=1e-5)
    again = read_policy(network.arrays())
    assert isinstance(again, Network)
    np.testing.assert_allclose(again(seen, state), wanted, atol=1e-5)
    nowhere = Remapped(network, np.full(states, -1))
    assert not nowhere(seen, state).any()


def test_mistakes_are_named() -> None:
    grid = lantern.make_env("dungeon_quest/teacher")
    other = lantern.TaskEnv(grid, lantern.compile("F key", grid.vocabulary))  # type: ignore[attr-defined]
    with pytest.raises(LanternError, match="controls incineration lines only"):
        make_agent("emission_control/usual", other)
    with pytest.raises(LanternError, match="give a teacher"):
        make_agent("emission_control/screening", product()).learn(100)
    with pytest.raises(ContentError, match="go together"):
        make_agent("crm", other, control={"method": "usual"})
    with pytest.raises(ValueError, match="method"):
        AgentConfig(learner="control", control={"method": "magic"})  # type: ignore[arg-type]
