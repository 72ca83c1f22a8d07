"""PPO on a task product: Stable-Baselines3's own, with potentials, and teachers in its loss.

PPO learns from what its own policy does, so teachers must not act in its place: that would break the ratio
that it clips. They come in by two ways that keep it sound: potentials on the rewards, which leave what is
optimal as it is, and a loss that draws the policy towards theirs on its own states and fades (Kickstarting,
Schmitt et al. 2018). Counterfactual experience is off-policy too, so there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch as th
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3 import PPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.policies import MultiInputActorCriticPolicy
from stable_baselines3.common.torch_layers import CombinedExtractor
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv, VecEnvWrapper

from lantern.agents.deep.encode import Encoder, encodes
from lantern.agents.deep.mlp import Floats, linear_layers
from lantern.agents.deep.policy import Dense, NetworkPolicy
from lantern.envs.task_env import STATE

if TYPE_CHECKING:
    from lantern.agents.deep.baselines.kickstarting import Kickstarting
    from lantern.agents.deep.task import TaskModel


class ShapedVecEnv(VecEnvWrapper):
    """Adds gamma Phi(u') - Phi(u) to the rewards; the monitor inside still sees the unshaped ones.

    Parameters
    ----------
    venv : VecEnv
        Environments of a task product.
    task : TaskModel
        The task and its potential.
    """

    def __init__(self, venv: VecEnv, task: TaskModel) -> None:
        super().__init__(venv)
        self.task = task
        self._state: NDArray[np.int64] = np.zeros(venv.num_envs, np.int64)

    def reset(self) -> Any:
        """Reset all environments."""
        observation: Any = self.venv.reset()
        self._state = _states(observation)
        return observation

    def step_wait(self) -> Any:
        """Step, and shape."""
        observation, rewards, dones, infos = self.venv.step_wait()
        following = np.array([int(info[STATE]) for info in infos])
        cut = np.array([bool(info.get("TimeLimit.truncated", False)) for info in infos])
        shaped = rewards + self.task.shaping(self._state, following, dones & ~cut)
        self._state = _states(observation)
        return observation, shaped, dones, infos


def _states(observation: Any) -> NDArray[np.int64]:
    return np.asarray(observation[STATE]).reshape(-1).astype(np.int64)


class KickstartedPolicy(MultiInputActorCriticPolicy):
    """The usual policy; where there are teachers, its bonus pays for being like them.

    PPO's loss has one place where a policy can add to it, the entropy bonus. It is given weight 1 here, and
    the policy returns ``entropy_weight * entropy - strength * cross_entropy``.
    """

    guide: Kickstarting | None = None
    entropy_weight: float = 0.0
    encoder: Encoder | None = None

    def evaluate_actions(self, obs: Any, actions: th.Tensor) -> Any:
        """Evaluate actions; see ``ActorCriticPolicy.evaluate_actions``."""
        values, log_probability, entropy = super().evaluate_actions(obs, actions)
        if entropy is None:
            entropy = -log_probability
        bonus = self.entropy_weight * entropy
        strength = self.guide.strength() if self.guide is not None else 0.0
        if strength > 0.0:
            bonus = bonus - strength * self._unlike(obs)
        return values, log_probability, bonus

    def _unlike(self, obs: Any) -> th.Tensor:
        """Cross-entropy with the teachers (squared distance of means, for continuous actions); [B]."""
        assert self.guide is not None
        assert self.encoder is not None
        seen = {key: value.detach().cpu().numpy() for key, value in obs.items()}
        x = np.zeros((len(next(iter(seen.values()))), self.encoder.size), np.float32)
        self.encoder.batch(seen, x)
        found: Any = self.get_distribution(obs).distribution
        rows, theirs = self._wanted(x)
        where, wanted = th.from_numpy(rows), th.from_numpy(theirs)
        total = th.zeros(len(x))
        if isinstance(self.action_space, spaces.Discrete):
            total[where] = -(wanted * th.log_softmax(found.logits, dim=1)[where]).sum(dim=1)
        else:
            total[where] = ((found.mean[where] - wanted) ** 2).sum(dim=1)
        return total

    def _wanted(self, x: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Rows where a teacher speaks, and its probabilities, or its actions in the environment's units."""
        guide = self.guide
        assert guide is not None
        if isinstance(self.action_space, spaces.Box):
            rows, scaled = guide.teacher_actions(x, guide.state(x))
            low, high = self.action_space.low, self.action_space.high
            return rows, (low + 0.5 * (scaled + 1.0) * (high - low)).astype(np.float32)
        return guide.teacher_preferences(x, guide.state(x), guide.settings.temperature)


class GuidedPPO(PPO):
    """Stable-Baselines3's PPO in a shaped environment, with a policy that teachers can draw.

    Parameters
    ----------
    policy, env, **options
        As for ``stable_baselines3.PPO``; ``ent_coef`` is the weight of the entropy bonus as ever.
    """

    _guide: Kickstarting | None = None

    def __init__(self, policy: Any, env: Any, ent_coef: float = 0.0, **options: Any) -> None:
        super().__init__(policy, env, ent_coef=1.0, **options)
        if isinstance(self.policy, KickstartedPolicy):
            self.policy.entropy_weight = ent_coef
        else:
            self.ent_coef = ent_coef

    @property
    def guide(self) -> Kickstarting | None:
        """The teachers."""
        return self._guide

    @guide.setter
    def guide(self, guide: Kickstarting | None) -> None:
        self._guide = guide
        self.policy.guide = guide  # type: ignore[assignment, unused-ignore]
        self.policy.encoder = Encoder(self.observation_space)  # type: ignore[assignment, unused-ignore]

    def train(self) -> None:
        """Update the policy; see ``PPO.train``."""
        if self._guide is not None:
            self._guide.steps = self.num_timesteps
        super().train()

    def _excluded_save_params(self) -> list[str]:
        return [*super()._excluded_save_params(), "_guide"]

    def greedy(self, observation: Any) -> Any:
        """Greedy action for one observation, or for each of a batch."""
        return self.predict(observation, deterministic=True)[0]

    def network_policy(self, potential: NDArray[np.float64]) -> NetworkPolicy | None:
        """The policy as it is now, as plain arrays; None where it is no plain network."""
        policy: Any = self.policy
        found = linear_layers(policy.mlp_extractor.policy_net)
        if (
            found is None
            or type(policy.features_extractor) is not CombinedExtractor
            or not encodes(self.observation_space)
        ):
            return None
        layers = [*found[0], policy.action_net]
        weight = [one.weight.detach().numpy().copy() for one in layers]
        bias = [one.bias.detach().numpy().copy() for one in layers]
        fields = Encoder(self.observation_space).fields
        space: Any = self.action_space
        if isinstance(space, spaces.Discrete):
            dense = Dense(tuple(weight), tuple(bias), found[1])
            return NetworkPolicy("logits", dense, (), fields, int(space.n), None, potential)
        low, high = space.low.reshape(-1), space.high.reshape(-1)
        # Means are in the environment's units; advice is scaled to [-1, 1].
        weight[-1] *= (2.0 / (high - low))[:, None]
        bias[-1] = (bias[-1] - low) * 2.0 / (high - low) - 1.0
        dense = Dense(tuple(weight), tuple(bias), found[1])
        return NetworkPolicy("clipped_mean", dense, (), fields, len(low), (low, high), potential)


def shaped_env(env: Any, task: TaskModel) -> ShapedVecEnv:
    """The environment, or the vector of them, that PPO trains in."""
    if not isinstance(env, VecEnv):
        env = DummyVecEnv([lambda: Monitor(env)])
    return ShapedVecEnv(env, task)
