"""Deep agents: Stable-Baselines3's algorithms on a task product."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3 import DQN, SAC, TD3
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm

from lantern.agents.deep.replay import ProductReplayBuffer, TaskModel
from lantern.agents.evaluation import evaluate
from lantern.agents.run import Curve, Run
from lantern.errors import LanternError
from lantern.transfer.strategy import plan_strategy

if TYPE_CHECKING:
    from lantern.agents.config import AgentConfig
    from lantern.envs import TaskEnv
    from lantern.transfer import Teacher

ALGORITHMS: dict[str, type[OffPolicyAlgorithm]] = {"dqn": DQN, "sac": SAC, "td3": TD3}


class Evaluation(BaseCallback):
    """Greedy, unshaped evaluation every so many steps, in an environment of its own with fixed seeds."""

    def __init__(self, env: TaskEnv, every: int, episodes: int, seed: int) -> None:
        super().__init__()
        self.env = env
        self.every = every
        self.episodes = episodes
        self.seed = seed
        self.rows: list[tuple[int, float, float, float]] = []

    def _on_training_start(self) -> None:
        self.evaluate()

    def _on_step(self) -> bool:
        if self.num_timesteps % self.every == 0:
            self.evaluate()
        return True

    def evaluate(self) -> None:
        """Run the greedy policy for some episodes and note success, length and return."""
        ends = evaluate(self.act, self.env, self.episodes, self.seed)
        success = float(np.mean([end.success for end in ends]))
        length = float(np.mean([end.steps for end in ends]))
        self.rows.append((self.num_timesteps, success, length, float(np.mean([end.gain for end in ends]))))

    def act(self, observation: dict[str, Any], info: dict[str, Any]) -> Any:
        """Choose the greedy action."""
        return self.model.predict(observation, deterministic=True)[0]

    def curve(self) -> Curve:
        """Return the evaluations so far."""
        step, success, length, gain = (np.array(column) for column in zip(*self.rows, strict=True))
        return Curve(step=step.astype(np.int64), success=success, length=length, return_=gain)


class DeepAgent:
    """A deep learner on the product of environment and automaton.

    The algorithm is Stable-Baselines3's, untouched; what is ours is the replay buffer, so its callbacks,
    saving and policies work as ever. The trained algorithm is ``agent.model``.

    Parameters
    ----------
    config : AgentConfig
        ``learner`` names the algorithm, ``crm`` replays counterfactual DFA states, ``potential`` shapes the
        replayed rewards, ``deep`` holds constructor arguments of the algorithm.
    task_env : TaskEnv
        The task to learn.
    teachers : sequence of Teacher
        Sources of the potential.
    seed : int
        Seed of everything random.
    """

    def __init__(
        self, config: AgentConfig, task_env: TaskEnv, teachers: Sequence[Teacher] = (), seed: int = 0
    ) -> None:
        check_actions(config.learner, task_env)
        self.config = config
        self.env = task_env
        self.seed = seed
        self.alignment: dict[str, Any] | None = None
        used = tuple(teachers) if config.use_teachers else ()
        self.source_steps = sum(teacher.steps for teacher in used)
        potential = self._potential(used)
        self.task = TaskModel(
            dfa=task_env.dfa,
            vocabulary=task_env.vocabulary,
            until_end=_judged_at_the_end(task_env, seed),
            potential=potential,
            discount=config.discount,
        )
        settings = {"gamma": config.discount, **config.deep}
        self.model = ALGORITHMS[config.learner](
            "MultiInputPolicy",
            task_env,
            seed=seed,
            replay_buffer_class=ProductReplayBuffer,
            replay_buffer_kwargs={"model": self.task, "counterfactual": 0.5 if config.crm else 0.0},
            **settings,
        )

    def learn(self, steps: int, *, evaluate_every: int = 500, episodes: int = 10) -> Run:
        """Train for some environment steps; see :class:`lantern.agents.Agent`."""
        started = time.perf_counter()
        evaluation = Evaluation(copy.deepcopy(self.env), evaluate_every, episodes, seed=10_000 + self.seed)
        self.model.learn(total_timesteps=steps, callback=evaluation)
        return Run(
            curve=evaluation.curve(),
            alignment=self.alignment,
            source_steps=self.source_steps,
            steps=steps,
            seconds=time.perf_counter() - started,
        )

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


def check_actions(learner: str, env: TaskEnv) -> None:
    """Refuse an algorithm that cannot take the environment's actions.

    Raises
    ------
    LanternError
        Naming an algorithm that can.
    """
    if learner not in ALGORITHMS:
        raise LanternError(f"There is no deep learner {learner!r} yet. Use one of {', '.join(ALGORITHMS)}.")
    discrete = isinstance(env.action_space, spaces.Discrete)
    if discrete != (learner == "dqn"):
        kind, other = ("discrete", "dqn") if discrete else ("continuous", "sac")
        raise LanternError(
            f"The learner {learner!r} cannot take this environment's actions, which are {kind}. "
            f"Use an agent whose learner is {other!r}, such as agents/{other}.yaml."
        )


def _judged_at_the_end(env: TaskEnv, seed: int) -> bool:
    """Whether acceptance is judged when the episode ends rather than ending it (see ``TaskEnv``)."""
    if env.end == "auto":
        _, info = env.reset(seed=seed)
        return bool(env.dfa.accepting[info["dfa_state"]])
    return env.end == "episode"
