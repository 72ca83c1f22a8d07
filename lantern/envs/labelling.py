"""Labelling: which propositions hold now, for any Gymnasium environment.

``label(env, vocabulary, labeller)`` adds ``info["label"]``, a bit mask over the vocabulary, to every reset
and step. The labeller is a plain function that returns the names that hold; it must not change anything.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, SupportsFloat, TypeAlias

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from lantern.content import nearest
from lantern.envs.purity import changes, snapshot
from lantern.errors import LabelError

if TYPE_CHECKING:
    from lantern.envs.catalogue import Catalogue
    from lantern.envs.tabular import TabularModel
    from lantern.logic import Vocabulary

#: ``labeller(observation[, info[, env]])`` returns the names of the propositions that hold.
Labeller: TypeAlias = Callable[..., Iterable[str]]

# How many of the first labels of an environment are checked for side effects, which takes milliseconds.
_CHECKED_LABELS = 2


def label(
    env: gym.Env[Any, Any], vocabulary: Vocabulary | Mapping[str, str], labeller: Labeller
) -> LabelledEnv:
    """Label any Gymnasium environment.

    Parameters
    ----------
    env : gymnasium.Env
        The environment; it is not changed.
    vocabulary : Vocabulary or mapping of str to str
        Proposition names and what each means in English.
    labeller : callable
        ``labeller(observation)``, ``labeller(observation, info)`` or ``labeller(observation, info, env)``;
        called with as many arguments as it takes, after reset and after each step. It returns the names of
        the propositions that hold, and must not change the environment or the observation.

    Returns
    -------
    LabelledEnv
        With ``info["label"]``, an int bit mask over the vocabulary (bit i is the i-th name).

    Raises
    ------
    LabelError
        If the labeller takes a wrong number of arguments. While running: if it raises, returns a name that
        is not in the vocabulary, or changes the environment.

    Examples
    --------
    >>> import gymnasium
    >>> env = label(gymnasium.make("CartPole-v1"), {"right": "the cart is on the right"},
    ...             lambda observation: ["right"] if observation[0] > 0 else [])
    >>> observation, info = env.reset(seed=1)
    >>> info["label"]
    1
    """
    return LabelledEnv(env, vocabulary, labeller)


class LabelledEnv(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """An environment with ``info["label"]``; made by `label`.

    Attributes
    ----------
    vocabulary : Vocabulary
        Proposition names in bit order, with their English.
    labeller : callable
        The function that was given.
    name : str
        Name of the env file that describes it; empty where there is none.
    """

    name = ""

    def __init__(
        self, env: gym.Env[Any, Any], vocabulary: Vocabulary | Mapping[str, str], labeller: Labeller
    ) -> None:
        from lantern.logic import Vocabulary

        # What was given is kept, so that Gymnasium can write the wrapper into the environment's spec.
        given: dict[str, Any] = {"vocabulary": vocabulary, "labeller": labeller}
        RecordConstructorArgs.__init__(self, _disable_deepcopy=True, **given)
        super().__init__(env)
        self.vocabulary = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary(vocabulary)
        self.labeller = labeller
        self._bits = {name: 1 << index for index, name in enumerate(self.vocabulary)}
        self._arity = arity(labeller)
        self._names = self._with_two_arguments()
        self._unchecked = _CHECKED_LABELS
        self._level: TabularModel | None = None  # of a level that never changes

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Reset, and label the first observation."""
        observation, info = self.env.reset(seed=seed, options=options)
        info["label"] = self._mask(observation, info)
        return observation, info

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Step, and label what came of it."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        info["label"] = self._mask(observation, info)
        return observation, reward, terminated, truncated, info

    def observe(self, observation: Any, info: Mapping[str, Any] | None = None) -> frozenset[str]:
        """Names that hold in an observation; the same as the labeller says, checked."""
        names: frozenset[str] = self.vocabulary.label(self._mask(observation, dict(info or {})))
        return names

    def tabular(self) -> TabularModel | None:
        """Enumerate a finite environment: one that lists its transitions (toy-text), or `OneLevel`.

        Returns
        -------
        TabularModel or None
            None where the environment is not finite, or where labels depend on more than its state.
        """
        from lantern.envs.one_level import OneLevel
        from lantern.envs.toy_text import enumerate_transitions

        if isinstance(self.env, OneLevel):
            if self._level is None:
                self._level = self.env.labelled_model(self._mask_of_state)
            return self._level
        if self._arity != 1:
            return None
        return enumerate_transitions(self.env, lambda state: self._mask(state, {}))

    def catalogue(self) -> Catalogue | None:
        """Say what each observation index of :meth:`tabular` means, where the environment can tell."""
        from lantern.envs.one_level import OneLevel

        if not isinstance(self.env, OneLevel):
            return None
        model = self.tabular()
        return None if model is None else self.env.catalogue(model, len(self.vocabulary))

    def _mask_of_state(self, number: int, level: gym.Env[Any, Any]) -> int:
        names = self.labeller(*(number, {}, level)[: self._arity])
        return sum(self._bits[name] for name in set(names))

    def _mask(self, observation: Any, info: dict[str, Any]) -> int:
        if self._unchecked:
            self._unchecked -= 1
            self._require_pure(observation, info)
        try:
            names = self._names(observation, info)
        except LabelError:
            raise
        except Exception as error:
            raise LabelError(raised(self.labeller, error)) from error
        mask, bits = 0, self._bits
        try:
            for name in names:
                mask |= bits[name]
        except (KeyError, TypeError):
            raise LabelError(self._wrong_names(names)) from None
        return mask

    def _with_two_arguments(self) -> Labeller:
        """Make any labeller one of (observation, info)."""
        labeller = self.labeller
        if self._arity == 1:
            return lambda observation, info: labeller(observation)
        # A bound method, not a closure over env: a deep copy must look at its own environment.
        return labeller if self._arity == 2 else self._names_with_env

    def _names_with_env(self, observation: Any, info: dict[str, Any]) -> Iterable[str]:
        return self.labeller(observation, info, self.env)

    def _require_pure(self, observation: Any, info: dict[str, Any]) -> None:
        """Label once more than needed and compare everything before and after."""
        before = snapshot(self.env, observation, info)
        self._mask(observation, info)
        changed = changes(before, snapshot(self.env, observation, info))
        if changed:
            raise LabelError(
                f"The labeller {where(self.labeller)} changes {', '.join(changed[:3])}. A labeller only "
                "looks: let it work on a copy, and draw no random numbers from the environment."
            )

    def _wrong_names(self, names: Any) -> str:
        place = f"The labeller {where(self.labeller)}"
        if isinstance(names, str) or not isinstance(names, Iterable):
            return (
                f"{place} returned {names!r}; it must return the names that hold, for example [] or "
                f"[{self.vocabulary.names[0]!r}]."
            )
        listed = list(names)
        wrong = next((name for name in listed if name not in self._bits), listed)
        hint = nearest(str(wrong), self.vocabulary.names)
        return f"{place} returned {wrong!r}, which is not a proposition of this environment. {hint}"


