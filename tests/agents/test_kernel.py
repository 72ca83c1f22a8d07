"""The compiled learner against the same algorithms written in plain Python."""

from __future__ import annotations

import numpy as np
import pytest

import lantern
from lantern.agents.tabular.stream import make_stream

MASK = (1 << 64) - 1


class PlainStream:
    """The compiled random stream, in Python integers."""

    def __init__(self, seed):
        self.state = int(make_stream(seed, 0)[0])

    def draw(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, bits, n):
        return ((bits & 0xFFFFFFFF) * n) >> 32


def plain_learner(agent, steps, seed, *, crm=False, potential=None):
    """Q-learning with explicit shaping rewards F = discount * potential(u') - potential(u)."""
    model, task, settings = agent.model, agent.task, agent._settings()
    states, actions = task.delta.shape[0], model.next_state.shape[1]
    phi = np.zeros(states) if potential is None else potential
    q = np.zeros((agent.source.n_observations, states, actions))
    stream = PlainStream(seed)
    s = -1
    for _ in range(steps):
        if s < 0:
            stream.draw()
            s, u, t = int(model.initial[0]), int(model.start[0]), 0
        o, bits = int(model.observation[s]), stream.draw()
        if (bits >> 32) / 2**32 < settings.epsilon:
            a = stream.below(bits, actions)
        else:
            # Shaped values differ from unshaped ones by a potential that is the same for all actions.
            best = np.flatnonzero(np.isclose(q[o, u], q[o, u].max(), rtol=0, atol=1e-12))
            a = int(best[stream.below(bits, len(best))] if len(best) > 1 else best[0])
        label, s2 = int(model.label[s, a, 0]), int(model.next_state[s, a, 0])
        o2 = int(model.observation[s2])
        for v in range(states) if crm else [u]:
            if task.terminal[v]:
                continue
            w = int(task.delta[v, label])
            if task.terminal[w]:
                target = float(task.accepting[w]) - phi[v]
            else:
                target = settings.discount * (phi[w] + q[o2, w].max()) - phi[v]
            q[o, v, a] += settings.step_size * (target - q[o, v, a])
        u, s, t = int(task.delta[u, label]), s2, t + 1
        if task.terminal[u] or t >= settings.limit:
            s = -1
    return q + phi[None, :, None] * ~task.terminal[None, :, None]


def markov(agent):
    """Let the agent see all of the state, so that plain counterfactual experience is right."""
    from dataclasses import replace

    from lantern.agents.tabular.product import build_product

    source = agent.source
    agent.source = replace(
        source, observation=np.arange(source.n_states, dtype=np.int32), n_observations=source.n_states
    )
    agent.model, agent.task = build_product(agent.task_env, agent.source)
    return agent


@pytest.mark.parametrize("crm", [False, True])
def test_compiled_learning_equals_plain_learning(crm, small):
    agent = markov(lantern.make_agent("crm" if crm else "product_q", small, seed=5))
    compiled = agent.learn(4_000, evaluate_every=1_000).policy["q"].transpose(1, 0, 2)
    plain = plain_learner(agent, 4_000, 5, crm=crm)
    assert np.abs(plain).max() > 0.1
    assert np.allclose(compiled, plain, atol=1e-6)


def test_crm_uses_each_states_own_next_state_reward_and_end(small):
    agent = markov(lantern.make_agent("crm", small, seed=0, epsilon=1.0))
    q = agent.learn(20_000, evaluate_every=20_000).policy["q"]
    accept = int(np.flatnonzero(agent.task.accepting)[0])
    last = next(
        u for u in range(len(agent.task.delta)) if u != accept and (agent.task.delta[u] == accept).any()
    )
    o, a = np.unravel_index(q[last].argmax(), q[last].shape)
    assert q[last, o, a] == pytest.approx(1.0, abs=1e-3)
    # The same step pays nothing in the first state of the automaton, which it does not move.
    assert q[0, o, a] < 0.9


def test_potentials_in_the_initial_values_equal_shaping_rewards(small):
    from lantern.transfer.strategy import own_costs

    agent = markov(lantern.make_agent("crm_shaping", small, seed=2))
    compiled = agent.learn(3_000, evaluate_every=1_000).policy["q"].transpose(1, 0, 2)
    potential = np.where(agent.task.terminal, 0.0, agent.config.potential_base ** own_costs(small.dfa))
    assert np.allclose(compiled, plain_learner(agent, 3_000, 2, crm=True, potential=potential), atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_no_potential_changes_the_policy_that_is_learned(seed, small):
    """Even one that praises the start and damns the goal."""
    agent = lantern.make_agent("crm_shaping", small, seed=seed)
    absurd = np.random.default_rng(seed).uniform(0, 0.5, small.dfa.n_states)
    agent._initial_values = lambda guide: np.where(agent.task.terminal, 0.0, absurd)
    run = agent.learn(60_000, evaluate_every=60_000)
    assert run.curve.success[-1] == 1
    assert run.curve.length[-1] == 8


def test_counterfactual_experience_yields_to_what_really_happened(quest):
    """Tiles that give nothing twice in a row: the veto keeps greedy policies from cycling."""
    runs = [
        lantern.make_agent("crm", quest, seed=seed).learn(60_000, evaluate_every=500) for seed in range(5)
    ]
    late = np.concatenate([run.curve.success[run.curve.step > 30_000] for run in runs])
    assert late.mean() > 0.99
