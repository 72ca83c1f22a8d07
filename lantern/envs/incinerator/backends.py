"""What the control environment runs on: the simulator, or a surrogate that was learned from records."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from lantern.compiled import njit
from lantern.envs.incinerator.control.usual import MEMORY, fresh_memory, usual_control
from lantern.envs.incinerator.layout import ACTIONS, DRIFT, Floats
from lantern.envs.incinerator.scenario import draw_centres
from lantern.envs.incinerator.sensors import ACTUATOR_UNITS, MEASURED, READ
from lantern.envs.incinerator.simulate import (
    DIRECT,
    TRIMS,
    Plants,
    Rules,
    assemble,
    controller_row,
    run,
    select,
    usual_reading,
)
from lantern.envs.incinerator.site import Site
from lantern.errors import EnvError
from lantern.surrogates.protocol import Advance, SurrogatePlant

WARM_UP = 90
"""Minutes under the usual controller before an episode begins."""

NEEDED = ("furnace", "oxygen", "steam", "gas", "co", "nox", "so2", "hcl", "dust", "co2", "nh3")
"""What a surrogate must predict; N2O counts as none where it does not."""


class Passed(NamedTuple):
    """What a control step left: means over it.

    Attributes
    ----------
    measured : float64[N, len(MEASURED)]
    true : float64[N, len(TRUE)] or None
        Known to the simulator only.
    setpoints : float64[N, 5]
        In the instruments' units.
    novelty : float64[N] or None
        How far a surrogate was from its data: above 1 is outside.
    """

    measured: Floats
    true: Floats | None
    setpoints: Floats
    novelty: Floats | None


class Backend(Protocol):
    """N plants of one site."""

    def begin(
        self, chosen: np.ndarray, load: Floats, waste: str, rng: np.random.Generator, copies: int = 1
    ) -> Passed:
        """Start some plants (bool[N]) anew at a load (float64[N]); return what all plants show.

        With ``copies`` those that start are so many times the same plants: alike in waste and noise.
        """
        ...

    def advance(self, commands: Floats, trims: bool, load: Floats) -> Passed:
        """Advance by a control step: commands float64[N, 5], load float64[minutes, N]."""
        ...


class SimulatedPlants:
    """Plants in the simulator.

    Parameters
    ----------
    site : Site
    plants : int
    rules : Rules
        Noise and outages.
    """

    def __init__(self, site: Site, plants: int, rules: Rules) -> None:
        self.site, self.rules = site, rules
        self.plants = assemble([site] * plants, 0)
        self._shown = Passed(self.plants.reading.copy(), None, np.zeros((plants, ACTIONS)), None)

    def begin(
        self, chosen: np.ndarray, load: Floats, waste: str, rng: np.random.Generator, copies: int = 1
    ) -> Passed:
        """Start plants with new waste and noise, and let the usual controller run them for a while."""
        count = int(chosen.sum()) // copies
        fresh = assemble([self.site] * count, int(rng.integers(2**63)))
        fresh.centre[:] = draw_centres(waste, np.tile(self.site.drift.sizes(), (count, 1)), rng)
        fresh.state[:, DRIFT] += fresh.centre
        demand = np.broadcast_to(load[chosen][:count], (WARM_UP, count))
        history = run(fresh, np.zeros((1, 1, ACTIONS)), demand, TRIMS, self.rules)
        select(self.plants, chosen, Plants(*(np.concatenate([part] * copies) for part in fresh)))
        # What was shown before is still in the hands of whoever stepped last.
        self._shown = Passed(self._shown.measured.copy(), None, self._shown.setpoints.copy(), None)
        self._shown.measured[chosen] = np.tile(history.reading[-5:].mean(axis=0), (copies, 1))
        self._shown.setpoints[chosen] = np.tile(history.setpoints[-1] * ACTUATOR_UNITS, (copies, 1))
        return self._shown

    def advance(self, commands: Floats, trims: bool, load: Floats) -> Passed:
        """Advance all plants by a control step."""
        history = run(self.plants, commands[None], load, TRIMS if trims else DIRECT, self.rules)
        setpoints = history.setpoints.mean(axis=0) * ACTUATOR_UNITS
        self._shown = Passed(history.reading.mean(axis=0), history.true.mean(axis=0), setpoints, None)
        return self._shown


@njit()
def _control_all(
    readings: Floats,
    load: Floats,
    trims: Floats,
    usual: Floats,
    memory: Floats,
    minutes: float,
    chosen: Floats,
) -> None:
    for plant in range(len(readings)):
        usual_control(
            readings[plant], load[plant], trims[plant], usual, memory[plant], minutes, chosen[plant]
        )


class SurrogatePlants:
    """Plants that a surrogate stands in for.

    Parameters
    ----------
    site : Site
        Whose design and usual controller hold.
    plants : int
    model : SurrogatePlant
        ``outputs`` are names of ``MEASURED``; ``actions`` those of the first five, with or without ``set_``.
    minutes : int
        Length of a control step.
    sampled : bool
        Whether the model draws disturbances, or gives the expected course.
    """

    def __init__(
        self, site: Site, plants: int, model: SurrogatePlant, minutes: int, sampled: bool = True
    ) -> None:
        self.site, self.model, self.sampled = site, model, sampled
        self._order, self._columns = _match(model)
        self._repeat = round(minutes * 60 / model.seconds)
        if self._repeat < 1 or abs(self._repeat * model.seconds - 60 * minutes) > 1e-6:
            raise EnvError(
                f"A control step of {minutes} min is no multiple of the surrogate's {model.seconds:g} s. "
                "Choose minutes accordingly."
            )
        self._usual = controller_row(site)
        self._memory = np.zeros((plants, MEMORY))
        self._reading = np.tile(usual_reading(site), (plants, 1))
        if "n2o" not in model.outputs:
            self._reading[:, READ["n2o"]] = 0.0
        self._states: Floats | None = None
        self._rng: np.random.Generator = np.random.default_rng(0)
        self._copies = 1
        self._setpoints = np.tile(self._usual[:ACTIONS] * ACTUATOR_UNITS, (plants, 1))

    def begin(
        self, chosen: np.ndarray, load: Floats, waste: str, rng: np.random.Generator, copies: int = 1
    ) -> Passed:
        """Start plants from states that the surrogate has seen; its waste is that of its data."""
        self._rng, self._copies = np.random.default_rng(int(rng.integers(2**63))), copies
        states = self.model.begin(int(chosen.sum()) // copies, self._rng)
        states = np.concatenate([states] * copies)
        if self._states is None:
            self._states = np.zeros((len(chosen), *states.shape[1:]))
        self._states[chosen] = states
        self._memory[chosen] = [fresh_memory(level) for level in load[chosen]]
        self._reading[chosen] = usual_reading(self.site)
        return Passed(self._reading.copy(), None, self._setpoints.copy(), np.zeros(len(chosen)))

    def advance(self, commands: Floats, trims: bool, load: Floats) -> Passed:
        """Advance all plants by a control step: one or more steps of the model."""
        assert self._states is not None
        readings, novelty, setpoints = [], [], []
        minutes = len(load) // self._repeat
        chosen = np.array(commands)
        for part in range(self._repeat):
            if trims:
                demand = load[part * minutes]
                _control_all(self._reading, demand, commands, self._usual, self._memory, minutes, chosen)
            physical = chosen * ACTUATOR_UNITS
            done = self._step(physical[:, self._order])
            self._states = np.asarray(done.states)
            self._reading[:, :ACTIONS] = physical
            self._reading[:, self._columns] = np.maximum(done.outputs, 0.0)
            readings.append(self._reading.copy())
            novelty.append(done.novelty)
            setpoints.append(physical)
        self._setpoints = np.mean(setpoints, axis=0)
        return Passed(np.mean(readings, axis=0), None, self._setpoints, np.max(novelty, axis=0))

    def _step(self, actions: Floats) -> Advance:
        """Advance the model; copies of a plant meet the same disturbances."""
        assert self._states is not None
        if not self.sampled or self._copies == 1:
            return self.model.step(self._states, actions, self._rng if self.sampled else None)
        before, parts = self._rng.bit_generator.state, []
        for rows in np.split(np.arange(len(actions)), self._copies):
            self._rng.bit_generator.state = before
            parts.append(self.model.step(self._states[rows], actions[rows], self._rng))
        return Advance(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _match(model: SurrogatePlant) -> tuple[list[int], list[int]]:
    """Where the model's actions and outputs stand among ours; refuse a model that lacks what is needed."""
    if not isinstance(model, SurrogatePlant):
        raise EnvError(
            f"plant={model!r} is neither 'simulator' nor a surrogate: it must have what "
            "lantern.surrogates.protocol.SurrogatePlant lists."
        )
    missing = [name for name in NEEDED if name not in model.outputs]
    if missing:
        raise EnvError(f"The surrogate does not predict {', '.join(missing)}. Train it with these outputs.")
    unknown = [name for name in model.outputs if name not in READ]
    actions = [name.removeprefix("set_") for name in model.actions]
    if unknown or sorted(actions) != sorted(MEASURED[:ACTIONS]):
        raise EnvError(
            f"The surrogate's outputs {unknown or list(model.outputs)} or actions {list(model.actions)} are "
            f"not those of a plant. Known: {', '.join(MEASURED)}."
        )
    return [READ[name] for name in actions], [READ[name] for name in model.outputs]
