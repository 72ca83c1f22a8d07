"""The compiled kernel against a slow interpreter of the documented rules, on random worlds."""

from __future__ import annotations

import numpy as np
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantern.envs.grid import GridEnv
from lantern.envs.grid.env import load_world
from lantern.envs.grid.simulators import KernelSimulator
from lantern.envs.grid.world import read_world
from lantern.errors import ContentError

TILES = ("red", "green", "blue")
ITEMS = ("coin", "gem")
MOVES = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}

counts = st.integers(0, 2)
amounts = st.dictionaries(st.sampled_from(ITEMS), counts, max_size=2)
ranges = st.dictionaries(
    st.sampled_from(ITEMS), st.tuples(st.integers(0, 1), st.integers(1, 3)).map(list), max_size=1
)


@st.composite
def rules(draw, depth=1):
    rule = {
        "needs": {**draw(amounts), **draw(ranges)},
        "gives": draw(amounts),
        "takes": draw(amounts),
        "reward": draw(st.sampled_from([0, 1, -2])),
        "ends": draw(st.integers(0, 4)) == 0,
        "vanishes": draw(st.booleans()),
    }
    if draw(st.integers(0, 3)) == 0:
        rule["turns"] = {"coin": "gem"}
    if depth and draw(st.booleans()):
        rule["otherwise"] = draw(rules(depth=0))
    return rule


@st.composite
def worlds(draw):
    height, width = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    cells = draw(st.lists(st.sampled_from("..#rgb"), min_size=height * width, max_size=height * width))
    cells[draw(st.integers(0, len(cells) - 1))] = "A"
    legend = {name[0]: name for name in TILES if name[0] in cells}
    events = draw(st.sampled_from(["entering", "standing", "interacting"]))
    tiles = {name: draw(rules()) for name in legend.values()}
    for tile in tiles.values():
        tile["enter"] = draw(st.one_of(st.just({}), amounts))
    propositions = {name: f"the {name} tile gives its event" for name in legend.values()}
    propositions |= {f"at_{name}": {"sentence": f"on {name}", "at": name} for name in legend.values()}
    propositions["rich"] = {"sentence": "has a gem", "has": {"gem": 1}}
    return {
        "kind": "grid",
        "description": "random",
        "map": "\n".join("".join(cells[r * width : (r + 1) * width]) for r in range(height)),
        "legend": legend,
        "events": events,
        "actions": ["up", "down", "left", "right", "stay", "interact"],
        "limit": 1000,
        "step_reward": 0.5,
        "items": {"coin": 2, "gem": 3},
        "tiles": tiles,
        "propositions": propositions,
    }


class Interpreter:
    """The rules as the documentation tells them, step by step."""

    def __init__(self, data):
        self.data = data
        self.rows = data["map"].split("\n")
        self.reset()

    def reset(self):
        start = "".join(self.rows).index("A")
        self.place = divmod(start, len(self.rows[0]))
        self.have, self.gone, self.last = dict.fromkeys(ITEMS, 0), set(), None
        return self.facts() | self.standing()

    def tile(self, place):
        return None if place in self.gone else self.data["legend"].get(self.rows[place[0]][place[1]])

    def met(self, needs):
        return all(
            needs[i][0] <= self.have[i] <= needs[i][1]
            if isinstance(needs[i], list)
            else self.have[i] >= needs[i]
            for i in needs
        )

    def facts(self):
        here = self.tile(self.place)
        found = {"rich"} if self.have["gem"] >= 1 else set()
        return found | ({f"at_{here}"} if here else set())

    def standing(self):
        here = self.tile(self.place)
        if self.data["events"] != "standing" or here is None:
            return set()
        return {here} if self.applicable(self.data["tiles"][here]) else set()

    def applicable(self, rule):
        while rule is not None:
            if self.met(rule["needs"]) and all(self.have[i] >= n for i, n in rule["takes"].items()):
                return rule
            rule = rule.get("otherwise")
        return None

    def step(self, action):
        before = self.place
        self.move(action)
        here, entered = self.tile(self.place), self.place != before
        triggered = {
            "entering": entered and self.place != self.last,
            "standing": True,
            "interacting": action == "interact",
        }[self.data["events"]]
        rule = self.applicable(self.data["tiles"][here]) if here and triggered else None
        if rule is None:
            return self.facts(), 0.5, False
        self.carry_out(rule)
        return self.facts() | {here}, 0.5 + rule["reward"], rule["ends"]

    def move(self, action):
        down, right = MOVES.get(action, (0, 0))
        to = (self.place[0] + down, self.place[1] + right)
        if not (0 <= to[0] < len(self.rows) and 0 <= to[1] < len(self.rows[0])):
            return
        if self.rows[to[0]][to[1]] == "#":
            return
        tile = self.tile(to)
        if to != self.place and tile and not self.met(self.data["tiles"][tile]["enter"]):
            return
        self.place = to

    def carry_out(self, rule):
        if "turns" in rule:
            self.have["gem"] += self.have["coin"]
            self.have["coin"] = 0
        for item in ITEMS:
            changed = self.have[item] + rule["gives"].get(item, 0) - rule["takes"].get(item, 0)
            self.have[item] = max(0, min(self.data["items"][item], changed))
        if rule["vanishes"]:
            self.gone.add(self.place)
        if self.data["events"] == "entering":
            self.last = self.place


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds(), st.integers(0, 2**31))
def test_the_kernel_does_what_the_documentation_says(tmp_path, data, seed):
    path = tmp_path / "world.yaml"
    path.write_text(yaml.safe_dump(data))
    world = read_world(path)
    told, kernel = Interpreter(data), KernelSimulator(world)
    rng = np.random.default_rng(seed)
    assert told.reset() == set(world.vocabulary.label(kernel.reset(rng)))
    for _ in range(60):
        action = int(rng.integers(6))
        names, reward, ended = told.step(data["actions"][action])
        got_reward, got_ended, label = kernel.step(action, rng)
        assert (reward, ended, names) == (got_reward, got_ended, set(world.vocabulary.label(label)))
        assert kernel.observe() == told.place[0] * len(told.rows[0]) + told.place[1]
        if ended:
            break


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds(), st.integers(0, 2**31))
def test_the_table_does_the_same(tmp_path, data, seed):
    path = tmp_path / "world.yaml"
    path.write_text(yaml.safe_dump(data))
    try:
        env = GridEnv(load_world(path))
    except ContentError:
        return  # a tile that can never be used is refused
    told = Interpreter(data)
    env.reset(seed=seed)
    told.reset()
    rng = np.random.default_rng(seed)
    for _ in range(60):
        action = int(rng.integers(6))
        names, reward, ended = told.step(data["actions"][action])
        _, got_reward, got_ended, _, info = env.step(action)
        assert (reward, ended, names) == (got_reward, got_ended, set(env.vocabulary.label(info["label"])))
        if ended:
            break
