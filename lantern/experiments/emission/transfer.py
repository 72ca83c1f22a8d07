"""The fleet's records and surrogates, and how surrogates are scored: shared by benchmark and sweep."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from lantern.envs.incinerator.recording import record as simulate_record
from lantern.envs.incinerator.scenario import draw_centres
from lantern.envs.incinerator.sensors import SENSORS
from lantern.envs.incinerator.sites import find_site
from lantern.envs.incinerator.standards import find_standard, risk_index
from lantern.errors import SurrogateError
from lantern.experiments.emission.pieces import Pieces
from lantern.surrogates.process import (
    INCINERATOR,
    PlantSurrogate,
    Settings,
    load_surrogate,
    save_surrogate,
    train_surrogate,
)
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]
BUDGETS = {"1h": 1.0, "6h": 6.0, "1d": 24.0, "3d": 72.0, "1w": 168.0, "1m": 720.0}
"""Hours of data at a target site, by name."""

POLLUTANTS = ("co", "nox", "so2", "hcl", "dust", "co2")
SOURCE_HOURS = 1440.0
_LAGS = {sensor.name: sensor.lag for sensor in SENSORS}


class Score(NamedTuple):
    """How well a surrogate predicts a record it has not seen.

    Attributes
    ----------
    r2 : float64[6]
        In the order of ``POLLUTANTS``, against readings without noise.
    index_r2 : float
        Of the CPSI-style index.
    coverage : float64[3]
        Share of readings inside the 50, 90 and 95 % intervals, mean over the outputs.
    """

    r2: Floats
    index_r2: float
    coverage: Floats

    def row(self) -> list[float]:
        """The ten numbers, for JSON."""
        return [*self.r2.tolist(), self.index_r2, *self.coverage.tolist()]


def fleet_record(
    site: int, hours: float, seed: int, seconds: float, policy: str = "trimmed", waste: str = "usual"
) -> Record:
    """A record of a site of the shipped fleet, with what instruments without noise would show beside.

    Parameters
    ----------
    site : int
        0 is the reference.
    hours : float
    seed : int
    seconds : float
        Interval of the rows; means over a multiple of a minute.
    policy : str
        As in :func:`lantern.envs.incinerator.recording.record`.
    waste : {"usual", "unseen"}
        As in :func:`lantern.envs.incinerator.scenario.draw_centres`.
    """
    sizes = find_site(site).drift.sizes()[None]
    shift = draw_centres(waste, sizes, np.random.default_rng([seed, 0xF1EE7]))[0]
    made = simulate_record(site, hours, seed, policy, shift=shift)  # type: ignore[arg-type]
    quiet = {
        f"quiet_{name}": _lagged(made[f"true_{name}"], _LAGS[name], made.seconds)
        for name in INCINERATOR.outputs
    }
    made = made.with_columns(quiet, {name: made.units[name.removeprefix("quiet_")] for name in quiet})
    return made.every(seconds) if seconds > made.seconds else made


def _lagged(true: Floats, lag: float, seconds: float) -> Floats:
    gain = -np.expm1(-seconds / lag)
    return np.asarray(lfilter([gain], [1.0, gain - 1.0], true, zi=[(1.0 - gain) * true[0]])[0])


def source_surrogate(
    seconds: float, hours: float = SOURCE_HOURS, settings: Settings | None = None
) -> PlantSurrogate:
    """Train on the reference site: half its hours with tests on its actuators, half in trimmed operation."""
    records = [
        fleet_record(0, hours / 2, 11, seconds, "excited"),
        fleet_record(0, hours / 2, 12, seconds, "trimmed"),
    ]
    return train_surrogate(records, INCINERATOR, settings)


def kept_source(pieces: Pieces, seconds: float, settings: Settings | None = None) -> PlantSurrogate:
    """The source's surrogate from a folder of pieces; trained and kept there if it is missing."""
    settings = settings or Settings()
    name = hashlib.sha256(f"{pieces.code} {seconds} {settings}".encode()).hexdigest()[:12]
    folder = pieces.folder / f"source-{name}"
    try:
        return load_surrogate(folder)
    except SurrogateError:
        return load_surrogate(save_surrogate(source_surrogate(seconds, settings=settings), folder))


def index_of(values: Floats, columns: tuple[str, ...]) -> Floats:
    """CPSI-style index of predictions or readings, its carbon part relative to their own mean: float64[n]."""
    at = {name: values[:, columns.index(name)] for name in (*POLLUTANTS, "gas", "oxygen", "steam")}
    carbon = at["gas"] * at["co2"] / np.maximum(21.0 - at["oxygen"], 0.5) / np.maximum(at["steam"], 0.1)
    pollutants = np.stack([at[name] for name in ("co", "nox", "so2", "hcl", "dust")], axis=1)
    return risk_index(pollutants, carbon / carbon.mean(), find_standard("gb18485"))[0]


def r_squared(predicted: Floats, true: Floats) -> Floats:
    """Coefficient of determination of each column."""
    return np.asarray(1.0 - np.mean((predicted - true) ** 2, axis=0) / np.var(true, axis=0))


def score(model: PlantSurrogate, held: Record) -> Score:
    """Score a surrogate on a record of :func:`fleet_record`."""
    columns = model.outputs
    quiet = held.array([f"quiet_{name}" for name in columns])[1:]
    readings = held.array(columns)[1:]
    inside = []
    for level in (0.5, 0.9, 0.95):
        made = model.predict(held, level)
        inside.append(float(np.mean((made.low <= readings) & (readings <= made.high))))
    return _score(made.mean, quiet, columns, np.array(inside))


def persistence(held: Record) -> Score:
    """The score of taking each reading as the prediction of the next."""
    columns = INCINERATOR.outputs
    quiet = held.array([f"quiet_{name}" for name in columns])[1:]
    return _score(held.array(columns)[:-1], quiet, columns, np.full(3, np.nan))


def _score(made: Floats, quiet: Floats, columns: tuple[str, ...], coverage: Floats) -> Score:
    chosen = [columns.index(name) for name in POLLUTANTS]
    r2 = r_squared(made[:, chosen], quiet[:, chosen])
    index = r_squared(index_of(made, columns), index_of(quiet, columns))
    return Score(r2, float(index), coverage)
