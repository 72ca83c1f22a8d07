"""LANTERN at a new site: rules of other sites, one learned on the adapted surrogate, and a gate to choose.

First the site is recorded for some days and the surrogate adapted with the record. On the surrogate each arm
is compared with usual control, and a rule is learned there from nothing ("learning alone") and one from the
best teacher. What the surrogate expects of the arms is where the gate starts from; trials at the site, a few
hours each, decide. Usual control is always one of the arms, and has all the trust until one has earned it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.agents.control.comparison import Comparison, missed
from lantern.agents.control.gate import Gate
from lantern.agents.control.policies import Blend, Network, Policy, Remapped, Rule, read_policy, still
from lantern.agents.control.search import improve
from lantern.agents.control.task import Plants
from lantern.errors import LanternError

if TYPE_CHECKING:
    from lantern.agents.control.agent import ControlAgent, Stage
    from lantern.logic import DFA

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FRESH_DAYS = 2
"""Batches of days on the surrogate that the arms are compared on, none seen in learning."""

PULL = 1.0
"""Belief in a teacher's rule, which comes from a plant, while it is adapted here; see ``improve``."""

DOUBT, LEARNED_DOUBT = 0.7, 1.0
"""Share of a benefit on the surrogate by which the site's may differ: one standard deviation. More for what
was learned on the surrogate, since a search also finds what the surrogate has wrong."""


def transfer(agent: ControlAgent, steps: int) -> Iterator[Stage]:
    """Run the method; see the module."""
    from lantern.agents.control.agent import Stage

    task, settings = agent.task, agent.settings
    recorded = min(task.steps_of(settings.record_hours), steps)
    tried = min(task.steps_of(settings.trial_hours), steps - recorded)
    model = agent.surrogate(recorded)
    comparison = Comparison(task, model, settings.search)
    arms, names = learn_arms(agent, comparison)
    untimed = replace(task, aim=task.aim.model_copy(update={"task": 0.0}))
    judged = Comparison(untimed, model, settings.search)
    expected, doubt, drift = expectations(judged, arms, len(agent.teachers), agent.rng)
    gate = Gate(expected, doubt, task.dfa.n_states, drift)
    labels = (*names[:-1], "usual control", names[-1])
    yield _stage(Stage, recorded, arms, gate, labels)
    unlimited = replace(task, aim=untimed.aim.model_copy(update={"limits": 0.0}))
    for done in try_at_site(agent, Plants(unlimited, 1), arms, gate, tried):
        yield _stage(Stage, recorded + done, arms, gate, labels)


def _stage(
    kind: type[Stage], steps: int, arms: tuple[Policy, ...], gate: Gate, labels: tuple[str, ...]
) -> Stage:
    weight = gate.trust()
    shown = np.concatenate([weight[:-2], weight[-1:], weight[-2:-1]])  # learning alone is named last
    return kind(steps, Blend(arms, weight[:-1]), (labels, shown))


def learn_arms(agent: ControlAgent, comparison: Comparison) -> tuple[tuple[Policy, ...], tuple[str, ...]]:
    """The arms beside usual control: each teacher's policy, the best one adapted here, and learning alone."""
    taught = taught_policies(agent)
    search = agent.settings.search
    arms: dict[str, Policy] = dict(taught)
    rules = {name: policy for name, policy in taught.items() if isinstance(policy, Rule)}
    if rules:
        seed = int(agent.rng.integers(2**31))
        scores = comparison.advantage(list(rules.values()), seed).mean(axis=1)
        best = list(rules.values())[int(np.argmax(scores))]
        arms["adapted here"] = improve(comparison, best, search, agent.rng, PULL, fire=False)
    arms["learning alone"] = improve(comparison, agent.nothing(), search, agent.rng, fire=False)
    return tuple(arms.values()), tuple(arms)


