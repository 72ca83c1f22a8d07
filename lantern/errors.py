"""Errors a user can meet. Every message says what is wrong, where, and what to do next."""

from __future__ import annotations


class LanternError(Exception):
    """Root of all errors that LANTERN raises on purpose.

    Attributes
    ----------
    status : int
        Exit status of the command line: 2 where the user's input is wrong, 1 where the work failed.
    """

    status = 2


class TranslationError(LanternError):
    """English that cannot be translated, names something unknown, contradicts itself or is always true."""


class FormulaError(LanternError):
    """A formula that cannot be read, or an automaton that cannot be built from it."""


class ContentError(LanternError):
    """A bad file of the workspace: unknown name, wrong key or value, missing file."""


class LabelError(LanternError):
    """A labelling that fails, returns unknown propositions or disturbs its environment."""


class TeacherError(LanternError):
    """A teacher file that is damaged, foreign or does not fit."""


class EnvError(LanternError):
    """An environment that LANTERN cannot use as it stands."""


class SurrogateError(LanternError):
    """A surrogate that is asked outside what it knows, cannot be fitted, or whose file is damaged."""
