"""From a finished deep run to a teacher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lantern.agents.config import AgentConfig
from lantern.agents.deep.notes import Notes
from lantern.agents.deep.policy import NetworkPolicy
from lantern.agents.provenance import provenance
from lantern.errors import TeacherError

if TYPE_CHECKING:
    from lantern.agents.deep.task import TaskModel
    from lantern.transfer import Teacher


@dataclass(frozen=True)
class DeepLesson:
    """What a deep run knows and noted.

    Attributes
    ----------
    config : AgentConfig
    env : dict
        Description of the environment.
    task : TaskModel
    notes : Notes
    policy : NetworkPolicy or None
        None where the networks are not plain ones; such a run teaches what it knows of the automaton only.
    steps, seed : int
    """

    config: AgentConfig
    env: dict[str, Any]
    task: TaskModel
    notes: Notes
    policy: NetworkPolicy | None
    steps: int
    seed: int

    def teacher(self, name: str | None) -> Teacher:
        """Make the teacher."""
        import stable_baselines3
        import torch

        from lantern.transfer import Teacher

        if not self.notes.edges:
            raise TeacherError("This run made no step, so it has nothing to teach. Let it learn first.")
        dfa, policy = self.task.dfa, self.policy
        return Teacher(
            name=name or str(self.env["name"]),
            task_text=str(dfa.formula) if dfa.formula is not None else "",
            dfa=dfa,
            vocabulary=self.task.vocabulary,
            env=self.env,
            state=self.notes.state_table(),
            edge=self.notes.edge_table(),
            policy=policy.arrays() if policy is not None else {},
            observation_kind=_kind(policy),
            steps=self.steps,
            discount=self.config.discount,
            provenance=provenance(
                self.config,
                self.seed,
                torch=str(torch.__version__),
                stable_baselines3=stable_baselines3.__version__,
            ),
            network=policy.architecture() if policy is not None else {},
        )


def _kind(policy: NetworkPolicy | None) -> str:
    """What the policy sees, in one line."""
    if policy is None:
        return "unknown"
    return "rows: " + ", ".join(f"{one.key} ({one.stop - one.start})" for one in policy.fields)


def describe(env: Any) -> dict[str, Any]:
    """Name, spaces and propositions of an environment, or of a vector of them; JSON-safe."""
    from gymnasium.vector import VectorEnv

    inner = getattr(env, "env", env)
    vector = isinstance(env, VectorEnv)
    world = getattr(env, "world", None)
    spec = getattr(inner, "spec", None)
    name = getattr(inner, "name", None) or getattr(world, "name", None) or (spec.id if spec else None)
    seen, acts = (
        (env.single_observation_space, env.single_action_space)
        if vector
        else (inner.observation_space, inner.action_space)
    )
    return {
        "name": str(name or type(getattr(inner, "unwrapped", inner)).__name__),
        "observation_space": str(seen),
        "action_space": str(acts),
        "propositions": list(env.vocabulary.names),
        "rewards": dict(zip(("accept", "fail", "step"), env._rewards, strict=True)),
    }
