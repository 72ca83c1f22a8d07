"""The environment on a surrogate that is read from disk, as a user of a site's twin has it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import gymnasium
import numpy as np
import pytest

import lantern  # noqa: F401  (registers the environments)
from lantern.envs.incinerator import twin
from lantern.envs.incinerator.observation import BOUND
from lantern.envs.incinerator.recording import record
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.sites import find_site
from lantern.errors import EnvError, SurrogateError
from lantern.surrogates import process
from lantern.surrogates.process import INCINERATOR, Channels, Settings, save_surrogate, train_surrogate
from lantern.surrogates.record import Record

QUICK = Settings(steps=150, batch=256)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = [record(2, 96, seed=seed, policy="trimmed").every(300) for seed in (1, 2)]
    return save_surrogate(train_surrogate(data, INCINERATOR, QUICK), tmp_path_factory.mktemp("twin"))


def make(plant: object, **settings: object) -> gymnasium.Env:
    return gymnasium.make("lantern/EmissionControl-v0", site=2, plant=plant, **settings)


@pytest.mark.parametrize("kind", ["actuators", "setpoints"])
def test_a_day_on_a_saved_surrogate_stays_within_bounds(saved: Path, kind: str) -> None:
    env, rng = make(str(saved), actions=kind), np.random.default_rng(0)
    observation, _ = env.reset(seed=1)
    seen, novelty = [observation], []
    truncated = False
    while not truncated:
        observation, reward, _, truncated, info = env.step(rng.uniform(-1, 1, 5).astype(np.float32))
        assert np.isfinite(reward)
        assert all(np.isfinite(value) and value >= 0 for value in info["measured"].values())
        assert "true" not in info
        seen.append(observation)
        novelty.append(info["novelty"])
    assert len(novelty) == 288
    assert np.isfinite(seen).all()
    assert np.abs(seen).max() <= BOUND
    assert np.isfinite(novelty).all()
    assert min(novelty) >= 0


def test_it_says_when_it_is_asked_outside_its_data(saved: Path) -> None:
    env = make(saved, load="constant")
    means = []
    for action in (np.zeros(5, np.float32), np.array([-1, 1, 1, 1, -1], np.float32)):
        env.reset(seed=0)
        means.append(np.mean([env.step(action)[4]["novelty"] for _ in range(24)]))
    assert means[1] > 1.5 * means[0]
    assert means[1] > 1.0


def test_the_vector_form_reads_it_too(saved: Path) -> None:
    envs = gymnasium.make_vec("lantern/EmissionControl-v0", num_envs=3, site=2, plant=saved)
    envs.reset(seed=0)
    infos = envs.step(np.zeros((3, 5), np.float32))[4]
    assert infos["novelty"].shape == (3,)


def test_sac_learns_some_hundred_steps_on_it(saved: Path) -> None:
    sb3 = pytest.importorskip("stable_baselines3")
    env = make(saved, actions="setpoints", hours=4)
    model = sb3.SAC("MlpPolicy", env, learning_starts=50, policy_kwargs={"net_arch": [16]}, seed=0)
    model.learn(300)
    assert all(bool(parameter.isfinite().all()) for parameter in model.policy.parameters())
    observation, _ = env.reset(seed=3)
    action, _ = model.predict(observation, deterministic=True)
    assert env.action_space.contains(action)


def test_a_site_can_be_asked_for_its_own_surrogate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twin, "ARCHIVE_HOURS", 48.0)
    monkeypatch.setattr(process, "Settings", partial(Settings, steps=30))
    twin.learned_surrogate.cache_clear()
    try:
        env = make("surrogate")
        env.reset(seed=0)
        assert env.step(np.zeros(5, np.float32))[4]["novelty"] >= 0.0
        site: Site = find_site(2)
        assert twin.find_plant("surrogate", site) is twin.learned_surrogate(site)
    finally:
        twin.learned_surrogate.cache_clear()


def test_a_path_without_a_surrogate_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvError, match="no path of a surrogate"):
        make(str(tmp_path / "nothing"))
    with pytest.raises(EnvError, match=r"surrogate\.json is missing"):
        make("simulatr")


def test_a_damaged_one_is_refused(saved: Path, tmp_path: Path) -> None:
    for name in ("surrogate.json", "surrogate.safetensors"):
        (tmp_path / name).write_bytes((saved / name).read_bytes()[:-7])
    with pytest.raises(SurrogateError, match="damaged"):
        make(tmp_path)


def test_a_surrogate_of_another_kind_of_plant_is_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = ("set_valve", "level")
    data = Record({name: rng.uniform(1, 2, 400) for name in names}, dict.fromkeys(names, "1"), 300.0)
    channels = Channels(("set_valve",), ("level",), (), {}, {}, regime=("level",))
    tank = train_surrogate([data], channels, Settings(steps=5, experts=2, hidden=4, features=4))
    with pytest.raises(EnvError, match="does not predict furnace"):
        make(save_surrogate(tank, tmp_path / "tank"))


def test_a_control_step_must_fit_its_own(saved: Path) -> None:
    with pytest.raises(EnvError, match="no multiple of the surrogate's 300 s"):
        make(saved, minutes=1)
