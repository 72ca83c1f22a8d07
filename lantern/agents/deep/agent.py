"""Deep agents: Stable-Baselines3's algorithms on a task product."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv
from numpy.typing import NDArray

from lantern.agents.deep.dqn import LeanDQN
from lantern.agents.deep.evaluation import Evaluation
from lantern.agents.deep.replay import ProductReplayBuffer
from lantern.agents.deep.sac import LeanSAC
from lantern.agents.deep.task import TaskModel
from lantern.agents.deep.td3 import LeanTD3
from lantern.agents.deep.threads import one_thread
from lantern.agents.deep.vector import ArrayVecEnv
from lantern.agents.run import Run
from lantern.errors import LanternError
from lantern.transfer.strategy import plan_strategy

if TYPE_CHECKING:
    from lantern.agents.config import AgentConfig
    from lantern.envs import TaskEnv
    from lantern.transfer import Teacher

ALGORITHMS: dict[str, Any] = {"dqn": LeanDQN, "sac": LeanSAC, "td3": LeanTD3}


class DeepAgent:
    """A deep learner on the product of environment and automaton.

    The algorithm is Stable-Baselines3's, with lean loops around the same networks; its callbacks, saving and
    policies work as ever. The trained algorithm is ``agent.model``.

    Parameters
    ----------
    config : AgentConfig
        ``learner`` names the algorithm, ``crm`` replays counterfactual DFA states, ``potential`` shapes the
        replayed rewards, ``deep`` holds constructor arguments of the algorithm, and ``n_envs``: how many
        copies of the environment are stepped side by side.
    task_env : TaskEnv or gymnasium.vector.VectorEnv
        The task to learn; a vector environment with ``dfa`` and ``vocabulary``, such as ``VectorTaskEnv`` or
        ``GridVectorEnv``, in auto-reset mode SAME_STEP.
    teachers : sequence of Teacher
        Sources of the potential.
    seed : int
        Seed of everything random.
    """

    def __init__(
        self,
        config: AgentConfig,
        task_env: TaskEnv | VectorEnv[Any, Any, Any],
        teachers: Sequence[Teacher] = (),
        seed: int = 0,
    ) -> None:
        check_actions(config.learner, _actions(task_env))
        self.config = config
        env: Any = task_env
        self.env = env
        self.seed = seed
        self.alignment: dict[str, Any] | None = None
        used = tuple(teachers) if config.use_teachers else ()
        self.source_steps = sum(teacher.steps for teacher in used)
        self.task = TaskModel(
            dfa=self.env.dfa,
            vocabulary=self.env.vocabulary,
            until_end=judged_at_the_end(self.env, seed),
            potential=self._potential(used),
            discount=config.discount,
            rewards=tuple(self.env._rewards),
            pays=bool(getattr(self.env, "reward_env", 0.0)),
        )
        settings = {"gamma": config.discount, **config.deep}
        self.model: Any = ALGORITHMS[config.learner](
            "MultiInputPolicy",
            training_env(self.env, int(settings.pop("n_envs", 1))),
            seed=seed,
            replay_buffer_class=ProductReplayBuffer,
            replay_buffer_kwargs={"model": self.task, "counterfactual": 0.5 if config.crm else 0.0},
            **settings,
        )

    def learn(self, steps: int, *, evaluate_every: int = 500, episodes: int = 10) -> Run:
        """Train for some environment steps; see :class:`lantern.agents.Agent`."""
        started = time.perf_counter()
        place = copy.deepcopy(self.env)
        evaluation = Evaluation(place, self.greedy, evaluate_every, episodes, seed=10_000 + self.seed)
        with one_thread():
            self.model.learn(total_timesteps=steps, callback=evaluation)
        return Run(
            curve=evaluation.curve(),
            alignment=self.alignment,
            source_steps=self.source_steps,
            steps=steps,
            seconds=time.perf_counter() - started,
        )

    def greedy(self, observation: dict[str, Any]) -> Any:
        """Choose the greedy action for one observation, or for each of a batch."""
        return self.model.greedy(observation)

    def _potential(self, teachers: Sequence[Teacher]) -> NDArray[np.float64]:
        """Potential of each DFA state: none, or by the cost that the automaton and the teachers see ahead."""
        dfa = self.env.dfa
        if self.config.potential == "none":
            return np.zeros(dfa.n_states)
        if self.config.potential == "goals":
            raise LanternError(
                "potential: goals is for tabular learners; deep agents take potential: automaton or none."
            )
        if teachers:
            from lantern.transfer import align

            found = align(list(teachers), dfa, self.env.vocabulary, self.config.encoder)
            self.alignment = found.to_dict()
            strategy = plan_strategy(dfa, teachers, found)
        else:
            strategy = plan_strategy(dfa, (), None)
        ahead = (strategy.prior * strategy.cost).sum(axis=0)
        return np.where(dfa.live, self.config.potential_base**ahead, 0.0)


def training_env(env: Any, count: int) -> Any:
    """What the algorithm trains in: the environment itself, or copies of it side by side."""
    if isinstance(env, VectorEnv):
        if count not in (1, env.num_envs):
            raise LanternError(
                f"deep: n_envs is {count}, but the environment is a vector of {env.num_envs}. "
                "Leave n_envs out."
            )
        return ArrayVecEnv(env)
    if count == 1:
        return env
    copies = [copy.deepcopy(env) for _ in range(count)]
    makers = [lambda one=one: one for one in copies]
    return ArrayVecEnv(SyncVectorEnv(makers, autoreset_mode=AutoresetMode.SAME_STEP))


def _actions(env: Any) -> spaces.Space[Any]:
    found: spaces.Space[Any] = env.single_action_space if isinstance(env, VectorEnv) else env.action_space
    return found


def check_actions(learner: str, actions: spaces.Space[Any]) -> None:
    """Refuse an algorithm that cannot take the environment's actions.

    Raises
    ------
    LanternError
        Naming an algorithm that can.
    """
    if learner not in ALGORITHMS:
        raise LanternError(f"There is no deep learner {learner!r} yet. Use one of {', '.join(ALGORITHMS)}.")
    discrete = isinstance(actions, spaces.Discrete)
    if discrete != (learner == "dqn"):
        kind, other = ("discrete", "dqn") if discrete else ("continuous", "sac")
        raise LanternError(
            f"The learner {learner!r} cannot take this environment's actions, which are {kind}. "
            f"Use an agent whose learner is {other!r}, such as agents/{other}.yaml."
        )


def judged_at_the_end(env: Any, seed: int) -> bool:
    """Whether acceptance is judged when the episode ends rather than ending it (see ``TaskEnv``)."""
    if env.end == "auto":
        _, info = env.reset(seed=seed)
        return bool(np.all(env.dfa.accepting[info["dfa_state"]]))
    return bool(env.end == "episode")