def taught_policies(agent: ControlAgent) -> dict[str, Policy]:
    """What the teachers would do here, by name; states of the automaton matched by alignment."""
    from lantern.transfer import align

    if not agent.teachers:
        return {}
    task = agent.task
    found = align(list(agent.teachers), task.dfa, task.vocabulary, agent.config.encoder)
    agent.alignment = found.to_dict()
    policies: dict[str, Policy] = {}
    for teacher in agent.teachers:
        policy, weights = read_policy(teacher.policy), found.states[teacher.name]
        match = matched(task.dfa, teacher.dfa, weights)
        if isinstance(policy, Rule):
            policies[teacher.name] = policy.at(task.site, task.settings.standard, match)
        elif isinstance(policy, Network):
            policies[teacher.name] = Remapped(policy, match)
        else:
            raise LanternError(
                f"The teacher {teacher.name!r} is no controller of an incineration line. Train teachers with "
                "an agent whose learner is 'control', such as emission_control/search_site."
            )
    return policies


def matched(dfa: DFA, theirs: DFA, weights: Floats) -> Ints:
    """The teacher's state that corresponds to each of ours: int64[U], -1 for none.

    Alignment says so where the task is still open. Where it is done, or can no longer be done, the plant
    still has to run, and what the teacher does in such states is what it does then.
    """
    match = np.where(weights.max(axis=1) > 0.0, weights.argmax(axis=1), -1)
    for ours, other in ((dfa.accepting, theirs.accepting), (~_live(dfa), ~_live(theirs))):
        there = np.flatnonzero(other)
        if len(there):
            match[np.asarray(ours, bool)] = there[0]
    return match


def _live(dfa: DFA) -> NDArray[np.bool_]:
    return np.asarray(dfa.live, bool)


def expectations(
    comparison: Comparison, arms: tuple[Policy, ...], taught: int, rng: np.random.Generator
) -> tuple[Floats, Floats, float]:
    """Benefit of each arm on fresh days of the surrogate and its doubt, and the spread of usual days.

    The first ``taught`` arms were not learned on the surrogate.
    """
    seeds = [int(rng.integers(2**31)) for _ in range(FRESH_DAYS)]
    flat = np.concatenate([comparison.advantage(arms, seed, margin=0.0) for seed in seeds], axis=1)
    mean = flat.mean(axis=1)
    days = [part for seed in seeds for _, (part, *_) in comparison.days([], seed)]
    usual = np.concatenate([part.worth.mean(axis=0) for part in days])
    share = np.where(np.arange(len(arms)) < taught, DOUBT, LEARNED_DOUBT)
    doubt = np.hypot(share * np.abs(mean), flat.std(axis=1) / np.sqrt(flat.shape[1]))
    return mean, np.maximum(doubt, 1e-4), float(usual.std())


def try_at_site(
    agent: ControlAgent, plants: Plants, arms: tuple[Policy, ...], gate: Gate, steps: int
) -> Iterator[int]:
    """Try arms at the site, a block of hours each; gives the steps made after every block.

    What the task itself gives is not counted: it comes once a day, too seldom to be told from chance. Daily
    limits count by the mean of the block: what the waste does to it is for the gate to tell from the arm.
    """
    from lantern.envs.incinerator.sensors import READ
    from lantern.envs.incinerator.standards import POLLUTANTS

    task, polluting = agent.task, [READ[name] for name in POLLUTANTS]
    length = max(1, task.steps_of(agent.settings.block_hours))
    observation, done, over = plants.reset(int(agent.rng.integers(2**31))), 0, False
    while done < steps:
        arm = gate.choose(agent.rng)
        policy = arms[arm] if arm >= 0 else still
        worth, states, emitted = [], [], []
        for _ in range(min(length, steps - done)):
            if over:
                observation = plants.reset(int(agent.rng.integers(2**31)))
            states.append(int(plants.state[0]))
            step = plants.step(policy(observation, plants.state))
            observation, over = step.observation, step.over
            worth.append(float(step.worth[0]))
            emitted.append(step.infos["measured"][0, polluting])
        done += len(worth)
        lost = task.aim.limits * float(missed(task, np.mean(emitted, axis=0)[None])[0])
        hour = (done - len(worth) / 2) * task.settings.minutes / 60.0
        gate.note(hour, arm, np.array(states), np.array(worth) - lost)
        yield done
