"""What a check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

#: "ok": as it should be; "note": good to know; "warning": results may suffer; "error": will not work.
Level: TypeAlias = Literal["ok", "note", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Parameters
    ----------
    topic : str
        What was looked at: contract, spaces, observations, actions, seeding, time limit, labels,
        propositions, product, speed, model.
    level : {"ok", "note", "warning", "error"}
        How much it matters.
    message : str
        What was found.
    remedy : str
        What to do about it; empty where there is nothing to do.
    figures : mapping
        Numbers behind the message, for tables.
    """

    topic: str
    level: Level
    message: str
    remedy: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)


def ok(topic: str, message: str, **figures: Any) -> Finding:
    """Something as it should be."""
    return Finding(topic, "ok", message, "", figures)


def note(topic: str, message: str, remedy: str = "", **figures: Any) -> Finding:
    """Something good to know."""
    return Finding(topic, "note", message, remedy, figures)


def warning(topic: str, message: str, remedy: str, **figures: Any) -> Finding:
    """Something that results may suffer from."""
    return Finding(topic, "warning", message, remedy, figures)


def failure(topic: str, message: str, remedy: str, **figures: Any) -> Finding:
    """Something that will not work."""
    return Finding(topic, "error", message, remedy, figures)
