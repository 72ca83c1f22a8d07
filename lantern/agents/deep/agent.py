"""Deep agents: Stable-Baselines3's algorithms on a task product."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv
from numpy.typing import NDArray
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.noise import (
    ActionNoise,
    NormalActionNoise,
    OrnsteinUhlenbeckActionNoise,
)

from lantern.agents.deep.baselines.kickstarting import Kickstarting, KickstartingSettings
from lantern.agents.deep.dqn import LeanDQN
from lantern.agents.deep.encode import Encoder, encodes
from lantern.agents.deep.evaluation import Evaluation, Trusted
from lantern.agents.deep.gate import Gate
from lantern.agents.deep.guide import Guide
from lantern.agents.deep.lesson import DeepLesson, describe
from lantern.agents.deep.notes import Notes
from lantern.agents.deep.ppo import GuidedPPO, KickstartedPolicy, shaped_env
from lantern.agents.deep.replay import ProductReplayBuffer
from lantern.agents.deep.sac import LeanSAC
from lantern.agents.deep.settings import DeepSettings
from lantern.agents.deep.sources import Sources, find_sources
from lantern.agents.deep.task import TaskModel
from lantern.agents.deep.td3 import LeanTD3
from lantern.agents.deep.threads import one_thread
from lantern.agents.deep.vector import ArrayVecEnv
from lantern.agents.run import Run
from lantern.content import write_whole
from lantern.errors import LanternError, TeacherError
from lantern.transfer.strategy import plan_strategy

if TYPE_CHECKING:
    from lantern.agents.config import AgentConfig
    from lantern.envs import TaskEnv
    from lantern.transfer import Teacher

ALGORITHMS: dict[str, Any] = {"dqn": LeanDQN, "sac": LeanSAC, "td3": LeanTD3, "ppo": GuidedPPO}


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
        env: Any = task_env
        self.config = config
        self.env = env
        self.seed = seed
        self.settings = DeepSettings.read(config)
        self.encoder = Encoder(_seen(env)) if encodes(_seen(env)) else None
        self.sources = find_sources(
            teachers if config.uses_teachers else (),
            env.dfa,
            env.vocabulary,
            self.encoder,
            _actions(env),
            config.encoder,
        )
        self.source_steps = sum(teacher.steps for teacher in self.sources.teachers)
        self.task = TaskModel(
            dfa=env.dfa,
            vocabulary=env.vocabulary,
            until_end=judged_at_the_end(env, seed),
            potential=self._potential(),
            discount=config.discount,
            rewards=tuple(env._rewards),
            pays=bool(getattr(env, "reward_env", 0.0)),
        )
        self.model: Any = self._make_model()
        if not {"verbose", "tensorboard_log"} & set(self.settings.algorithm):
            # The default logger makes a folder for temporary files at every run and leaves it there.
            self.model.set_logger(Logger(folder=None, output_formats=[]))
        self.guide = self._make_guide()
        self.model.guide = self.guide

    def _make_model(self) -> Any:
        options = {"gamma": self.config.discount, "seed": self.seed, **self.settings.algorithm}
        place = training_env(self.env, self.settings.n_envs)
        if self.config.learner == "ppo":
            if self.config.crm:
                raise LanternError("PPO cannot learn from counterfactual experience (crm). Set crm: false.")
            return GuidedPPO(KickstartedPolicy, shaped_env(place, self.task), **options)
        if self.settings.noise:
            options["action_noise"] = action_noise(
                _actions(self.env), self.settings.noise, self.settings.noise_memory
            )
        return ALGORITHMS[self.config.learner](
            "MultiInputPolicy",
            place,
            replay_buffer_class=ProductReplayBuffer,
            replay_buffer_kwargs={"model": self.task, "counterfactual": 0.5 if self.config.crm else 0.0},
            **options,
        )

    def _make_guide(self) -> Guide | None:
        """What teachers do to the learner."""
        state = self.encoder.state if self.encoder is not None else None
        if state is None:
            return None
        columns = slice(state.start, state.stop)
        if self.settings.method is not None:
            told = self.settings.method_settings
            return self.settings.method(self.task, self.sources, told, self.seed, columns)
        if not self.sources.advisers:
            return None
        if self.config.learner == "ppo":
            fading = KickstartingSettings.model_validate({})
            return Kickstarting(self.task, self.sources, fading, self.seed, columns)
        return Gate(self.task, self.sources.advisers, self.settings.gate, self.seed, columns)

    def learn(self, steps: int, *, evaluate_every: int = 500, episodes: int = 10) -> Run:
        """Train for some environment steps; see :class:`lantern.agents.Agent`."""
        started = time.perf_counter()
        place = copy.deepcopy(self.env)
        evaluation = Evaluation(place, self.greedy, evaluate_every, episodes, seed=10_000 + self.seed)
        notes, trusted = Notes(self.task), Trusted(evaluation, self.guide)
        with one_thread():
            self.model.learn(total_timesteps=steps, callback=[notes, evaluation, trusted])
        policy = self.model.network_policy(self.task.potential)
        alignment = self.sources.alignment
        return Run(
            curve=evaluation.curve(),
            trust=trusted.trust(),
            alignment=alignment.to_dict() if alignment is not None else None,
            policy=policy.arrays() if policy is not None else {},
            source_steps=self.source_steps,
            steps=steps,
            seconds=time.perf_counter() - started,
            leaders=self.leaders(),
            lesson=DeepLesson(self.config, describe(self.env), self.task, notes, policy, steps, self.seed),
        )

    def greedy(self, observation: dict[str, Any]) -> Any:
        """Choose the greedy action for one observation, or for each of a batch.

        With ``gate: {lead: true}`` it is that of whoever has the lead in the DFA state.
        """
        return self.model.greedy(observation)

    def leaders(self) -> dict[int, str]:
        """Teachers that the greedy policy follows now, by DFA state; elsewhere it is the student's own."""
        if not isinstance(self.guide, Gate):
            return {}
        names = [one.name for one in self.guide.advisers]
        arms = self.guide.leader.arms().tolist()
        return {state: names[arm] for state, arm in enumerate(arms) if arm < len(names)}

    def save(self, folder: str | Path) -> Path:
        """Save the model and what decides who leads its greedy policy; teachers are not copied.

        Writes ``model.zip`` (Stable-Baselines3's) and, for an agent with a gate, ``lead.json``.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        self.model.save(place / "model.zip")
        if isinstance(self.guide, Gate):
            write_whole(place / "lead.json", json.dumps(self.guide.evidence()).encode())
        return place

    def load(self, folder: str | Path) -> None:
        """Take over what :meth:`save` wrote; the agent must have been made with the same task and teachers.

        Raises
        ------
        TeacherError
            If a part is missing or damaged, or the teachers are others.
        """
        place = Path(folder)
        for name in ("model.zip", *(["lead.json"] if isinstance(self.guide, Gate) else [])):
            if not (place / name).is_file():
                raise TeacherError(f"There is no {name} in {place}. Give a folder that agent.save() wrote.")
        if isinstance(self.guide, Gate):
            try:
                told = json.loads((place / "lead.json").read_text())
            except ValueError as error:
                where = place / "lead.json"
                raise TeacherError(f"{where} is damaged: {error}. Save the agent again.") from None
            self.guide.recall(told if isinstance(told, dict) else {})
        self.model.set_parameters(place / "model.zip")

    def _potential(self) -> NDArray[np.float64]:
        """Potential of each DFA state: none, or by the cost that the automaton and the teachers see ahead."""
        dfa, config = self.env.dfa, self.config
        if config.potential == "none":
            return np.zeros(dfa.n_states)
        if config.potential == "goals":
            raise LanternError(
                "potential: goals is for tabular learners; deep agents take potential: automaton or none."
            )
        heeded = self.sources if self.settings.method is None else Sources((), None, ())
        strategy = plan_strategy(dfa, heeded.teachers, heeded.alignment)
        ahead = (strategy.prior * strategy.cost).sum(axis=0)
        return np.where(dfa.live, config.potential_base**ahead, 0.0)


def action_noise(actions: spaces.Space[Any], deviation: float, memory: float) -> ActionNoise:
    """Noise on continuous actions, scaled to [-1, 1].

    With memory it is an Ornstein-Uhlenbeck process x' = memory x + noise, of the same deviation in the long
    run, which explores further than noise that is new at every step.
    """
    if not isinstance(actions, spaces.Box):
        raise LanternError(
            "deep: noise is for continuous actions. Leave it out, or use an agent such as sac."
        )
    mean = np.zeros(int(np.prod(actions.shape)))
    if not memory:
        return NormalActionNoise(mean, np.full_like(mean, deviation))
    step = deviation * float(np.sqrt(1.0 - memory**2))
    return OrnsteinUhlenbeckActionNoise(mean, np.full_like(mean, step), theta=1.0 - memory, dt=1.0)


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


def _seen(env: Any) -> spaces.Space[Any]:
    found: spaces.Space[Any] = (
        env.single_observation_space if isinstance(env, VectorEnv) else env.observation_space
    )
    return found


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
    if learner == "ppo":
        return
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
