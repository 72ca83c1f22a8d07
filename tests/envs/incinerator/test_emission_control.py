"""The control environment: Gymnasium's contract, means, labels, costs, loads, and its vector form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import lantern
from lantern.envs.incinerator.env import EmissionControlEnv
from lantern.envs.incinerator.sensors import MEASURED
from lantern.envs.incinerator.standards import POLLUTANTS, STANDARDS, Means, risk_index
from lantern.envs.incinerator.vector import EmissionControlVectorEnv
from lantern.errors import ContentError, EnvError

NOTHING = np.zeros(5, np.float32)


def test_it_keeps_gymnasiums_contract() -> None:
    env = gymnasium.make("lantern/EmissionControl-v0", site=4, hours=1)
    check_env(env.unwrapped, skip_render_check=True)


def test_an_episode_is_a_day_of_five_minutes() -> None:
    env = EmissionControlEnv(0, actions="setpoints")
    env.reset(seed=0)
    ends = [env.step(NOTHING)[2:4] for _ in range(288)]
    assert ends[-1] == (False, True)
    assert not any(terminated or truncated for terminated, truncated in ends[:-1])
    with pytest.raises(EnvError, match="over"):
        env.step(NOTHING)


def test_info_says_what_was_true_what_it_cost_and_what_must_be_kept() -> None:
    env = EmissionControlEnv("site_02")
    env.reset(seed=0)
    _, reward, _, _, info = env.step(NOTHING)
    cost = info["cost"]
    parts = [cost[name] for name in ("reagents", "lost_load", "co2", "penalty")]
    assert cost["total"] == pytest.approx(sum(parts))
    assert all(part >= 0 for part in parts)
    names = [one["name"] for one in info["constraints"]]
    assert names == [f"{p}_{kind}" for p in POLLUTANTS for kind in ("60min", "day")] + [
        "furnace",
        "ammonia_slip",
    ]
    assert set(info["measured"]) == set(MEASURED)
    assert info["true"]["nox"] == pytest.approx(info["measured"]["nox"], rel=0.15)
    assert reward < -info["cpsi"] < 0


def test_actions_are_set_points_about_the_design() -> None:
    env = EmissionControlEnv(0)
    env.reset(seed=0)
    design = env.site.usual_actions()
    low, high = env.episodes.physical(np.array([[-1.0] * 5, [1.0] * 5])) / design
    np.testing.assert_allclose(low, [0.4, 0.4, 0.2, 0.0, 0.2])
    np.testing.assert_allclose(high, [1.2, 1.4, 2.5, 3.0, 2.5])
    np.testing.assert_allclose(env.episodes.physical(np.zeros((1, 5)))[0], design)


def test_more_ammonia_less_nox_and_more_slip() -> None:
    ends = []
    for ammonia in (-0.5, 0.5):
        env = EmissionControlEnv(0, load="constant", noise=0.0)
        env.reset(seed=1)
        for _ in range(24):
            info = env.step(np.array([0, 0, 0, ammonia, 0], np.float32))[4]
        ends.append(info["true"])
    assert ends[1]["nox"] < 0.8 * ends[0]["nox"]
    assert ends[1]["nh3"] > 1.5 * ends[0]["nh3"]


def test_trims_of_the_usual_controller_move_its_set_points() -> None:
    levels = {}
    for trim in (-1.0, 1.0):
        envs = EmissionControlVectorEnv(0, 16, actions="setpoints", load="constant")
        envs.reset(seed=0)
        for _ in range(48):
            infos = envs.step(np.tile([0, 0, 0, trim, trim], (16, 1)))[4]
        levels[trim] = infos["true"].mean(axis=0)
    nox, hcl = MEASURED.index("nox"), MEASURED.index("hcl")
    assert levels[1.0][nox] < 0.75 * levels[-1.0][nox]
    assert levels[1.0][hcl] < 0.6 * levels[-1.0][hcl]


def test_the_load_change_is_announced_and_comes() -> None:
    env = EmissionControlEnv(0, actions="setpoints")
    for seed in range(5):
        _, info = env.reset(seed=seed)
        seen = [env.vocabulary.label(info["label"])]
        loads = [info["load"]]
        for _ in range(env.max_steps):
            info = env.step(NOTHING)[4]
            seen.append(env.vocabulary.label(info["label"]))
            loads.append(info["load"])
        changes = [step for step, label in enumerate(seen) if "load_change" in label]
        announced = [step for step, label in enumerate(seen) if "announced" in label]
        assert len(changes) == 1
        assert announced == list(range(announced[0], changes[0]))
        assert len(announced) == 13
        assert abs(loads[-1] - loads[0]) >= 0.1
        assert len(set(loads[: changes[0] - 1])) == 1


def test_short_and_daily_means_are_those_of_the_standard() -> None:
    """Against a plain computation: blocks of the clock, days as means of blocks."""
    for name, block in (("gb18485", 12), ("eu_ied", 6)):
        means = Means(1, STANDARDS[name], minutes=5)
        values = np.random.default_rng(0).lognormal(4.5, 0.6, (576, 1, 5))
        for value in values:
            means.add(value)
        blocks = values[:, 0].reshape(-1, block, 5).mean(axis=1)
        days = blocks.reshape(2, -1, 5).mean(axis=1)
        kept = blocks <= np.array(STANDARDS[name].short)
        np.testing.assert_allclose(means.last[0], blocks[-1])
        np.testing.assert_allclose(means.last_day[0], days[-1])
        np.testing.assert_array_equal(means.blocks_kept[0], kept.sum(axis=0))
        assert (means.blocks[0], means.days[0]) == (576 // block, 2)
        within_days = (days <= np.array(STANDARDS[name].daily)).sum(axis=0)
        np.testing.assert_array_equal(means.days_kept[0], within_days)


def test_a_limit_is_broken_by_the_mean_and_not_by_a_peak() -> None:
    means = Means(1, STANDARDS["gb18485"], minutes=5)
    calm, peak = np.full((1, 5), 2.0), np.full((1, 5), 120.0)
    for step in range(12):
        means.add(peak if step < 2 else calm)
    assert list(means.kept()[0]) == [True, True, True, True, False]  # 22 on average, dust over a day's 20
    for step in range(12):
        means.add(peak if step < 7 else calm)  # 71 on average
    assert list(means.kept()[0]) == [True, True, True, False, False]


def test_the_index_shows_the_largest_ratio_beside_the_sum() -> None:
    values = np.array([[80.0, 25.0, 8.0, 5.0, 2.0]])
    index, largest = risk_index(values, np.array([1.0]), STANDARDS["gb18485"])
    assert index[0] == pytest.approx((1 + 0.1 + 0.1 + 0.1 + 0.1 + 1) / 6)
    assert largest[0] == pytest.approx(1.0)


def test_the_vector_form_does_what_single_ones_do() -> None:
    """Without noise and drift of its own random numbers, the same commands give the same course."""
    single = EmissionControlEnv(0, load="constant", noise=0.0)
    many = EmissionControlVectorEnv(0, 3, load="constant", noise=0.0)
    single.reset(seed=0)
    many.reset(seed=0)
    for old, new in zip(many.episodes.backend.plants, single.episodes.backend.plants, strict=True):  # type: ignore[attr-defined]
        old[:] = new
    rng = np.random.default_rng(0)
    for _ in range(12):
        action = rng.uniform(-0.3, 0.3, 5)
        _, reward, _, _, info = single.step(action)
        _, rewards, _, _, infos = many.step(np.tile(action, (3, 1)))
        np.testing.assert_allclose(rewards, reward)
        assert (infos["label"] == info["label"]).all()


@pytest.mark.parametrize("autoreset", ["same_step", "next_step", "disabled"])
def test_vector_episodes_begin_anew(autoreset: str) -> None:
    envs = EmissionControlVectorEnv(0, 4, autoreset=autoreset, hours=0.5)
    envs.reset(seed=0)
    ends = []
    for _ in range(14):
        _, _, _, truncated, infos = envs.step(np.zeros((4, 5)))
        ends.append(bool(truncated.all()))
        if autoreset == "same_step" and truncated.any():
            assert infos["_final_obs"].all()
            last = infos["final_info"]["measured"]  # of the old episodes, not of the new ones
            assert not np.array_equal(last, envs.episodes.passed.measured)
            assert infos["final_info"]["cpsi"].shape == (4,)
        if autoreset == "disabled" and truncated.any():
            with pytest.raises(EnvError, match="reset_mask"):
                envs.step(np.zeros((4, 5)))
            envs.reset(options={"reset_mask": truncated})
    period = 7 if autoreset == "next_step" else 6
    assert [step for step, end in enumerate(ends) if end] == [5, 5 + period]


def test_make_vec_makes_the_native_form() -> None:
    envs = gymnasium.make_vec("lantern/EmissionControl-v0", num_envs=3, site=1, standard="eu_ied", hours=1)
    assert isinstance(envs.unwrapped, EmissionControlVectorEnv)
    observation, _ = envs.reset(seed=0)
    assert observation in envs.observation_space


def test_unseen_waste_is_another_waste() -> None:
    envs = EmissionControlVectorEnv(0, 64)
    sizes = envs.site.drift.sizes()
    for waste, low, high in (("usual", 0.0, 0.0), ("unseen", 1.0, 2.0)):
        envs.reset(seed=0, options={"waste": waste})
        away = np.abs(envs.episodes.backend.plants.centre[:, :5]) / sizes[:5]  # type: ignore[attr-defined]
        assert away.min() >= low - 1e-9
        assert away.max() <= high + 1e-9


def test_shipped_sites_are_environments_by_name() -> None:
    env: Any = lantern.make_env("emission_control/site_03")
    assert env.site.name == "site_03"
    assert gymnasium.make("lantern/EmissionControl-v0", site=2).unwrapped.site == env.site  # type: ignore[attr-defined]
    assert len(env.vocabulary) == 12


GOOD = """\
kind: emission_control
site:
  capacity: 400
  waste: {carbon: 20, hydrogen: 2.8, oxygen: 12, nitrogen: 0.6, sulphur: 0.12, chlorine: 0.4,
          moisture: 45, ash: 19.08, lhv: 6.5}
