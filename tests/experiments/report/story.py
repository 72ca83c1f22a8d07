"""A made-up sweep with a map, an episode and uneven alignments: what the synthetic sweep leaves out."""

from __future__ import annotations

import dataclasses
import json
from itertools import pairwise
from pathlib import Path

import numpy as np

from lantern.experiments.jobfile import encode, read_job

SENTENCES = {
    "key": "the agent picks up the key",
    "chest": "the agent opens the chest",
    "shield": "the agent picks up the shield",
    "dragon": "the agent fights the dragon",
}
FORMULA = "(!chest U key) & (!dragon U (chest & !dragon)) & (!dragon U (shield & !dragon)) & F dragon"
CELLS = (0, 1, 11, 12, 13, 14, 15, 25, 26, 27, 37, 47, 57, 67, 77, 87, 97, 98, 99)
EVENTS = {11: "key", 25: "chest", 77: "shield", 99: "dragon"}
ACTIONS = {-10: 0, 10: 1, -1: 2, 1: 3}
SOURCES = (
    ("treasure_hunt", "F(key & F chest)", "Take the key, then open the chest."),
    ("rescue_mission", "F(shield & F dragon)", "Take the shield before you fight the dragon."),
)


def episode(dfa) -> tuple[dict, ...]:
    """The shortest solution of the student map of Dungeon Quest, 18 steps."""
    state, told = dfa.initial, []
    for index, (cell, after) in enumerate(pairwise(CELLS), 1):
        label = [EVENTS[after]] if after in EVENTS else []
        state = dfa.step(state, label)
        action = ACTIONS[after - cell]
        told.append(
            {"step": index, "observation": cell, "action": action, "label": label, "dfa_state": int(state)}
        )
    return tuple(told)


def write_story(folder: Path) -> Path:
    """Write the sweep: one target on a shipped map, three agents, ten seeds."""
    from synthetic import write_sweep

    from lantern.logic import Vocabulary, compile

    vocabulary = Vocabulary(SENTENCES)
    dfa = compile(FORMULA, vocabulary)
    automata = {name: compile(formula, vocabulary) for name, formula, _ in SOURCES}
    write_sweep(
        folder, ("maze",), ("product_q", "crm_shaping", "lantern"), formula=FORMULA.replace("shield", "key")
    )
    manifest = json.loads((folder / "sweep.json").read_text())
    target = manifest["targets"]["maze"]
    target.update(formula=FORMULA, dfa=dfa.to_dict(), vocabulary=SENTENCES, env="dungeon_quest/student")
    target["sources"] = [
        {**target["sources"][0], "name": name, "env": name, "task": text, "dfa": automata[name].to_dict()}
        for name, _, text in SOURCES
    ]
    (folder / "sweep.json").write_text(json.dumps(manifest))
    for path in sorted((folder / "jobs").glob("*lantern*")):
        old = read_job(path, path.stem)
        path.write_bytes(encode(_retell(old, dfa, automata)))
    return folder


def _retell(old, dfa, automata):
    generator = np.random.default_rng(old.seed)
    weights = {
        name: generator.random((dfa.n_states, one.n_states)).tolist() for name, one in automata.items()
    }
    share = np.repeat(old.trust.weight[:, :, :1], dfa.n_states, axis=2)
    trust = dataclasses.replace(old.trust, arms=(*automata, "alone"), weight=share)
    return dataclasses.replace(old, episode=episode(dfa), alignment={"states": weights}, trust=trust)
