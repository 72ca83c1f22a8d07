"""The rules about labels, tasks and speed."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, Any

import gymnasium as gym

from lantern.envs.check.findings import Finding, failure, note, ok, warning
from lantern.envs.check.play import Maker, Play, random_actions
from lantern.envs.labelling import LabelledEnv
from lantern.envs.tabular import tabular_model
from lantern.envs.task_env import TaskEnv
from lantern.errors import LanternError

if TYPE_CHECKING:
    from lantern.logic import DFA

# Chunks of steps that speed is measured in; the median of the chunks is taken, since machines are shared.
_CHUNKS = 7

# A task is worth its cost if it adds no more than this to a step (microseconds).
_PRODUCT_BUDGET = 5.0


def labels(env: gym.Env[Any, Any], record: Play) -> list[Finding]:
    """Whether the label function keeps to its rules."""
    if not hasattr(env, "vocabulary"):
        return [
            warning(
                "labels",
                "Nothing says what can be true here: it has no propositions, so no task can speak of it.",
                "Write an env file with propositions (docs/plug-in.md has one), or use lantern.label.",
            )
        ]
    if record.label_trouble:
        return [failure("labels", record.label_trouble, "Mend the label function first.")]
    count = len(env.vocabulary)
    return [
        ok(
            "labels",
            f"The labels keep to the {count} propositions, and labelling changes nothing.",
            count=count,
        )
    ]


def propositions(env: gym.Env[Any, Any], record: Play) -> list[Finding]:
    """Which propositions occur under random play, how soon and how often."""
    if not hasattr(env, "vocabulary") or record.label_trouble:
        return []
    found = []
    for name in env.vocabulary:
        held = record.held.get(name, 0)
        figures = {"name": name, "first": record.first.get(name), "share": held / max(1, record.labels)}
        if not held:
            found.append(
                warning(
                    "propositions",
                    f"{name!r} ({env.vocabulary[name]}) never held in {record.steps} steps of random play.",
                    "Check its condition; if it is right, chance alone will hardly find it: give tasks on it "
                    "steps on the way, a teacher, or more exploration.",
                    **figures,
                )
            )
        elif held == record.labels:
            found.append(
                warning("propositions", f"{name!r} holds all the time.", "Check its condition.", **figures)
            )
        else:
            share = f"{figures['share']:.1%} of the time"
            message = f"{name!r} first held at step {record.first[name]}, and {share}."
            found.append(ok("propositions", message, **figures))
    return found


def model(env: gym.Env[Any, Any]) -> list[Finding]:
    """Whether compiled tabular learners can run on it."""
    try:
        found = tabular_model(env)
    except LanternError as error:
        return [failure("model", str(error), "Mend the environment's list of transitions.")]
    if found is None:
        return [note("model", "It is not enumerated: deep agents learn it, compiled tabular ones cannot.")]
    return [
        ok(
            "model",
            f"It is finite ({found.n_states} states, {found.n_actions} actions): compiled tabular learners "
            "can run on it.",
            states=found.n_states,
            actions=found.n_actions,
        )
    ]


def speed(make: Maker, dfa: DFA | None, steps: int, seed: int) -> list[Finding]:
    """Steps per second alone, labelled, and as a task: medians of interleaved chunks."""
    labelled = make()
    plain = make()
    layers: dict[str, Any] = {"alone": plain.env if isinstance(plain, LabelledEnv) else plain}
    if hasattr(labelled, "vocabulary"):
        layers["labelled"] = labelled
        layers["task"] = TaskEnv(make(), dfa or _any_task(labelled))
    chunk = max(20, min(500, steps // _CHUNKS))
    for env in layers.values():
        env.reset(seed=seed)
    walls: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in layers}
    for turn in range(_CHUNKS):
        for name, env in layers.items():
            wall, processor = _seconds_a_step(env, chunk, seed + turn)
            times[name].append(processor)
            if name == "alone":
                walls.append(wall)
    for env in layers.values():
        env.close()
    if "task" not in times:
        return [_rate(walls)]
    # Where agents see other observations than labels do, or labels are native, there is nothing to subtract.
    labelling = _label_cost(times) if isinstance(labelled, LabelledEnv) else []
    return [_rate(walls), *labelling, _product_cost(times)]


def _any_task(env: Any) -> DFA:
    from lantern.logic import compile

    return compile(f"F {env.vocabulary.names[0]}", env.vocabulary)


def _seconds_a_step(env: Any, steps: int, seed: int) -> tuple[float, float]:
    """Wall-clock and processor seconds; the latter are the same on a busy machine."""
    actions = random_actions(env, seed)
    chosen = [next(actions) for _ in range(steps)]
    began, spent = time.perf_counter(), time.process_time()
    for action in chosen:
        _, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    return (time.perf_counter() - began) / steps, (time.process_time() - spent) / steps


def _rate(alone: list[float]) -> Finding:
    rate = 1 / median(alone)
    message = f"{rate:,.0f} steps a second alone: 100,000 steps take {1e5 / rate:.0f} s besides learning."
    return ok("speed", message, steps_per_second=rate)


def _difference(times: dict[str, list[float]], outer: str, inner: str) -> float:
    """Median of what one layer takes more than another in the same turn, in microseconds a step."""
    return median(a - b for a, b in zip(times[outer], times[inner], strict=True)) * 1e6


def _label_cost(times: dict[str, list[float]]) -> list[Finding]:
    label, step = _difference(times, "labelled", "alone"), median(times["alone"]) * 1e6
    message = f"The label function adds {max(label, 0.0):.1f} us to a step of {step:.1f} us."
    if label <= max(step, _PRODUCT_BUDGET):
        return [ok("speed", message, label_microseconds=label)]
    remedy = "Let it read info or the observation instead of searching the environment."
    return [note("speed", message, remedy, label_microseconds=label)]


def _product_cost(times: dict[str, list[float]]) -> Finding:
    product = _difference(times, "task", "labelled")
    message = f"As a task a step takes {max(product, 0.0):.1f} us more than labelled."
    return ok("product", message, microseconds=product)
