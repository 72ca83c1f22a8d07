"""Many plants of one site in one Gymnasium vector environment, compiled and in parallel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from lantern.envs.incinerator.env import read_settings
from lantern.envs.incinerator.episodes import Episodes
from lantern.envs.incinerator.layout import ACTIONS
from lantern.envs.incinerator.observation import BOUND, OBSERVED
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.sites import find_site
from lantern.envs.incinerator.twin import find_plant
from lantern.envs.incinerator.words import vocabulary
from lantern.envs.vector import autoreset_mode
from lantern.errors import EnvError


class EmissionControlVectorEnv(VectorEnv[Any, Any, Any]):
    """N copies of `EmissionControlEnv`, stepped together.

    Parameters
    ----------
    site : int, str, Path or Site
        As for the single environment.
    num_envs : int
        N.
    plant : str, Path or SurrogatePlant
        As for the single environment.
    autoreset : {"same_step", "next_step", "disabled"}
        Gymnasium's auto-reset mode; `lantern.envs.VectorTaskEnv` wants ``"disabled"``.
    **settings
        As in `lantern.envs.incinerator.episodes.Settings`.

    Attributes
    ----------
    vocabulary : Vocabulary
        The propositions; ``infos["label"]`` is int64[N].
    max_steps : int
        Control steps of an episode.

    Notes
    -----
    ``infos``: arrays ``label``, ``cpsi``, ``cpsi_max``, ``within``, ``load`` and ``cost`` (a dict of arrays),
    ``measured`` float64[N, 17], ``setpoints`` float64[N, 5], ``true`` on the simulator and ``novelty`` on a
    surrogate; columns as ``lantern.envs.incinerator.sensors`` lists them.
    """

    def __init__(
        self,
        site: int | str | Path | Site = 0,
        num_envs: int = 1,
        plant: Any = "simulator",
        *,
        autoreset: str = "same_step",
        **settings: Any,
    ) -> None:
        self.site = find_site(site)
        self.num_envs = num_envs
        self.settings = read_settings(settings)
        self.episodes = Episodes(self.site, num_envs, self.settings, find_plant(plant, self.site))
        self.vocabulary = vocabulary()
        self.max_steps = self.episodes.limit
        self.autoreset_mode = autoreset_mode(autoreset)
        self.metadata = {"render_modes": [], "autoreset_mode": self.autoreset_mode}
        self.render_mode = None
        self.single_observation_space = spaces.Box(-BOUND, BOUND, (len(OBSERVED),), np.float32)
        self.single_action_space = spaces.Box(-1.0, 1.0, (ACTIONS,), np.float32)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._over = np.zeros(num_envs, np.bool_)
        self._begun = False

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start episodes in all environments, or in those of ``options["reset_mask"]``.

        Parameters
        ----------
        seed : int, optional
            Seed of the whole batch.
        options : dict, optional
            ``reset_mask``: bool[N]. ``waste``: ``"usual"`` or ``"unseen"``. ``copies``: so many times the
            same episodes, to compare actions on the same load, waste and noise; must divide their number.
        """
        super().reset(seed=seed[0] if isinstance(seed, list) else seed)
        wanted = options or {}
        chosen = np.asarray(wanted.get("reset_mask", np.ones(self.num_envs, np.bool_)))
        if chosen.shape != (self.num_envs,) or chosen.dtype != np.bool_:
            raise EnvError(f"reset_mask must be a bool array of shape ({self.num_envs},).")
        if not self._begun and not chosen.all():
            raise EnvError("Some environments have never been reset. Reset all of them first: reset().")
        copies = int(wanted.get("copies", 1))
        if copies < 1 or chosen.sum() % copies:
            raise EnvError(f"copies={copies} must divide the number of environments, {chosen.sum()}.")
        observation, label = self.episodes.begin(chosen, self.np_random, wanted.get("waste"), copies)
        self._begun = True
        self._over = self._over & ~chosen
        return observation, {"label": label, "load": self.episodes.demand()}

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Hold an action, float[N, 5], in every environment for a control step."""
        actions = np.asarray(actions, dtype=np.float64)
        self._check(actions)
        held = self._over if self.autoreset_mode is AutoresetMode.NEXT_STEP else np.zeros_like(self._over)
        held = held.copy()
        if held.any():  # their last episode is over: they are stepped along and then begin anew
            self.episodes.step_number[held] = 0
        done = self.episodes.step(actions)
        ended = (self.episodes.step_number >= self.max_steps) & ~held
        infos = {
            "label": done.label, "cpsi": done.cpsi, "cpsi_max": done.cpsi_max, "cost": done.cost,
            "within": self.episodes.means.share_within(), "load": self.episodes.demand(),
            "measured": done.passed.measured, "setpoints": done.passed.setpoints,
        }  # fmt: skip
        if done.passed.true is not None:
            infos["true"] = done.passed.true
        if done.passed.novelty is not None:
            infos["novelty"] = done.passed.novelty
        observation, reward = done.observation, done.reward
        if held.any():
            observation, infos["label"] = self.episodes.begin(held, self.np_random)
            reward = np.where(held, 0.0, reward)
        if ended.any() and self.autoreset_mode is AutoresetMode.SAME_STEP:
            observation, infos = self._restart(observation, infos, ended)
        else:
            self._over = ended
        return observation, reward, np.zeros(self.num_envs, np.bool_), ended, infos

    def _check(self, actions: Any) -> None:
        if not self._begun:
            raise EnvError("The environments were stepped before their first reset(). Call reset().")
        if self.autoreset_mode is AutoresetMode.DISABLED and self._over.any():
            raise EnvError(
                "Some episodes have ended. Reset them first: reset(options={'reset_mask': ended}), or use "
                "autoreset='same_step'."
            )
        if actions.shape != (self.num_envs, ACTIONS) or not np.isfinite(actions).all():
            raise EnvError(f"Actions must be finite numbers of shape ({self.num_envs}, {ACTIONS}).")

    def _restart(self, observation: Any, infos: dict[str, Any], ended: Any) -> tuple[Any, dict[str, Any]]:
        """SAME_STEP: keep how the ended episodes ended, and begin the next ones."""
        final = np.full(self.num_envs, None, dtype=object)
        for index in np.flatnonzero(ended):
            final[index] = observation[index]
        first, label = self.episodes.begin(ended, self.np_random)
        merged = {**infos, "label": label, "load": self.episodes.demand()}
        merged |= {"final_obs": final, "_final_obs": ended, "final_info": infos, "_final_info": ended}
        return first, merged
