"""What an ``envs/*.yaml`` file of ``kind: gymnasium`` holds."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from lantern.envs.conditions import Variable


class TimeLimitFile(BaseModel):
    """When episodes are cut, and how the environment tells."""

    model_config = ConfigDict(extra="forbid")

    steps: PositiveInt
    #: "termination": the environment itself ends episodes at this step and calls it termination, which would
    #: teach an agent that the future is worth nothing there; it is turned into a truncation.
    reported_as: Literal["truncation", "termination"] = "truncation"


class WrapperFile(BaseModel):
    """A Gymnasium wrapper and its arguments."""

    model_config = ConfigDict(extra="forbid")

    wrapper: str
    kwargs: dict[str, Any] = Field(default_factory=dict)


class PropositionFile(BaseModel):
    """One proposition: its English, and when it holds."""

    model_config = ConfigDict(extra="forbid")

    sentence: str
    synonyms: tuple[str, ...] = ()
    opposite: str | None = None
    when: dict[str, Any] | None = None


class EnvFile(BaseModel):
    """An environment from anywhere, with its propositions.

    Attributes
    ----------
    env : str
        A Gymnasium id (``CartPole-v1``, ``module:Id-v0``) or an import path (``module:callable``).
    needs : str
        What to install where it is missing, as pip takes it.
    imports : list of str
        Modules to import first, so that they register their ids.
    kwargs : dict
        Arguments of the environment.
    wrappers : list
        Gymnasium wrappers from the inside out, as ``module:Class`` with optional ``kwargs``. Labels are read
        from what they return.
    agent_wrappers : list
        The same around the labels: agents see what they return, labels do not. For scaling observations.
    time_limit : int or mapping
        Steps after which an episode is truncated.
    variables : dict
        Named quantities of the observation or info, with units.
    propositions : dict
        Name -> English sentence, or a mapping with ``sentence``, ``synonyms``, ``opposite`` and ``when``.
    labeller : str
        For propositions without ``when``: ``module:function``, ``file.py:function`` beside the env file, or
        the name of a shipped labeller, whose own conditions ``when`` may then use.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["gymnasium"]
    description: str = ""
    env: str
    needs: str = ""
    imports: list[str] = Field(default_factory=list)
    kwargs: dict[str, Any] = Field(default_factory=dict)
    wrappers: list[WrapperFile] = Field(default_factory=list)
    agent_wrappers: list[WrapperFile] = Field(default_factory=list)
    time_limit: TimeLimitFile | None = None
    variables: dict[str, Variable] = Field(default_factory=dict)
    propositions: dict[str, PropositionFile] = Field(min_length=1)
    labeller: str | None = None

    @field_validator("wrappers", "agent_wrappers", mode="before")
    @classmethod
    def _short_wrappers(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [{"wrapper": entry} if isinstance(entry, str) else entry for entry in value]

    @field_validator("time_limit", mode="before")
    @classmethod
    def _short_limit(cls, value: Any) -> Any:
        return {"steps": value} if isinstance(value, int) else value

    @field_validator("propositions", mode="before")
    @classmethod
    def _short_propositions(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            name: {"sentence": entry} if isinstance(entry, str) else entry for name, entry in value.items()
        }
