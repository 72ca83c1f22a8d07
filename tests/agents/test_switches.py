"""Switches of the ablation: each takes out what it says, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import lantern
from lantern.errors import ContentError
from lantern.transfer.alignment import LEAST, calibrated

SIGNALS = ["text", "behaviour", "propositions", "sampling"]


@pytest.mark.parametrize("signal", SIGNALS)
def test_a_signal_that_is_off_is_left_out_of_the_weights(signal, small, quest_teacher):
    agent = lantern.make_agent("lantern", small, teachers=[quest_teacher], seed=0, alignment={signal: False})
    alignment = agent._align()
    evidence, weights = alignment.evidence["quest"], alignment.states["quest"]
    perfect = replace(evidence, **{signal: np.ones_like(evidence.text)})
    chance = calibrated(perfect, alignment.encoder)
    known = chance >= LEAST
    assert np.allclose(weights[known], (chance * perfect.sampling)[known])
    assert not weights[~known].any()


def test_a_uniform_gate_stays_uniform(small, quest_teacher):
    run = lantern.make_agent(
        "lantern", small, teachers=[quest_teacher], seed=0, transfer={"gate": "uniform"}
    ).learn(3_000, evaluate_every=1_000)
    assert run.trust is not None
    states = run.trust.weight[0, 0] > 0
    assert np.allclose(run.trust.weight[:, :, states], 0.5)


def test_without_strategy_costs_are_the_automatons_own(small, quest_teacher):
    run = lantern.make_agent(
        "lantern", small, teachers=[quest_teacher], seed=0, transfer={"strategy": False}
    ).learn(500)
    assert run.trust is not None
    assert run.trust.arms == ("learning alone",)


def test_the_number_of_teachers_can_be_limited(small, quest_teacher, strangers):
    agent = lantern.make_agent(
        "lantern", small, teachers=[quest_teacher, *strangers], transfer={"max_teachers": 2}
    )
    assert [teacher.name for teacher in agent.teachers] == ["quest", "harvest"]


@pytest.mark.parametrize("wrong", [{"alignment": {"txt": False}}, {"transfer": {"gate": "open"}}])
def test_unknown_switches_are_refused(wrong, small):
    with pytest.raises(ContentError):
        lantern.make_agent("lantern", small, **wrong)


@pytest.mark.parametrize(("carry_over", "arms"), [(True, 2), (False, 0)])
def test_actions_learned_on_another_map_are_a_channel_of_their_own(carry_over, arms):
    def quest(name):
        env = lantern.make_env(name)
        return lantern.TaskEnv(env, lantern.compile("F(key & X F chest)", env.vocabulary))

    small_map, large_map = quest("full_map/quest_small"), quest("full_map/quest")
    teacher = (
        lantern.make_agent("crm", small_map, seed=0).learn(20_000, evaluate_every=20_000).teacher("small")
    )
    taught = lantern.make_agent(
        "lantern", large_map, teachers=[teacher], seed=0, transfer={"carry_over": carry_over}
    )
    run = taught.learn(500, evaluate_every=500)
    assert (0 if run.tactical_trust is None else len(run.tactical_trust.arms)) == arms
    assert run.trust is not None and run.trust.arms[0] == "small"
