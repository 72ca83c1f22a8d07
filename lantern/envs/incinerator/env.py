"""The control of emissions as a Gymnasium environment: one plant, one episode after another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from lantern.envs.incinerator.episodes import Episodes, Outcome, Settings
from lantern.envs.incinerator.layout import ACTIONS
from lantern.envs.incinerator.observation import BOUND, OBSERVED
from lantern.envs.incinerator.sensors import MEASURED
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.sites import find_site
from lantern.envs.incinerator.twin import find_plant
from lantern.envs.incinerator.words import vocabulary
from lantern.errors import EnvError


class EmissionControlEnv(gymnasium.Env[NDArray[np.float32], NDArray[np.float32]]):
    """A waste incineration line that has to follow its load and keep its limits, at little cost.

    Actions are five numbers in [-1, 1]. With ``actions="actuators"`` they are set-points of waste feed,
    primary air, secondary air, ammonia and lime: 0 is the site's design, -1 is 0.4, 0.4, 0.2, 0 and 0.2 of
    it, 1 is 1.2, 1.4, 2.5, 3 and 2.5 times it, linear between. With ``actions="setpoints"`` the usual
    controller runs the plant every minute and actions trim its set-points: load by up to 8 %, oxygen by
    1.5 % of dry gas, secondary air by 40 %, NOx by 40 % and acid gases by 50 % (a positive trim asks for
    cleaner gas).

    Observations are float32 vectors of readings and means so far (``lantern.envs.incinerator.observation``),
    cut off at plus and minus 2. The reward is minus the cost of the step, in units of the full load's worth,
    minus ``risk`` times the risk index. Episodes end by truncation only.

    Parameters
    ----------
    site : int, str, Path or Site
        Number (0 to 12) or name in the shipped fleet, path of a site's file, or a site.
    plant : str, Path or SurrogatePlant
        ``"simulator"``; a surrogate of the plant, or the folder that one is saved in; or ``"surrogate"``,
        which learns one from a month of the site's archive first.
    render_mode : None
        It does not draw itself.
    **settings
        As in `lantern.envs.incinerator.episodes.Settings`.

    Attributes
    ----------
    vocabulary : Vocabulary
        The propositions; ``info["label"]`` says which hold.
    max_steps : int
        Control steps of an episode.

    Notes
    -----
    ``info`` after a step: ``label``, ``measured`` and (by the simulator) ``true`` (dicts of means over the
    step, in the instruments' units), ``setpoints``, ``cost`` (EUR, split), ``constraints`` (list of what must
    be kept), ``cpsi``, ``cpsi_max``, ``within`` (share of short means with all limits kept so far), ``load``;
    on a surrogate ``novelty``, above 1 where it is outside its data.

    Examples
    --------
    >>> import gymnasium
    >>> env = gymnasium.make("lantern/EmissionControl-v0", site=2, standard="eu_ied")
    >>> observation, info = env.reset(seed=0)
    >>> observation.shape, env.unwrapped.max_steps
    ((32,), 288)
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init__(
        self,
        site: int | str | Path | Site = 0,
        plant: Any = "simulator",
        render_mode: None = None,
        **settings: Any,
    ) -> None:
        self.site = find_site(site)
        self.render_mode = render_mode
        self.settings = read_settings(settings)
        self.episodes = Episodes(self.site, 1, self.settings, find_plant(plant, self.site))
        self.vocabulary = vocabulary()
        self.max_steps = self.episodes.limit
        self.observation_space = spaces.Box(-BOUND, BOUND, (len(OBSERVED),), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (ACTIONS,), np.float32)
        self._steps = -1

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start an episode after a warm-up under the usual controller.

        Parameters
        ----------
        seed : int, optional
        options : dict, optional
            ``waste``: ``"usual"`` or ``"unseen"``, for this episode.
        """
        super().reset(seed=seed)
        waste = (options or {}).get("waste")
        observation, label = self.episodes.begin(np.ones(1, np.bool_), self.np_random, waste)
        self._steps = 0
        return observation[0], {"label": int(label[0]), **self._about()}

    def step(
        self, action: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Hold the action for a control step.

        Raises
        ------
        EnvError
            If the action is not five finite numbers, or the environment was not reset.
        """
        if self._steps < 0:
            raise EnvError("The environment was stepped before its first reset(). Call reset().")
        wanted = np.asarray(action, dtype=np.float64)
        if wanted.shape != (ACTIONS,) or not np.isfinite(wanted).all():
            raise EnvError(f"The action {action!r} is not five finite numbers in [-1, 1].")
        if self._steps >= self.max_steps:
            raise EnvError("The episode is over. Call reset().")
        done = self.episodes.step(wanted[None])
        self._steps += 1
        truncated = self._steps >= self.max_steps
        return done.observation[0], float(done.reward[0]), False, truncated, self._info(done)

    def _about(self) -> dict[str, Any]:
        passed = self.episodes.passed
        return {
            "measured": dict(zip(MEASURED, map(float, passed.measured[0]), strict=True)),
            "setpoints": dict(zip(MEASURED[:ACTIONS], map(float, passed.setpoints[0]), strict=True)),
            "load": float(self.episodes.demand()[0]),
            "constraints": self.episodes.constraints(0),
        }

    def _info(self, done: Outcome) -> dict[str, Any]:
        info = {"label": int(done.label[0]), **self._about()}
        info["cost"] = {name: float(value[0]) for name, value in done.cost.items()}
        info["cpsi"], info["cpsi_max"] = float(done.cpsi[0]), float(done.cpsi_max[0])
        info["within"] = float(self.episodes.means.share_within()[0])
        true = self.episodes.true(0)
        if true is not None:
            info["true"] = true
        if done.passed.novelty is not None:
            info["novelty"] = float(done.passed.novelty[0])
        return info


def read_settings(given: dict[str, Any]) -> Settings:
    """Build settings; refuse an unknown one with the nearest name."""
    from dataclasses import fields

    from lantern.content import nearest

    known = [field.name for field in fields(Settings)]
    for name in given:
        if name not in known:
            raise EnvError(f"Emission control has no setting {name!r}. {nearest(name, known)}")
    return Settings(**given)