class AlreadyLabelled(gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """A labelled environment in other wrappers, which shows its vocabulary on the outside again."""

    name = ""

    def __init__(self, env: gym.Env[Any, Any], vocabulary: Vocabulary) -> None:
        given: dict[str, Any] = {"vocabulary": vocabulary}
        RecordConstructorArgs.__init__(self, _disable_deepcopy=True, **given)
        super().__init__(env)
        self.vocabulary = vocabulary


def arity(labeller: Labeller) -> int:
    """How many of (observation, info, env) a labeller takes.

    Raises
    ------
    LabelError
        If it takes none, or needs more than three.
    """
    try:
        parameters = inspect.signature(labeller).parameters.values()
    except (TypeError, ValueError):
        return 1
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return 3
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    # Defaults may hold settings of the labeller, so an optional parameter counts by its name only.
    required = sum(p.default is p.empty or p.name in ("info", "env") for p in positional)
    if not positional or required > 3:
        raise LabelError(
            f"The labeller {where(labeller)} must take (observation), (observation, info) or "
            f"(observation, info, env), not {inspect.signature(labeller)}. Change its parameters."
        )
    return max(1, required)


def where(function: Any) -> str:
    """Name of a function and where it stands, for error messages."""
    target = function if inspect.isroutine(function) or inspect.isclass(function) else type(function)
    name = f"{target.__module__}:{target.__qualname__}"
    try:
        file, line = inspect.getsourcefile(target), inspect.getsourcelines(target)[1]
    except (OSError, TypeError):
        return name
    return f"{name} ({file}, line {line})"


def raised(function: Any, error: Exception) -> str:
    """Say which line of a user's function raised what."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f", {trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}" if trace is not None else ""
    return (
        f"The labeller {where(function)} raised {type(error).__name__}: {error}{place}. "
        "Mend it there; it is called after every reset and step with (observation[, info[, env]])."
    )
