"""The MiniGrid labeller on levels of the package, walked by a small pilot that searches its way."""

from collections import deque

import gymnasium as gym
import numpy as np
import pytest

import lantern
from lantern.envs import TaskEnv
from lantern.envs.labellers.minigrid import COLOURS, KINDS, MiniGridCondition, MiniGridLabeller, thing
from lantern.errors import ContentError, LabelError

minigrid = pytest.importorskip("minigrid")
from minigrid.core.constants import COLOR_TO_IDX, OBJECT_TO_IDX  # noqa: E402

LEFT, RIGHT, FORWARD, PICKUP, DROP, TOGGLE = range(6)
STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))
LEVELS = ["door_key", "lava_gap", "unlock", "key_corridor", "multi_room", "put_near", "unlock_pickup"]


def ahead_of(pose):
    x, y, direction = pose
    return x + STEPS[direction][0], y + STEPS[direction][1]


class Pilot:
    """Walks a labelled MiniGrid level and remembers the label of every step."""

    def __init__(self, name, seed):
        self.env = lantern.make_env(f"minigrid/{name}")
        self.level = self.env.unwrapped
        _, info = self.env.reset(seed=seed)
        self.labels = [self.env.vocabulary.label(info["label"])]
        self.ended = False

    def act(self, action):
        assert not self.ended
        _, _, terminated, truncated, info = self.env.step(action)
        self.labels.append(self.env.vocabulary.label(info["label"]))
        self.ended = terminated or truncated
        return self.labels[-1]

    def find(self, kind):
        grid = self.level.grid
        return [
            (i % grid.width, i // grid.width)
            for i, item in enumerate(grid.grid)
            if item and item.type == kind
        ]

    def go(self, done, avoid=()):
        """Walk to the nearest pose (x, y, direction) that satisfies `done`, around everything else."""
        start = (*map(int, self.level.agent_pos), int(self.level.agent_dir))
        came, queue = {start: None}, deque([start])
        while queue:
            pose = queue.popleft()
            if done(pose):
                break
            x, y, d = pose
            ahead = ahead_of(pose)
            following = [((x, y, (d - 1) % 4), LEFT), ((x, y, (d + 1) % 4), RIGHT)]
            item = self.level.grid.get(*ahead)
            if (item is None or item.can_overlap()) and ahead not in avoid:
                following.append(((*ahead, d), FORWARD))
            for target, action in following:
                if target not in came:
                    came[target] = (pose, action)
                    queue.append(target)
        else:
            raise AssertionError("no way")
        actions = []
        while came[pose] is not None:
            pose, action = came[pose]
            actions.append(action)
        for action in reversed(actions):
            self.act(action)
        return self.labels[-1]

    def face(self, cell):
        avoid = self.find("lava")
        return self.go(lambda pose: ahead_of(pose) == cell, avoid)

    def stand_on(self, cell):
        return self.go(lambda p: p[:2] == cell, self.find("lava"))

    def accepted(self, formula):
        return lantern.compile(formula, self.env.vocabulary).accepts(self.labels)


def test_words_are_those_of_minigrid():
    assert set(COLOURS) == set(COLOR_TO_IDX)
    assert set(KINDS) == set(OBJECT_TO_IDX) - {"unseen", "empty", "agent"}


@pytest.mark.parametrize("seed", range(5))
def test_door_key(seed):
    pilot = Pilot("door_key", seed)
    assert pilot.labels == [frozenset()]
    pilot.face(pilot.find("key")[0])
    assert pilot.act(PICKUP) == {"key"}
    pilot.face(pilot.find("door")[0])
    assert pilot.act(TOGGLE) == {"key", "door"}
    assert pilot.stand_on(pilot.find("door")[0]) == {"key", "door", "doorway"}
    assert pilot.stand_on(pilot.find("goal")[0]) == {"key", "door", "goal"}
    assert pilot.accepted("F(key & F(door & F(doorway & F goal)))")
    assert not pilot.accepted("!key U door")


@pytest.mark.parametrize("seed", range(3))
def test_lava_gap(seed):
    pilot = Pilot("lava_gap", seed)
    assert pilot.stand_on(pilot.find("goal")[0]) >= {"goal"}
    assert pilot.accepted("(!lava U goal) & F edge")
    burnt = Pilot("lava_gap", seed)
    burnt.go(lambda pose: pose[:2] in burnt.find("lava"))
    assert burnt.labels[-1] >= {"lava"}
    assert burnt.ended


@pytest.mark.parametrize("seed", range(3))
def test_unlock(seed):
    pilot = Pilot("unlock", seed)
    pilot.face(pilot.find("key")[0])
    assert pilot.act(PICKUP) == {"key"}
    assert pilot.face(pilot.find("door")[0]) == {"key", "at_door"}
    assert pilot.act(TOGGLE) == {"key", "at_door", "door"}
    assert pilot.ended


@pytest.mark.parametrize("seed", range(4))
def test_key_corridor(seed):
    pilot = Pilot("key_corridor", seed)
    assert "unlocked" not in pilot.labels[0]
    doors = {cell: pilot.level.grid.get(*cell) for cell in pilot.find("door")}
    shut = next(cell for cell, door in doors.items() if not door.is_locked)
    locked = next(cell for cell, door in doors.items() if door.is_locked)
    pilot.face(shut)
    assert pilot.act(TOGGLE) == {"open"}
    pilot.face(pilot.find("key")[0])
    assert pilot.act(PICKUP) == {"open", "key"}
    pilot.face(locked)
    assert pilot.act(TOGGLE) == {"open", "key", "unlocked"}
    pilot.go(
        lambda pose: pilot.level.grid.get(pose[0] + STEPS[pose[2]][0], pose[1] + STEPS[pose[2]][1]) is None
    )
    assert pilot.act(DROP) == {"open", "unlocked"}
    pilot.face(pilot.find("ball")[0])
    assert pilot.act(PICKUP) == {"open", "unlocked", "ball"}
    assert pilot.ended


@pytest.mark.parametrize("seed", range(3))
def test_multi_room(seed):
    pilot = Pilot("multi_room", seed)
    assert pilot.face(pilot.find("door")[0]) == {"beside"}
    assert pilot.act(TOGGLE) == {"beside", "door"}
    assert pilot.stand_on(pilot.find("goal")[0]) >= {"door", "goal"}


@pytest.mark.parametrize("seed", range(6))
def test_put_near(seed):
    pilot = Pilot("put_near", seed)
    assert pilot.labels == [frozenset()]
    move, target = tuple(pilot.level.move_pos), tuple(pilot.level.target_pos)
    pilot.face(move)
    assert pilot.act(PICKUP) == {"holding"}

    def beside_target(pose):
        ahead = ahead_of(pose)
        free = pilot.level.grid.get(*ahead) is None
        return free and max(abs(ahead[0] - target[0]), abs(ahead[1] - target[1])) == 1

    pilot.go(beside_target)
    assert pilot.act(DROP) == {"together"}
    assert pilot.ended


@pytest.mark.parametrize("seed", range(3))
def test_unlock_pickup(seed):
    pilot = Pilot("unlock_pickup", seed)
    pilot.face(pilot.find("key")[0])
    pilot.act(PICKUP)
    pilot.face(pilot.find("door")[0])
    assert pilot.act(TOGGLE) == {"key", "door"}
    pilot.face(pilot.find("box")[0])
    assert pilot.act(TOGGLE) == {"key", "door", "emptied"}
    assert not pilot.ended


@pytest.mark.parametrize("name", LEVELS)
def test_task_env_takes_every_level(name):
    env = lantern.make_env(f"minigrid/{name}")
    proposition = env.vocabulary.names[0]
    task = TaskEnv(env, lantern.compile(f"F {proposition}", env.vocabulary))
    observation, _ = task.reset(seed=0)
    assert task.observation_space.contains(observation)
    assert observation["observation/image"].shape == (147,)
    assert "observation/mission" not in observation


@pytest.mark.parametrize(
    ("text", "kinds", "colour", "every"),
    [
        ("yellow key", ("key",), "yellow", False),
        ("every red door", ("door",), "red", True),
        ("gray", KINDS, "grey", False),
        ("object", ("key", "ball", "box"), None, False),
    ],
)
def test_objects_in_words(text, kinds, colour, every):
    found = thing(text)
    assert (found.kinds, found.colour, found.every) == (kinds, colour, every)


def test_position_and_facing():
    env = gym.make("MiniGrid-Empty-5x5-v0")
    labeller = MiniGridLabeller({"start": {"at": [1, 1]}, "wall": {"facing": "wall"}})
    labelled = lantern.label(env, {"start": "the agent is at the start", "wall": "a wall is ahead"}, labeller)
    _, info = labelled.reset(seed=0)
    assert info["label"] == 1
    assert labelled.step(LEFT)[4]["label"] == 3
    labelled.step(RIGHT)
    assert labelled.step(FORWARD)[4]["label"] == 0


def test_conditions_hold_together():
    condition = MiniGridCondition.model_validate({"carrying": "key", "next_to": "door"})
    labeller = MiniGridLabeller({"ready": condition})
    pilot = Pilot("door_key", 0)
    pilot.face(pilot.find("key")[0])
    pilot.act(PICKUP)
    assert labeller(None, {}, pilot.env) == []
    pilot.face(pilot.find("door")[0])
    assert labeller(None, {}, pilot.env) == ["ready"]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (
            "{carrying: yelow key}",
            r"line 7: .*'yelow' is neither a colour.*Did you mean 'yellow'",
        ),
        ("{carying: key}", r"line 7: the key 'carying' does not exist here. Did you mean 'carrying'"),
        ("{carrying: goal}", r"line 7: .*carrying: works for key and ball and box, not for goal"),
        ("{opened: key}", r"line 7: .*opened: works for door, not for key"),
        ("{}", r"line 7: .*give one of carrying"),
    ],
)
def test_mistakes_in_conditions_are_reported_at_their_line(tmp_path, when, message):
    text = (
        "kind: gymnasium\nenv: MiniGrid-DoorKey-5x5-v0\n"
        "imports: [minigrid]\nlabeller: minigrid\npropositions:\n"
        f"  key:\n    when: {when}\n    sentence: the agent is carrying the key\n"
    )
    path = tmp_path / "level.yaml"
    path.write_text(text)
    with pytest.raises(ContentError, match=message):
        lantern.make_env(path)


