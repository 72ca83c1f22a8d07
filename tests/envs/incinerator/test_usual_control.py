"""The usual control: its loops, limits, rates and tuning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lantern.envs.incinerator.control.tuning import TUNED, _losses, tune
from lantern.envs.incinerator.control.usual import HIGH, LOW, MEMORY, Gains, fresh_memory, usual_control
from lantern.envs.incinerator.sensors import READ
from lantern.envs.incinerator.simulate import controller_row, usual_reading
from lantern.envs.incinerator.sites import find_site, fleet
from lantern.errors import ContentError

SITE = find_site(0)


def respond(change: dict[str, float], minutes: int, trims: tuple[float, ...] = (0.0,) * 5) -> np.ndarray:
    """Set-points relative to design after some minutes of one constant reading."""
    reading, row, memory = usual_reading(SITE), controller_row(SITE), fresh_memory()
    for name, factor in change.items():
        reading[READ[name]] *= factor
    setpoints = np.zeros(5)
    for _ in range(minutes):
        usual_control(reading, 1.0, np.array(trims), row, memory, 1.0, setpoints)
    return np.asarray(setpoints / row[:5])


@pytest.mark.parametrize(
    ("reading", "actuator", "sign"),
    [
        ({"steam": 0.9}, 0, 1), ({"steam": 0.9}, 1, 1), ({"oxygen": 0.8}, 2, 1), ({"oxygen": 1.2}, 2, -1),
        ({"nox": 1.2}, 3, 1), ({"nox": 0.8}, 3, -1), ({"hcl": 1.5}, 4, 1), ({"so2": 1.5}, 4, 1),
        ({"co": 30.0}, 2, 1), ({"furnace": 0.92}, 2, -1),
    ],
)  # fmt: skip
def test_every_loop_pushes_the_right_way(reading: dict[str, float], actuator: int, sign: int) -> None:
    assert sign * (respond(reading, 15)[actuator] - 1.0) > 0.003


def test_integrals_stop_at_the_limits() -> None:
    """After hours at a limit, the output leaves it as soon as the error has changed its sign."""
    reading, row, memory = usual_reading(SITE), controller_row(SITE), fresh_memory()
    setpoints, trims = np.zeros(5), np.zeros(5)
    high, low = reading.copy(), reading.copy()
    high[READ["nox"]] *= 1.5
    low[READ["nox"]] *= 0.7
    for _ in range(1000):
        usual_control(high, 1.0, trims, row, memory, 1.0, setpoints)
    assert setpoints[3] == pytest.approx(HIGH[3] * row[3], rel=0.05)
    for _ in range(10):
        usual_control(low, 1.0, trims, row, memory, 1.0, setpoints)
    assert setpoints[3] < 0.98 * HIGH[3] * row[3]


def test_set_points_keep_their_limits_and_rates() -> None:
    rng = np.random.default_rng(0)
    row, memory, setpoints = controller_row(SITE), fresh_memory(), np.zeros(5)
    last = np.ones(5)
    for _ in range(500):
        reading = usual_reading(SITE) * rng.uniform(0.2, 3.0, len(READ))
        usual_control(reading, rng.uniform(0.7, 1.05), rng.uniform(-1, 1, 5), row, memory, 1.0, setpoints)
        now = setpoints / row[:5]
        assert (now >= LOW - 1e-12).all()
        assert (now <= HIGH + 1e-12).all()
        rates = np.array([0.02, 0.02, 0.02, 0.2, 0.2])
        assert (np.abs(now - last) <= rates + 1e-12).all()
        last = now
    assert memory.shape == (MEMORY,)


def test_trims_move_the_set_points() -> None:
    cleaner = respond({}, 30, (0.0, 0.0, 0.0, 1.0, 1.0))
    assert cleaner[3] > 1.05
    assert cleaner[4] > 1.05
    np.testing.assert_allclose(respond({}, 30), 1.0, atol=1e-6)


@pytest.mark.parametrize("number", [0, 5, 11])
def test_shipped_gains_do_better_than_untuned_ones_on_other_days(number: int) -> None:
    site = find_site(number)
    tuned, untuned = _losses(site, [site.gains, Gains()], days=4, seed=123)
    assert tuned < 0.9 * untuned


def test_tuning_never_leaves_a_site_worse() -> None:
    site = replace(SITE, gains=Gains(nox=3.0, nox_minutes=3.0))
    gains, before, after = tune(site, seed=1, generations=2, candidates=8, days=1)
    assert after <= before
    kept = [name for name in ("furnace", "co", "feed_rate") if name not in TUNED]
    assert all(getattr(gains, name) == getattr(site.gains, name) for name in kept)


def test_impossible_gains_are_refused() -> None:
    with pytest.raises(ContentError, match=r"Gains: nox_minutes is 0; expected 0.5 to 1000"):
        Gains(nox_minutes=0.0)


def test_every_site_is_tuned() -> None:
    assert all(site.gains != Gains() for site in fleet())