settings: {minutes: 10}
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("moisture: 45", "moisture: -4", r"line 5: Waste: moisture is -4 % of wet mass; expected 0 to 75"),
        ("carbon: 20", "carbon: 30", r"line 4: Waste: the composition adds up to 110.00 %"),
        ("capacity: 400", "capacity: 4", r"line 3: Site 'own': capacity is 4; expected 50 to 2000"),
        ("capacity: 400", "capacity: big", r"line 3: capacity must be a number, got 'big'"),
        (
            "capacity: 400",
            "capacty: 400",
            r"line 3: the key 'capacty' does not exist here. Did you mean 'capacity'",
        ),
        (
            "minutes: 10",
            "minute: 10",
            r"line 6: Emission control has no setting 'minute'. Did you mean 'minutes'",
        ),
        ("minutes: 10", "minutes: 7", r"line 6: minutes=7: a control step must divide the 60 min"),
        ("minutes: 10", "load: chang", r"line 6: load='chang' is not known"),
        ("kind: emission_control", "kind: emission", r"kind of environment"),
    ],
)
def test_a_bad_site_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(GOOD)
    env: Any = lantern.make_env(path)
    assert env.max_steps == 144
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(ContentError, match=complaint):
        env = lantern.make_env(path)
        env.reset(seed=0)


