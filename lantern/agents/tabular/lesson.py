"""From a finished tabular run to a teacher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.config import AgentConfig
from lantern.agents.provenance import provenance
from lantern.agents.tabular.arrays import Lesson, Task
from lantern.agents.tabular.record import (
    COST,
    EDGE_COST,
    EDGE_SQUARE,
    EDGE_STEPS,
    EDGE_VALUE,
    EDGE_WINS,
    SQUARE,
    VALUE,
    WINS,
)

if TYPE_CHECKING:
    from lantern.envs import TaskEnv
    from lantern.envs.catalogue import Catalogue
    from lantern.transfer import EdgeTable, StateTable, Teacher

#: Visits after which a state that never led to acceptance is taken for a dead end.
ENOUGH = 20


@dataclass(frozen=True)
class TabularLesson:
    """What a tabular run knows and noted."""

    config: AgentConfig
    task_env: TaskEnv
    masks: NDArray[np.int64]
    task: Task
    policy: dict[str, NDArray[Any]]
    notes: Lesson
    steps: int
    seed: int
    catalogue: Catalogue

    def teacher(self, name: str | None) -> Teacher:
        """Make the teacher."""
        from lantern.transfer import Teacher

        env = describe_env(self.task_env)
        dfa = self.task_env.dfa
        return Teacher(
            name=name or str(env["name"]),
            task_text=str(dfa.formula) if dfa.formula is not None else "",
            dfa=dfa,
            vocabulary=self.task_env.vocabulary,
            env=env,
            state=self._states(),
            edge=self._edges(),
            policy=self.policy,
            observation_kind=self.catalogue.kind,
            steps=self.steps,
            discount=self.config.discount,
            provenance=provenance(self.config, self.seed),
            catalogue=self.catalogue,
        )

    def _states(self) -> StateTable:
        from lantern.transfer import StateTable

        count, notes = self.notes.state_count, self.notes.state
        found = notes[:, COST] > 0
        accepting = np.asarray(self.task.accepting)
        variance = notes[:, SQUARE] - notes[:, COST] ** 2
        never = (count >= ENOUGH) & (notes[:, WINS] < 1e-3)
        return StateTable(
            value=np.where(accepting, 1.0, np.clip(notes[:, VALUE] / self.task.accept, 0.0, 1.0)),
            cost=np.where(accepting, 0.0, np.where(found, notes[:, COST], np.inf)),
            spread=np.where(found, np.sqrt(np.maximum(variance, 0.0)), 0.0),
            count=count.copy(),
            success=np.where(accepting, 1.0, notes[:, WINS]),
            dead=~np.asarray(self.task_env.dfa.live) | (never & ~accepting),
        )

    def _edges(self) -> EdgeTable:
        from lantern.transfer import EdgeTable

        count = self.notes.edge_count
        source, label = np.nonzero(count)
        notes = self.notes.edge[source, label]
        value = notes[:, EDGE_VALUE] / self.task.accept
        square = notes[:, EDGE_SQUARE] / self.task.accept**2
        return EdgeTable(
            source=source.astype(np.int64),
            target=self.task.delta[source, label].astype(np.int64),
            mask=self.masks[label].astype(np.int64),
            count=count[source, label].copy(),
            value=np.clip(value, 0.0, 1.0),
            spread=np.sqrt(np.maximum(square - value**2, 0.0)),
            steps=notes[:, EDGE_STEPS].copy(),
            success=np.clip(notes[:, EDGE_WINS], 0.0, 1.0),
            cost=np.where(notes[:, EDGE_COST] > 0, notes[:, EDGE_COST], np.inf),
        )


def describe_env(task_env: TaskEnv) -> dict[str, Any]:
    """Name, spaces and propositions of an environment, JSON-safe."""
    env: Any = task_env.env
    spec = getattr(env, "spec", None)
    name = getattr(env, "name", None) or (spec.id if spec is not None else None)
    return {
        "name": str(name or type(getattr(env, "unwrapped", env)).__name__),
        "observation_space": str(env.observation_space),
        "action_space": str(env.action_space),
        "propositions": list(task_env.vocabulary.names),
        "rewards": dict(zip(("accept", "fail", "step"), task_env._rewards, strict=True)),
    }
