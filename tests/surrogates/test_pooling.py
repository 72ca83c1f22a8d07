"""Nets put beside one another, heads whose rows count differently, and the mode of transfer made of both."""

from __future__ import annotations

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import small_process  # noqa: E402
from small_process import CHANNELS, TRUE  # noqa: E402

from lantern.errors import SurrogateError  # noqa: E402
from lantern.surrogates.process import (  # noqa: E402
    MixtureOfExperts,
    Settings,
    adapt,
    fit_head,
    load_surrogate,
    save_surrogate,
    train_surrogate,
)
from lantern.surrogates.process.heads import fit_counted_head  # noqa: E402
from lantern.surrogates.process.pooling import pool  # noqa: E402

SOURCE = Settings(experts=2, hidden=16, features=8, steps=300, batch=256, rate=1e-2)
SHORT = Settings(steps=150, rate=1e-3, batch=128)


def plant(rows, **how):
    """The small process with coarse instruments."""
    return small_process.plant(rows, noise=0.1, **how)


@pytest.fixture(scope="module")
def source():
    return train_surrogate([plant(2000), plant(2000, seed=1)], CHANNELS, SOURCE)


def risk(values):
    """An index of both outputs on the scale of limits, as that of emissions is."""
    return values[:, 0] / 70.0 + values[:, 1] / 5.0


def errors(model, held):
    """What is not explained: mean of the outputs, and of the index."""
    made, true = model.predict(held).mean, held.array(TRUE)[1:]
    each = np.mean((made - true) ** 2, axis=0) / true.var(axis=0)
    return each.mean(), np.mean((risk(made) - risk(true)) ** 2) / risk(true).var()


def test_with_more_data_it_is_ahead_of_training_from_scratch_in_the_outputs_and_their_index(source):
    held = plant(1500, bend=-0.4, gain=1.3, level=70.0, seed=9)
    found = {"scratch": [], "full_no_physics": [], "pooled": []}
    for seed in range(4):
        some = plant(300, bend=-0.4, gain=1.3, level=70.0, seed=30 + seed)
        for mode, rows in found.items():
            rows.append(errors(adapt(source, [some], mode, SHORT), held))
    means = {mode: np.mean(rows, axis=0) for mode, rows in found.items()}
    assert (means["pooled"] < 0.8 * means["scratch"]).all()
    assert (means["pooled"] < 0.8 * means["full_no_physics"]).all()


def test_it_is_one_surrogate_which_is_kept_and_adapted_again(source, tmp_path):
    some, held = plant(200, bend=0.0, level=70.0, seed=3), plant(300, bend=0.0, level=70.0, seed=4)
    made = adapt(source, [some], "pooled", SHORT)
    assert made.net.sizes["groups"] == 3
    assert made.predict(held).shares.shape == (299, 3 * source.net.sizes["experts"])
    assert made.predict(held).shares.sum(axis=1) == pytest.approx(1.0)
    again = load_surrogate(save_surrogate(made, tmp_path / "s"))
    for one, other in zip(made.predict(held), again.predict(held), strict=True):
        assert one == pytest.approx(other)
    assert adapt(made, [some], "pooled", SHORT).net.sizes["groups"] == 5
    document = json.loads((tmp_path / "s" / "surrogate.json").read_text())
    document["sizes"]["groups"] = 4
    (tmp_path / "s" / "surrogate.json").write_text(json.dumps(document))
    with pytest.raises(SurrogateError, match="shared out"):
        load_surrogate(tmp_path / "s")


def test_a_surrogate_kept_before_there_were_groups_is_read(source, tmp_path):
    folder = save_surrogate(source, tmp_path / "s")
    document = json.loads((folder / "surrogate.json").read_text())
    del document["sizes"]["groups"]
    (folder / "surrogate.json").write_text(json.dumps(document))
    held = plant(100, seed=4)
    assert load_surrogate(folder).predict(held).mean == pytest.approx(source.predict(held).mean)


def test_it_is_as_sure_as_it_may_be(source):
    held = plant(1500, bend=0.2, level=70.0, seed=9)
    made = adapt(source, [plant(600, bend=0.2, level=70.0, seed=5)], "pooled", SHORT).predict(held, 0.9)
    readings = held.array(("heat", "smoke"))[1:]
    assert 0.85 < np.mean((made.low <= readings) & (readings <= made.high)) < 0.98


def test_nets_beside_one_another_predict_the_mean_of_their_predictions():
    rng, nets = np.random.default_rng(0), [MixtureOfExperts(3, 2, 1, 2, 4, 3, seed) for seed in range(3)]
    heads = [rng.normal(size=net.head.shape) for net in nets]
    inputs, regime = torch.randn(7, 3), torch.randn(7, 2)

    def predictions(net, head):
        return net.basis(inputs, net.gate(regime)).detach().double().numpy() @ head

    shares = (0.5, 0.2, 0.3)
    mean = sum(s * predictions(net, head) for s, net, head in zip(shares, nets, heads, strict=True))
    whole, head = pool(list(zip(shares, nets, heads, strict=True)))
    assert predictions(whole, head) == pytest.approx(mean, abs=1e-5)
    pair, both = pool([(0.5, nets[0], heads[0]), (0.5, nets[1], heads[1])])
    nested, last = pool([(0.8, pair, both), (0.2, nets[2], heads[2])])
    mean = sum(s * predictions(n, h) for s, n, h in zip((0.4, 0.4, 0.2), nets, heads, strict=True))
    assert predictions(nested, last) == pytest.approx(mean, abs=1e-5)
    with pytest.raises(SurrogateError, match="same sizes"):
        pool([(0.5, nets[0], heads[0]), (0.5, MixtureOfExperts(3, 2, 1, 2, 5, 3), heads[1])])


def test_rows_that_count_more_decide():
    rng = np.random.default_rng(0)
    features = np.column_stack([rng.normal(size=2000), np.ones(2000)])
    steep = np.arange(2000) % 2 == 0  # half of the rows follow another line
    targets = np.where(steep, 2.0, 1.0)[:, None] * features[:, :1] + 0.1 * rng.normal(size=(2000, 1))
    counts, ones = np.where(steep, 100.0, 1.0)[:, None], np.ones((2000, 1))
    nothing = np.zeros((2, 1))
    found = fit_counted_head(features, targets, nothing, counts, counts)
    alike = fit_counted_head(features, targets, nothing, ones, 3.0 * ones)
    plain = fit_head(features, targets, nothing, ones)
    assert found.weights[0, 0] == pytest.approx(2.0, abs=0.05)
    assert plain.weights[0, 0] == pytest.approx(1.5, abs=0.05)
    for name in ("weights", "deviation", "moments", "ridges"):
        assert getattr(alike, name) == pytest.approx(getattr(plain, name))
    # A hundred parts lie off by the noise, one by noise and feature.
    assert found.deviation[0] == pytest.approx(np.sqrt(0.01 + 1 / 101), rel=0.1)