def test_other_environments_are_refused():
    env = lantern.label(gym.make("CartPole-v1"), {"key": "x"}, MiniGridLabeller({"key": {"carrying": "key"}}))
    with pytest.raises(LabelError, match="CartPoleEnv is not a MiniGrid level"):
        env.reset()


def test_door_and_goal_can_be_learned_in_a_fixed_level():
    """Product Q-learning over what the agent sees opens the door, then walks to the goal."""
    env = lantern.make_env("minigrid/multi_room")
    task = TaskEnv(env, lantern.compile("F(door & F goal)", env.vocabulary))
    rng = np.random.default_rng(0)
    q = {}

    def state_of(observation):
        view = observation["observation/image"].tobytes()
        return view, observation["observation/direction"], observation["dfa_state"]

    def episode():
        state, over = state_of(task.reset(seed=2)[0]), False
        while not over:
            values = q.setdefault(state, np.zeros(6))
            best = int(rng.choice(np.flatnonzero(values == values.max())))
            action = int(rng.integers(6)) if rng.random() < 0.1 else best
            observation, reward, terminated, truncated, info = task.step(action)
            state, over = state_of(observation), terminated or truncated
            future = 0.0 if terminated else q.setdefault(state, np.zeros(6)).max()
            values[action] += 0.5 * (reward + 0.95 * future - values[action])
        return info["success"]

    outcomes = [episode() for _ in range(120)]
    assert sum(outcomes[:20]) <= 5
    assert sum(outcomes[-20:]) >= 16
