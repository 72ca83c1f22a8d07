"""A made-up finished sweep on disk, in the real format: for tests of results, statistics and reports."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from lantern.experiments.jobfile import encode
from lantern.experiments.loading import FORMAT
from lantern.experiments.results import Curve, Job, Trust

SPEED = {
    "product_q": 22_000,
    "crm": 6_500,
    "crm_shaping": 2_700,
    "automaton_distillation": 4_000,
    "lantern": 1_500,
}
VOCABULARY = {
    "key": "the agent picks up the key",
    "chest": "the agent opens the chest",
    "dragon": "the agent meets the dragon",
}


def _dfa(formula: str) -> dict:
    from lantern.logic import Vocabulary, compile

    return compile(formula, Vocabulary(VOCABULARY)).to_dict()


TAUGHT = ("automaton_distillation", "lantern")


def job(target, agent, seed, steps, every, n_states, sources=("teacher_map", "mining"), condition="") -> Job:
    """One job whose success rises around the agent's typical speed; slow seeds never get there.

    Under any condition but ``aligned`` the agents with teachers take three times as long.
    """
    rng = np.random.default_rng([seed, sum(map(ord, agent + target + condition))])
    step = np.arange(0, steps + 1, every)
    slow = 3.0 if condition not in ("", "aligned") else 1.0
    learned = slow * SPEED.get(agent, 10_000) * rng.lognormal(0.0, 0.4)
    success = np.clip(np.round(10 / (1 + np.exp(-(step - learned) / (0.1 * learned)))) / 10, 0, 1)
    trust = None
    alignment = None
    if agent == "lantern":
        fade = np.exp(-step / learned)[:, None, None]
        first = 0.8 * fade * np.ones((1, 1, n_states))
        rest = 0.1 * fade * np.ones((1, len(sources) - 1, n_states))
        alone = 1 - first - rest.sum(axis=1, keepdims=True)
        trust = Trust(step, (*sources, "alone"), np.concatenate([first, rest, alone], axis=1))
        alignment = {"states": {name: np.eye(n_states).tolist() for name in sources}, "encoder": "wordllama"}
    return Job(
        key=f"{target}-{condition}-{agent}-{seed:03d}" if condition else f"{target}-{agent}-{seed:03d}",
        kind="target",
        target=target,
        agent=agent,
        seed=seed,
        curve=Curve(step, success, 100 - 80 * success, success.copy()),
        settings={"agent": agent, "step_size": 0.5},
        source_steps=60_000 if agent in ("lantern", "automaton_distillation") else 0,
        seconds=0.05,
        trust=trust,
        alignment=alignment,
        episode=tuple({"step": t, "label": [], "dfa_state": min(t // 4, n_states - 1)} for t in range(12)),
        provenance={"encoder": "wordllama", "python": "3.11"},
        condition=condition,
    )


def write_sweep(
    folder: Path,
    targets=("dungeon_quest", "blind_craftsman"),
    agents=tuple(SPEED),
    seeds=10,
    steps=30_000,
    every=500,
    formula="F(key & F(chest & F dragon))",
    missing=0,
    conditions=(),
    references=(),
) -> Path:
    """Write a whole sweep; the last ``missing`` jobs are in the manifest but have no file."""
    from lantern.experiments.loading import load_results
    from lantern.experiments.summary import summarise

    dfa = _dfa(formula)
    source = {
        "name": "teacher_map",
        "env": "dungeon_quest/teacher",
        "task": "First the key.",
        "formula": formula,
        "dfa": dfa,
        "agent": "crm_shaping",
        "steps": 30_000,
    }
    target = {
        "env": "dungeon_quest/student",
        "task": "Pick up the key, open the chest, then slay the dragon.",
        "paraphrase": "The key, then the chest, then the dragon.",
        "formula": formula,
        "dfa": dfa,
        "vocabulary": VOCABULARY,
        "sources": [
            {**source, "name": name, "condition": condition}
            for condition in conditions or ("",)
            for name in ("teacher_map", "mining")
        ],
        "conditions": list(conditions),
    }
    width = dfa_states(dfa)
    jobs = [
        job(t, a, s, steps, every, width, condition=c)
        for t in targets
        for a in agents
        for c in (conditions if conditions and a in TAUGHT else ("",))
        for s in range(seeds)
    ]
    fields = ("key", "kind", "target", "condition", "agent", "seed")
    manifest = {
        "format": FORMAT,
        "name": "synthetic",
        "file": "seeds: 10\n",
        "steps": steps,
        "threshold": 0.9,
        "evaluate": {"every": every, "episodes": 10},
        "agents": list(agents),
        "baseline": agents[0],
        "references": list(references),
        "targets": dict.fromkeys(targets, target),
        "seeds": list(range(seeds)),
        "jobs": [{name: getattr(one, name) for name in fields} for one in jobs],
    }
    (folder / "jobs").mkdir(parents=True)
    (folder / "sweep.json").write_text(json.dumps(manifest))
    (folder / "provenance.json").write_text(
        json.dumps({"lantern": "0.1.0", "command": "lantern sweep synthetic"})
    )
    for one in jobs[: len(jobs) - missing]:
        (folder / "jobs" / f"{one.key}.parquet").write_bytes(encode(one))
    (folder / "summary.json").write_text(json.dumps(summarise(load_results(folder)), indent=2))
    return folder


def dfa_states(dfa: dict) -> int:
    """Number of states of an automaton written with ``DFA.to_dict``."""
    from lantern.logic import DFA

    return DFA.from_dict(dfa).n_states
