"""The flat form in which a language model gives a task: stages and constraints, propositions from a list.

Small models fail on nested trees and on formulas; they cope with two flat lists. The schema stays within what
all servers enforce: no references, no unions at the root, every field required. Whatever comes back is
checked here again, since servers have been seen to accept a schema and ignore it.
"""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    from lantern.logic import Vocabulary

How = Literal["all", "any", "together"]
Order = Literal["then", "next", "strict", "once"]
Kind = Literal[
    "never",
    "always",
    "not_until",
    "hold_until",
    "never_after",
    "whenever_now",
    "whenever_next",
    "whenever_later",
    "always_next_iff",
    "at_least",
    "at_most",
    "exactly",
    "end_with",
]
COUNTED = ("at_least", "at_most", "exactly")
ALONE = ("never", "always", "end_with", *COUNTED)
NEGATION = "not "


class PlanError(Exception):
    """An answer that cannot be used; the message is written for the model.

    Parameters
    ----------
    message : str
        What is wrong.
    against_schema : bool
        Whether a server that enforces the schema would never have let it through.
    """

    def __init__(self, message: str, against_schema: bool = True) -> None:
        super().__init__(message)
        self.against_schema = against_schema


class Stage(BaseModel):
    """One stage of a task: goals to be met in any order, or one of them, or all at the same step."""

    model_config = ConfigDict(extra="ignore")

    how: How
    what: tuple[str, ...] = Field(min_length=1)


class Constraint(BaseModel):
    """One rule over the whole episode; `other` is what it is relative to, `count` a number of visits."""

    model_config = ConfigDict(extra="ignore")

    kind: Kind
    what: tuple[str, ...] = Field(min_length=1)
    other: tuple[str, ...] = ()
    count: int = Field(default=1, ge=0, le=100)


class Plan(BaseModel):
    """A task as a language model gives it.

    Attributes
    ----------
    unknown : tuple of str
        Words of the text that no proposition covers.
    stages : tuple of Stage
        What to reach, one stage after the other.
    order : {"then", "next", "strict", "once"}
        How strictly the stages follow each other (as `lantern.language.ast.Sequence`).
    constraints : tuple of Constraint
        Rules over the whole episode.
    """

    model_config = ConfigDict(extra="ignore")

    unknown: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    order: Order = "then"
    constraints: tuple[Constraint, ...] = ()


def schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """JSON schema of a plan whose propositions are those of a vocabulary, or their negations."""
    literals = [*vocabulary.names, *(NEGATION + name for name in vocabulary.names)]
    some = {"type": "array", "items": {"type": "string", "enum": literals}}
    words = {"type": "array", "items": {"type": "string"}}
    stage = _closed(how=_enum(How), what=some)
    constraint = _closed(kind=_enum(Kind), what=some, other=some, count={"type": "integer"})
    return _closed(
        unknown=words,
        stages={"type": "array", "items": stage},
        order=_enum(Order),
        constraints={"type": "array", "items": constraint},
    )


def _closed(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _enum(choices: Any) -> dict[str, Any]:
    return {"type": "string", "enum": list(get_args(choices))}


def extract_json(text: str) -> Any:
    """JSON object in an answer that may be wrapped in thoughts, prose or a fence.

    Raises
    ------
    PlanError
        If there is none, or it is cut off or malformed.
    """
    text = text.rpartition("</think>")[2]
    decoder = json.JSONDecoder()
    problem = "there is no JSON object in it"
    start = text.find("{")
    while start >= 0:
        try:
            found = decoder.raw_decode(text, start)[0]
        except json.JSONDecodeError as error:
            if problem.startswith("there"):
                problem = f"it is malformed at character {error.pos - start}: {error.msg}"
        else:
            # The inner objects of a broken plan are valid JSON too, but have none of its keys.
            if found.keys() & Plan.model_fields.keys():
                return found
            problem = f"the object has none of the keys {', '.join(Plan.model_fields)}"
        start = text.find("{", start + 1)
    raise PlanError(f"Your answer cannot be read: {problem}. Answer with one JSON object and nothing else.")


def read_plan(text: str, vocabulary: Vocabulary) -> Plan:
    """Read a model's answer.

    Raises
    ------
    PlanError
        If it is not JSON, does not follow the schema, or names an unknown proposition.
    """
    try:
        plan = Plan.model_validate(extract_json(text))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the object"
        raise PlanError(f"Your answer does not follow the schema at {where}: {first['msg']}.") from None
    _check(plan, vocabulary)
    return plan


def _check(plan: Plan, vocabulary: Vocabulary) -> None:
    if not (plan.stages or plan.constraints or plan.unknown):
        raise PlanError("Your answer is empty: it has no stage and no constraint.", against_schema=False)
    for literal in _literals(plan):
        name = literal.removeprefix(NEGATION)
        if name not in vocabulary:
            near = difflib.get_close_matches(name, vocabulary.names, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise PlanError(
                f"There is no proposition {name!r}. {hint}Use only: {', '.join(vocabulary.names)}. "
                "Words of the task that none of them covers belong into 'unknown'."
            )
    for rule in plan.constraints:
        if rule.kind not in ALONE and not rule.other:
            message = f"The constraint {rule.kind!r} needs propositions in 'other'."
            raise PlanError(message, against_schema=False)


def _literals(plan: Plan) -> list[str]:
    named = [literal for stage in plan.stages for literal in stage.what]
    for rule in plan.constraints:
        named += [*rule.what, *rule.other]
    return named
