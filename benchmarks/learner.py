"""How fast the compiled tabular learner is, beside the same algorithm in a plain Python loop.

Run: ``python benchmarks/learner.py``. It times learning on Dungeon Quest 10x10 with one teacher: CPU time of
one process, best and median of five.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import lantern
from lantern.agents.base import read_config
from lantern.agents.tabular.agent import TabularAgent

SEQUENCE = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"
STEPS = 2_000_000


def make_task(env: str) -> lantern.TaskEnv:
    world: Any = lantern.make_env(env)
    return lantern.TaskEnv(world, lantern.compile(SEQUENCE, world.vocabulary))


def plain_loop(agent: TabularAgent, steps: int) -> None:
    """Q-learning with counterfactual experience on Python lists, the fastest plain form."""
    model, task = agent.model, agent.task
    following, labels = model.next_state[:, :, 0].tolist(), model.label[:, :, 0].tolist()
    seen, delta = model.observation.tolist(), task.delta.tolist()
    terminal, accepting = task.terminal.tolist(), task.accepting.tolist()
    states, actions, limit = len(delta), model.next_state.shape[1], agent.limit
    alive = [u for u in range(states) if not terminal[u]]
    q = [[[0.0] * actions for _ in range(states)] for _ in range(agent.source.n_observations)]
    rng = random.Random(0)
    start_s, start_u = int(model.initial[0]), int(model.start[0])
    s, u, t = start_s, start_u, 0
    for _ in range(steps):
        values = q[seen[s]][u]
        if rng.random() < 0.1:
            a = int(rng.random() * actions)
        else:
            best = max(values)
            ties = [b for b in range(actions) if values[b] == best]
            a = ties[int(rng.random() * len(ties))]
        here, there, label = q[seen[s]], q[seen[following[s][a]]], labels[s][a]
        for v in alive:
            w = delta[v][label]
            target = float(accepting[w]) if terminal[w] else 0.95 * max(there[w])
            here[v][a] += 0.5 * (target - here[v][a])
        s, u, t = following[s][a], delta[u][label], t + 1
        if terminal[u] or t >= limit:
            s, u, t = start_s, start_u, 0


def rates(run: Callable[[], object], steps: int, repeats: int = 5) -> list[float]:
    """Million steps per second of CPU time."""
    found = []
    for _ in range(repeats):
        began = time.process_time()
        run()
        found.append(steps / (time.process_time() - began) / 1e6)
    return found


def main() -> None:
    task_env = make_task("dungeon_quest/student")
    teacher = (
        lantern.make_agent("crm", make_task("dungeon_quest/teacher"), seed=0).learn(20_000).teacher("5x5")
    )
    began = time.perf_counter()
    lantern.make_agent("lantern", task_env, teachers=[teacher]).learn(1_000)
    print(f"first run, compiling or loading the compiled code: {time.perf_counter() - began:.1f} s")
    cases: dict[str, list[lantern.Teacher]] = {"product_q": [], "crm": [], "lantern": [teacher]}
    for name, teachers in cases.items():
        agent = lantern.make_agent(name, task_env, teachers=teachers, seed=1)
        show(name, rates(partial(agent.learn, STEPS, evaluate_every=STEPS), STEPS))
    plain = TabularAgent(read_config("crm"), task_env, seed=1)
    show("crm in a plain Python loop", rates(lambda: plain_loop(plain, 100_000), 100_000, 3))


def show(name: str, found: list[float]) -> None:
    print(f"{name:32s} {statistics.median(found):6.2f} M steps/s (best {max(found):.2f})")


if __name__ == "__main__":
    main()
