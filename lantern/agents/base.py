"""Making agents by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from lantern.agents.config import AgentConfig
    from lantern.agents.run import Run
    from lantern.envs import TaskEnv
    from lantern.transfer import Teacher


class Agent(Protocol):
    """What every agent offers."""

    config: AgentConfig

    def learn(self, steps: int, *, evaluate_every: int = 500, episodes: int = 10) -> Run:
        """Train from scratch and return the run.

        Parameters
        ----------
        steps : int
            Environment steps of training.
        evaluate_every : int
            Steps between greedy evaluations.
        episodes : int
            Episodes of an evaluation; deterministic environments need one per initial state.
        """
        ...


def make_agent(
    name: str | AgentConfig,
    task_env: TaskEnv,
    *,
    teachers: Sequence[Teacher] = (),
    seed: int = 0,
    **overrides: Any,
) -> Agent:
    """Make an agent.

    Parameters
    ----------
    name : str or AgentConfig
        Name or path of a file in ``agents/``, or the settings themselves.
    task_env : TaskEnv
        The task to learn.
    teachers : sequence of Teacher
        What was learned before; agents that use no teachers ignore them.
    seed : int
        Seed of everything random; the same seed gives the same run.
    **overrides
        Settings to change, by their name in :class:`AgentConfig`.

    Raises
    ------
    ContentError
        If there is no such agent, or a setting is unknown or out of range.
    LanternError
        If the agent cannot learn in this environment.

    Examples
    --------
    >>> import lantern
    >>> env = lantern.make_env("dungeon_quest/teacher")
    >>> task_env = lantern.TaskEnv(env, lantern.compile("F(key & F chest)", env.vocabulary))
    >>> run = lantern.make_agent("crm", task_env, seed=1).learn(5_000)
    >>> float(run.curve.success[-1]), float(run.curve.length[-1])
    (1.0, 6.0)
    """
    config = read_config(name, overrides)
    if config.planning:
        from lantern.agents.tabular.model_based.agent import ModelAgent

        return ModelAgent(config, task_env, teachers=teachers, seed=seed)
    if config.learner == "tabular":
        from lantern.agents.tabular.baselines import make_tabular

        return make_tabular(config, task_env, teachers, seed)
    if config.learner == "control":
        from lantern.agents.control.agent import ControlAgent

        return ControlAgent(config, task_env, teachers, seed)
    from lantern.agents.deep import DeepAgent

    agent: Agent = DeepAgent(config, task_env, teachers=teachers, seed=seed)
    return agent


def read_config(name: str | AgentConfig, overrides: dict[str, Any] | None = None) -> AgentConfig:
    """Read an agent's settings and change some.

    Raises
    ------
    ContentError
        If there is no such agent, or a setting is unknown or out of range.
    """
    from lantern.agents.config import AgentConfig, changed
    from lantern.content import find, read, validate

    if isinstance(name, AgentConfig):
        config, place = name, f"agent {name.name or 'settings'}"
    else:
        path = find("agents", name)
        config, place = read(path, AgentConfig), str(path)
        if not config.name:
            config = config.model_copy(update={"name": path.stem})
    if not overrides:
        return config
    return validate(changed(config.model_dump(), overrides), AgentConfig, place)
