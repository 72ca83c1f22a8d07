"""The rules: each reads the environment, or a run of random play through it, and returns findings."""

from __future__ import annotations

import warnings
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.utils.env_checker import check_env as gymnasium_check
from gymnasium.utils.env_checker import data_equivalence

from lantern.envs.check.findings import Finding, failure, note, ok, warning
from lantern.envs.check.play import Maker, Play, random_actions
from lantern.envs.limits import SAFETY_LIMIT, has_time_limit
from lantern.envs.spaces import ActionCodec, is_text, leaves
from lantern.envs.verify import TOLERANCE
from lantern.errors import EnvError

# Warnings of Gymnasium's checker that are about its own preferences, not about this environment.
_IGNORED = (
    "different from the unwrapped version",
    "render",
    "recommend using a symmetric",
    "A Box observation space m",
    "precision lowered by casting",
)


def contract(make: Maker) -> list[Finding]:
    """Gymnasium's own checker, with its complaints as findings."""
    found: list[Finding] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        env = make()
        try:
            gymnasium_check(env, skip_render_check=True)
        except Exception as error:  # the checker asserts, and the environment may raise anything
            text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            found.append(
                failure(
                    "contract",
                    f"Gymnasium's checker stops: {text}",
                    "Mend the environment, or wrap it so that reset and step return what its spaces say.",
                )
            )
        finally:
            env.close()
    for text in dict.fromkeys(_plain(str(entry.message)) for entry in caught):
        if not any(ignored in text for ignored in _IGNORED):
            found.append(note("contract", text, "From Gymnasium's checker; see whether it matters to you."))
    return (
        found
        if any(f.level == "error" for f in found)
        else [ok("contract", "It passes Gymnasium's checker."), *found]
    )


def _plain(text: str) -> str:
    """A warning without Gymnasium's colours and prefix."""
    for noise in ("\x1b[33m", "\x1b[0m", "WARN: "):
        text = text.replace(noise, "")
    return text.strip().splitlines()[0] if text.strip() else ""


def observation_space(env: gym.Env[Any, Any]) -> list[Finding]:
    """What learners will make of the observation space."""
    try:
        parts = list(leaves(env.observation_space))
    except EnvError as error:
        return [failure("observations", str(error), "Give it a fixed size before making a task of it.")]
    found = []
    for path, leaf in parts:
        where = "/".join(map(str, path)) or "the observation"
        if isinstance(leaf, spaces.Box) and leaf.dtype == np.float64:
            found.append(note("observations", f"{where} is float64; tasks pass it on as float32."))
        if isinstance(leaf, spaces.Box) and not leaf.is_bounded():
            found.append(
                note(
                    "observations",
                    f"{where} has {_unbounded(leaf)} of {leaf.low.size} entries without finite bounds.",
                    "Where their sizes differ much, scale them: gymnasium.wrappers:RescaleObservation, or "
                    "NormalizeObservation in wrappers:.",
                )
            )
    if isinstance(env.observation_space, (spaces.Dict, spaces.Tuple)):
        found += _text_parts(env.observation_space)
    return found or [ok("observations", f"{env.observation_space} can be learned from as it is.")]


def _unbounded(box: spaces.Box) -> int:
    return int(np.sum(~(np.isfinite(box.low) & np.isfinite(box.high))))


def _text_parts(space: Any) -> list[Finding]:
    parts = space.spaces.items() if isinstance(space, spaces.Dict) else enumerate(space.spaces)
    return [
        note("observations", f"{key} is text and is left out: the task's automaton says what to do.")
        for key, part in parts
        if is_text(part)
    ]


def action_space(env: gym.Env[Any, Any]) -> list[Finding]:
    """What learners will make of the action space."""
    space = env.action_space
    seen = ActionCodec(space).space
    if isinstance(seen, (spaces.Dict, spaces.Tuple)):
        return [
            warning(
                "actions",
                f"{type(space).__name__} mixes continuous and discrete parts, which common learners cannot.",
                "Fix one kind, or turn the discrete parts into continuous ones with TransformAction.",
            )
        ]
    if not isinstance(seen, spaces.Box):
        return [ok("actions", f"Learners see {seen}.")]
    if not seen.is_bounded():
        return [
            failure(
                "actions",
                f"{_unbounded(seen)} of {seen.low.size} actions have no finite bounds to sample from.",
                "Bound them with gymnasium.wrappers:TransformAction and a finite Box.",
            )
        ]
    found = (
        [note("actions", "Actions are float64; tasks take float32 and cast.")]
        if space.dtype == np.float64
        else []
    )
    if not (np.all(seen.low == -1) and np.all(seen.high == 1)):
        found.append(
            note(
                "actions",
                f"Actions are in physical units, from {seen.low.min():g} to {seen.high.max():g}.",
                "PPO does not rescale them (SAC does). In wrappers: add {wrapper: "
                "gymnasium.wrappers:RescaleAction, kwargs: {min_action: -1, max_action: 1}}.",
            )
        )
    return found or [ok("actions", f"Learners see {seen}.")]


