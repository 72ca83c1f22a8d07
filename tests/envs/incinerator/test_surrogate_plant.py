"""The environment on a surrogate: anything that does what the protocol says stands in for the simulator."""

from __future__ import annotations

import numpy as np
import pytest

from lantern.envs.incinerator.backends import NEEDED
from lantern.envs.incinerator.env import EmissionControlEnv
from lantern.envs.incinerator.sensors import READ
from lantern.envs.incinerator.simulate import usual_reading
from lantern.envs.incinerator.sites import find_site
from lantern.envs.incinerator.vector import EmissionControlVectorEnv
from lantern.errors import EnvError
from lantern.surrogates.protocol import Advance, Floats

SITE = find_site(0)


class Sluggish:
    """A plant whose NOx follows ammonia with a lag, and whose other outputs rest at their usual values."""

    actions = ("set_feed", "set_primary", "set_secondary", "set_ammonia", "set_lime")

    def __init__(self, outputs: tuple[str, ...] = NEEDED, seconds: float = 60.0) -> None:
        self.outputs, self.seconds = outputs, seconds
        self.usual = usual_reading(SITE)
        self.asked: list[Floats] = []

    def begin(self, plants: int, generator: np.random.Generator) -> Floats:
        return np.full((plants, 1), self.usual[READ["nox"]])

    def step(self, states: Floats, actions: Floats, generator: np.random.Generator | None = None) -> Advance:
        self.asked.append(actions)
        dose = actions[:, 3:4] / self.usual[READ["ammonia"]]
        following = states + 0.3 * (self.usual[READ["nox"]] * (2.0 - dose) - states)
        shown = np.tile([self.usual[READ[name]] for name in self.outputs], (len(states), 1))
        shown[:, self.outputs.index("nox")] = following[:, 0]
        return Advance(following, shown, np.abs(dose[:, 0] - 1.0))


def test_actions_reach_the_surrogate_in_instrument_units() -> None:
    model = Sluggish()
    env = EmissionControlEnv(0, model, load="constant")
    env.reset(seed=0)
    _, _, _, _, info = env.step(np.array([0, 0, 0, 0.25, 0], np.float32))
    assert len(model.asked) == 5
    assert model.asked[0][0, 3] == pytest.approx(1.5 * model.usual[READ["ammonia"]], rel=0.02)
    assert info["measured"]["nox"] < 0.85 * model.usual[READ["nox"]]
    assert info["novelty"] == pytest.approx(0.5, abs=0.05)
    assert "true" not in info


def test_the_usual_controller_runs_on_a_surrogate_too() -> None:
    model = Sluggish(seconds=300.0)
    envs = EmissionControlVectorEnv(0, 3, model, actions="setpoints", load="constant")
    envs.reset(seed=0)
    for _ in range(60):
        infos = envs.step(np.tile([0, 0, 0, 0.5, 0], (3, 1)))[4]
    wanted = 0.8 * model.usual[READ["nox"]]
    np.testing.assert_allclose(infos["measured"][:, READ["nox"]], wanted, rtol=0.05)
    assert len(model.asked) == 60


def test_what_cannot_stand_in_is_refused() -> None:
    short = tuple(name for name in NEEDED if name != "steam")
    with pytest.raises(EnvError, match="does not predict steam"):
        EmissionControlEnv(0, Sluggish(short))
    with pytest.raises(EnvError, match="no multiple of the surrogate's 420 s"):
        EmissionControlEnv(0, Sluggish(seconds=420.0))
    with pytest.raises(EnvError, match=r"outputs \['soot'\]"):
        EmissionControlEnv(0, Sluggish((*NEEDED, "soot")))
    with pytest.raises(EnvError, match="is not 'simulator' or 'surrogate'"):
        EmissionControlEnv(0, "surrogat")
