"""The examples of the guide to grid worlds are true."""

from __future__ import annotations

import re
from pathlib import Path

from lantern.envs.grid import load_grid
from lantern.envs.grid.schema import GridFile, Rule, Tile

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "grid-worlds.md").read_text()


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, flags=re.DOTALL)


def test_the_first_example_is_a_world(tmp_path):
    path = tmp_path / "world.yaml"
    path.write_text(blocks("yaml")[0])
    env = load_grid(path)
    env.reset()
    rewards = [env.step(action)[1] for action in (3, 3, 1)]
    assert rewards == [0, 0, 1]


def test_the_other_examples_fit_into_it(tmp_path):
    first, walled, family, propositions = blocks("yaml")
    head = first[: first.index("map:")]
    rest = "legend: {k: key}\nlimit: 9\npropositions: {key: at the key}\n"
    (tmp_path / "walled.yaml").write_text(head + walled + rest)
    assert load_grid(tmp_path / "walled.yaml").tabular().n_observations == 6
    tail = "items: {sword: 1}\ntiles: {key: {gives: {sword: 1}}}\nlimit: 9\n"
    (tmp_path / "family.yaml").write_text(head + family + tail + propositions)
    env = load_grid(tmp_path / "family.yaml")
    assert env.tabular() is not None and env.vocabulary.names == ("key", "at_home", "armed")


def test_the_python_example_runs():
    names = {}
    exec(blocks("python")[0], names)
    assert names["rewards"].shape == (4096,)


def test_every_key_is_explained():
    own = {"kind", "description", "reference"}
    keys = {*GridFile.model_fields, *Rule.model_fields, *Tile.model_fields} - own
    missing = [key for key in keys if not re.search(rf"\b{key}\b", GUIDE)]
    assert not missing