def observations(record: Play) -> list[Finding]:
    """Whether what was observed keeps what the space promised."""
    found = []
    if record.trouble:
        found.append(
            failure(
                "observations",
                f"Random play stopped after {record.steps} steps: {record.trouble}",
                "Mend the environment; its own test suite or --debug shows where.",
            )
        )
    if record.not_finite >= 0:
        found.append(
            failure(
                "observations",
                f"An observation at step {record.not_finite} is not a finite number.",
                "Find out where NaN or infinity comes from; no learner survives it.",
            )
        )
    if record.worst_overshoot > TOLERANCE:
        found.append(
            failure(
                "observations",
                f"An observation leaves its Box by {record.worst_overshoot:.0%} of the range.",
                "Correct the bounds of the observation space, or add the wrapper lantern.envs.wrappers:"
                "ClipObservation; tasks refuse values that far outside.",
                overshoot=record.worst_overshoot,
            )
        )
    elif record.worst_overshoot > 0:
        found.append(
            note(
                "observations",
                f"Values leave their Box by up to {record.worst_overshoot:.1g} of its range; tasks clip.",
                overshoot=record.worst_overshoot,
            )
        )
    found += [
        warning("observations", f"In a step, {text}.", "Return float rewards and bool flags.")
        for text in sorted(record.wrong_types)
    ]
    return found


def seeding(make: Maker, steps: int, seed: int) -> list[Finding]:
    """Whether two fresh environments with the same seed and actions stay the same."""
    first, second = make(), make()
    try:
        told = _first_difference(first, second, steps, seed)
    except Exception as error:  # reported by the other rules too, but not lost here
        return [failure("seeding", f"It could not be tried: {type(error).__name__}: {error}", "See above.")]
    finally:
        first.close()
        second.close()
    if told:
        return [
            failure(
                "seeding",
                f"With the same seed and actions, {told}.",
                "Draw all randomness from self.np_random, after super().reset(seed=seed); no result can be "
                "reproduced otherwise.",
            )
        ]
    return [ok("seeding", f"The same seed and actions give the same {steps} steps.")]


def _first_difference(first: gym.Env[Any, Any], second: gym.Env[Any, Any], steps: int, seed: int) -> str:
    one, other = first.reset(seed=seed), second.reset(seed=seed)
    if not data_equivalence(one[0], other[0]):
        return "the first observations differ"
    actions = random_actions(first, seed)
    for step in range(1, steps + 1):
        action = next(actions)
        a, b = first.step(action), second.step(action)
        for name, x, y in zip(("observations", "rewards", "terminated", "truncated"), a, b, strict=False):
            if not data_equivalence(x, y):
                return f"the {name} differ at step {step}"
        if a[4].get("label") != b[4].get("label"):
            return f"the labels differ at step {step}"
        if a[2] or a[3]:
            first.reset(seed=seed + step)
            second.reset(seed=seed + step)
    return ""


def time_limit(env: gym.Env[Any, Any], record: Play) -> list[Finding]:
    """Whether there is one, and whether it is reported as what it is."""
    ends = record.episodes
    lengths = {episode.length for episode in ends}
    if len(ends) >= 3 and len(lengths) == 1 and all(e.terminated for e in ends) and ends[0].length > 1:
        steps = ends[0].length
        return [
            warning(
                "time limit",
                f"Every episode of random play ended as terminated at step {steps}. That looks like a time "
                "limit; as a termination it teaches that nothing is worth having near the end.",
                f"Write time_limit: {{steps: {steps}, reported_as: termination}} in the env file.",
                steps=steps,
            )
        ]
    if not has_time_limit(env) and not ends:
        return [
            warning(
                "time limit",
                f"No episode ended in {record.steps} steps of random play, and there is no time limit to be "
                f"seen. Tasks cut episodes at {SAFETY_LIMIT} steps.",
                "Write time_limit: STEPS in the env file, a few times what a good run needs.",
            )
        ]
    if not ends:
        return [note("time limit", f"No episode ended in {record.steps} steps of random play.")]
    median = float(np.median([episode.length for episode in ends]))
    cut = sum(episode.truncated for episode in ends)
    return [
        ok(
            "time limit",
            f"{len(ends)} episodes of random play ended after {median:.0f} steps (median), {cut} of them "
            "cut by a time limit.",
            episodes=len(ends),
            median_length=median,
            truncated=cut,
        )
    ]
