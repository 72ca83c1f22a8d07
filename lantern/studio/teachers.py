"""Which earlier tasks could teach a new one, where, how surely, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from lantern.experiments.report.alignment import Match, link
from lantern.experiments.report.automaton import describe
from lantern.experiments.results import Source
from lantern.studio.tasks import Ask, TaskText, automaton, vocabulary

if TYPE_CHECKING:
    from lantern.transfer import Alignment, Teacher
    from lantern.transfer.teacher import EdgeTable, StateTable

VISITS = 10_000  # of each state of an imagined teacher: as if it had learned its task to the end


class Compare(Ask):
    """A task, and the tasks that might teach it."""

    formula: str = Field(min_length=1, max_length=20_000)
    sources: list[TaskText] = Field(default_factory=list, max_length=20)


class Helper(BaseModel):
    """What one teacher could do for the task, as the page shows it."""

    model_config = ConfigDict(extra="forbid")
    name: str
    task: str
    saved: bool
    mean: float
    svg: str
    matches: list[dict[str, Any]]
    propositions: list[dict[str, Any]]
    missing: list[str]


def compare(ask: Compare, folder: Path) -> dict[str, Any]:
    """Align a task with saved teachers and with imagined ones, the most helpful first.

    Parameters
    ----------
    ask : Compare
        The task and its possible sources.
    folder : Path
        Folder of saved teachers.

    Returns
    -------
    dict
        ``helpers``, a list, and ``skipped``, what could not be read and why.
    """
    from lantern.transfer import align, load_teachers

    dfa = automaton(ask.env, ask.formula)
    saved, skipped = load_teachers(folder)
    imagined = [imagine(f"{number}: {source.env}", source) for number, source in enumerate(ask.sources, 1)]
    teachers = [*saved, *imagined]
    if not teachers:
        return {"helpers": [], "skipped": skipped}
    alignment = align(teachers, dfa, vocabulary(ask.env))
    target = describe(dfa, "compare", "The task")
    helpers = []
    for index, teacher in enumerate(teachers):
        theirs = describe(teacher.dfa, f"helper-{index}", teacher.task_text)
        shown = link(
            _source(teacher), alignment.states[teacher.name], target.states, theirs, f"links-{index}"
        )
        helpers.append(
            Helper(
                name=teacher.name,
                task=teacher.task_text,
                saved=index < len(saved),
                mean=shown.mean,
                svg=shown.svg,
                matches=[_match(match, alignment, teacher.name) for match in shown.matches if match.source],
                propositions=_pairs(alignment, teacher.name),
                missing=[name for name in dfa.support if name not in alignment.propositions[teacher.name]],
            )
        )
    helpers.sort(key=lambda helper: -helper.mean)
    return {"helpers": [helper.model_dump() for helper in helpers], "skipped": skipped}


def imagine(name: str, source: TaskText) -> Teacher:
    """Return the teacher that a task would give if it were learned to the end.

    It knows its automaton and has been everywhere in it; it holds no values, so it serves to compare, not to
    learn from.
    """
    from lantern.language import translate
    from lantern.transfer import Teacher

    words = vocabulary(source.env)
    dfa = translate(source.text, words, answers=source.answers).dfa
    return Teacher(name, source.text, dfa, words, {"name": source.env}, _everywhere(dfa.n_states), _nowhere())


def _everywhere(states: int) -> StateTable:
    from lantern.transfer.teacher import StateTable

    zero = np.zeros(states)
    count = np.full(states, VISITS, dtype=np.int64)
    return StateTable(zero, zero, zero, count, zero, np.zeros(states, dtype=bool))


def _nowhere() -> EdgeTable:
    from dataclasses import fields

    from lantern.transfer.teacher import EdgeTable

    whole = {"source", "target", "mask", "count"}
    kinds = {one.name: np.int64 if one.name in whole else np.float64 for one in fields(EdgeTable)}
    empty: dict[str, Any] = {name: np.zeros(0, dtype=kind) for name, kind in kinds.items()}
    return EdgeTable(**empty)


def _source(teacher: Teacher) -> Source:
    return Source(teacher.name, str(teacher.env.get("name", "")), teacher.task_text, "", {})


def _match(match: Match, alignment: Alignment, teacher: str) -> dict[str, Any]:
    """Return a pair of states with its weight, and what the weight is made of."""
    why = alignment.evidence[teacher]
    assert match.source is not None
    at = match.target.index, match.source.index
    return {
        "target": {"index": match.target.index, "sentence": match.target.sentence},
        "source": {"index": match.source.index, "sentence": match.source.sentence},
        "weight": match.weight,
        "words": float(why.text[at]),
        "behaviour": float(why.behaviour[at]),
        "propositions": float(why.propositions[at]),
        "experience": float(why.sampling[at]),
    }


def _pairs(alignment: Alignment, teacher: str) -> list[dict[str, Any]]:
    """Propositions that correspond, the surest first."""
    found = [{"target": name, **pair} for name, pair in alignment.propositions[teacher].items()]
    return sorted(found, key=lambda pair: -float(pair["similarity"]))