def test_wrong_use_is_refused() -> None:
    with pytest.raises(ContentError, match="sites 0 to 12"):
        EmissionControlEnv(13)
    with pytest.raises(EnvError, match="Did you mean 'gb18485'"):
        EmissionControlEnv(0, standard="gb1848")
    with pytest.raises(EnvError, match="neither 'simulator' nor a surrogate"):
        EmissionControlEnv(0, plant=3)
    env = EmissionControlEnv(0)
    with pytest.raises(EnvError, match="reset"):
        env.step(NOTHING)
    env.reset(seed=0)
    with pytest.raises(EnvError, match="five finite numbers"):
        env.step(np.array([0, 0, np.nan, 0, 0]))


def test_copies_meet_the_same_load_waste_and_noise() -> None:
    envs = EmissionControlVectorEnv(1, 6, hours=2, actions="setpoints", autoreset="disabled")
    first, infos = envs.reset(seed=3, options={"copies": 3, "waste": "unseen"})
    np.testing.assert_array_equal(first[:2], first[2:4])
    assert not np.array_equal(first[0], first[1])
    np.testing.assert_array_equal(infos["load"][:2], infos["load"][4:])
    actions = np.repeat([0.0, 0.0, 1.0], 2)[:, None] * np.array([0, 0, 0, 0, 1.0])
    for _ in range(12):
        _, _, _, _, infos = envs.step(actions)
    true = infos["true"]
    np.testing.assert_array_equal(true[:2], true[2:4])
    hcl = MEASURED.index("hcl")
    assert (true[4:, hcl] < 0.9 * true[:2, hcl]).all()
    furnace = MEASURED.index("furnace")
    np.testing.assert_array_equal(true[4:, furnace], true[:2, furnace])  # lime leaves the fire alone
    with pytest.raises(EnvError, match="copies=4 must divide"):
        envs.reset(options={"copies": 4})
