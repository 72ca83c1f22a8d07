"""The sweep file: what a user writes to compare agents on tasks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from lantern import content

Count = Annotated[int, Field(ge=1)]
Scalar = bool | int | float | str | None


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TaskEntry(_Section):
    """A task: its name or path as plain text, or a mapping with English or a formula."""

    name: str | None = Field(default=None, description="a file of tasks/, by name or path")
    text: str | None = Field(default=None, description="the task in English")
    formula: str | None = Field(default=None, description="the task in LTLf")
    translator: str = Field(default="auto", description="who translates the text: auto, grammar or llm")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one(self) -> Self:
        written = self.text is not None or self.formula is not None
        if written == (self.name is not None):
            raise ValueError("give the task as a name, or as a mapping with `text:` (English) or `formula:`")
        return self


class SourceEntry(_Section):
    """A source: an environment and a task to learn a teacher on, or the file of a saved teacher."""

    env: str | None = None
    task: TaskEntry | None = None
    teacher: str | None = Field(default=None, description="a saved teacher, instead of env and task")
    name: str | None = Field(
        default=None, description="name of the source; made from env and task by default"
    )
    agent: str | None = Field(
        default=None, description="agent to train it with; that of `teachers` by default"
    )
    steps: Count | None = Field(default=None, description="environment steps; those of `teachers` by default")
    settings: dict[str, Any] = Field(default_factory=dict, description="settings of that agent to change")

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.teacher is None) == (self.env is None):
            raise ValueError("a source needs either `env:` and `task:`, or `teacher:`")
        if self.env is not None and self.task is None:
            raise ValueError("a source with `env:` needs a `task:`")
        return self


def _kind_of_sources(value: Any) -> str:
    return "conditions" if isinstance(value, dict) else "list"


# One set of sources, or several under the names of conditions, to be compared with each other.
Sources = Annotated[
    Annotated[list[SourceEntry], Tag("list")] | Annotated[dict[str, list[SourceEntry]], Tag("conditions")],
    Discriminator(_kind_of_sources),
]


def check_seeds(value: Any) -> Any:
    """Accept a number of seeds, or a list of different ones."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
        return value
    listed = isinstance(value, list) and value and all(isinstance(seed, int) for seed in value)
    if not listed or min(value) < 0 or len(set(value)) < len(value):
        raise ValueError("expected a number of seeds, 1 or more, or a list of different seeds, 0 or more")
    return value


class Evaluation(_Section):
    """When and how long the greedy policy is evaluated."""

    every: Count = Field(default=500, description="environment steps between evaluations")
    episodes: Count = Field(default=10, description="episodes of an evaluation")


class TeacherEntry(_Section):
    """How sources are learned, unless a source says otherwise."""

    agent: str = "crm_shaping"
    steps: Count | None = Field(default=None, description="environment steps; those of the sweep by default")
    settings: dict[str, Any] = Field(default_factory=dict)
    evaluate: Evaluation | None = Field(default=None, description="as in the sweep by default")


class _Budget(_Section):
    """How long and how often a run is made; what is not given is taken from the sweep."""

    seeds: int | list[int] | None = None
    steps: Count | None = None
    evaluate: Evaluation | None = None

    _seeds = field_validator("seeds", mode="before")(check_seeds)


class TargetEntry(_Budget):
    """A target: where and what to learn, with sources of its own or those of the sweep."""

    env: str
    task: TaskEntry
    name: str | None = Field(default=None, description="name of the target; that of its task by default")
    group: str | None = Field(default=None, description="name for several targets, for `targets:` of agents")
    sources: Sources | None = Field(default=None, description="those of the sweep by default")
    teachers: TeacherEntry | None = Field(default=None, description="that of the sweep by default")
    threshold: Annotated[float, Field(gt=0, le=1)] | None = None


class Range(_Section):
    """Values to tune over: an interval, or a plain list of choices."""

    low: float | None = None
    high: float | None = None
    log: bool = False
    integer: bool = False
    choices: list[Scalar] | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"choices": value} if isinstance(value, list) else value

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.choices is not None:
            if not self.choices or self.low is not None or self.high is not None:
                raise ValueError("give either an interval or a list of at least one choice")
        elif self.low is None or self.high is None or self.low >= self.high:
            raise ValueError("an interval needs `low:` below `high:`")
        elif self.log and self.low <= 0:
            raise ValueError("a logarithmic interval needs `low:` above 0")
        return self


class Tuning(_Section):
    """How to tune an agent before the sweep: on seeds of its own, never those of the comparison."""

    space: dict[str, Range] = Field(description="setting to an interval or a list of choices", min_length=1)
    trials: Count = 30
    seeds: Count = 3
    metric: Literal["auc", "steps_to_threshold"] = "auc"


class AgentEntry(_Budget):
    """An agent: its name or path as plain text, or a mapping with settings to change, vary or tune."""

    agent: str
    targets: list[str] | None = Field(
        default=None, description="names or groups of the targets it runs on; all by default", min_length=1
    )
    conditions: list[str] | None = Field(
        default=None, description="conditions of sources it runs in; all by default", min_length=1
    )
    name: str | None = Field(default=None, description="name in tables; that of the agent by default")
    settings: dict[str, Any] = Field(default_factory=dict, description="settings to change")
    grid: dict[str, list[Scalar]] = Field(default_factory=dict, description="setting to a list of values")
    tune: Tuning | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"agent": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _disjoint(self) -> Self:
        if any(not values for values in self.grid.values()):
            raise ValueError("every setting of a grid needs at least one value")
        if self.grid and self.tune:
            raise ValueError("an agent is either varied over a `grid:` or tuned with `tune:`, not both")
        varied = set(self.grid) | set(self.tune.space if self.tune else ())
        if both := sorted(varied & set(self.settings)):
            raise ValueError(f"{both[0]!r} is given both in `settings:` and as something to vary")
        return self


@dataclass(frozen=True)
class Budget:
    """How long and how often one agent runs on one target, everything filled in.

    Attributes
    ----------
    seeds : tuple of int
    steps, every : int
        Environment steps of a run, and between two evaluations.
    episodes : int
        Episodes of an evaluation.
    """

    seeds: tuple[int, ...]
    steps: int
    every: int
    episodes: int

    @property
    def evaluate(self) -> dict[str, int]:
        """What a sweep file says under ``evaluate:``."""
        return {"every": self.every, "episodes": self.episodes}


class SweepFile(_Section):
    """A whole sweep file.

    ``target`` gives one target, ``targets`` a list; ``sources`` are those of every target that names none.
    Sources are a list, or a mapping of conditions (aligned, irrelevant, ...) to lists.
    """

    description: str = ""
    target: TargetEntry | None = None
    targets: list[TargetEntry] = Field(default_factory=list)
    sources: Sources = Field(default_factory=list)
    teachers: TeacherEntry = TeacherEntry()
    agents: Annotated[list[AgentEntry], Field(min_length=1)]
    baseline: str | None = Field(default=None, description="agent that ratios refer to; the first by default")
    references: list[str] = Field(
        default_factory=list, description="further agents that every agent is compared with"
    )
    seeds: int | list[int] = Field(default=20, description="how many, or a list of them")
    steps: Count = 100_000
    evaluate: Evaluation = Evaluation()
    threshold: Annotated[float, Field(gt=0, le=1)] = 0.9
    timeout: Annotated[float, Field(gt=0)] = Field(
        default=6 * 3600.0, description="longest time a job may take, in s"
    )
    memory: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="most memory a worker may take, in GiB; its share of the machine by default"
    )

    _seeds = field_validator("seeds", mode="before")(check_seeds)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.target is None) == (not self.targets):
            raise ValueError("give either `target:` or a list of `targets:`")
        if self.evaluate.every > self.steps:
            raise ValueError(f"evaluate.every ({self.evaluate.every}) is more than steps ({self.steps})")
        return self

    @property
    def all_targets(self) -> list[TargetEntry]:
        """The targets, however they were given."""
        return [self.target] if self.target is not None else self.targets

    def budget(self, target: TargetEntry, agent: AgentEntry | None = None) -> Budget:
        """Say how long an agent runs on a target: the agent's own word counts first, then the target's."""
        asked = [one for one in (agent, target) if one is not None]
        seeds = next((one.seeds for one in asked if one.seeds is not None), self.seeds)
        evaluate = next((one.evaluate for one in asked if one.evaluate is not None), self.evaluate)
        return Budget(
            seeds=tuple(range(seeds)) if isinstance(seeds, int) else tuple(seeds),
            steps=next((one.steps for one in asked if one.steps is not None), self.steps),
            every=evaluate.every,
            episodes=evaluate.episodes,
        )

    def sources_of(self, target: TargetEntry) -> dict[str, list[SourceEntry]]:
        """Sources of one target by condition; plain lists stand under the condition ``""``."""
        found = self.sources if target.sources is None else target.sources
        return dict(found) if isinstance(found, dict) else {"": found}


def read_sweep(file: str | Path) -> tuple[Path, SweepFile, content.Lines]:
    """Find, read and validate a sweep file.

    Parameters
    ----------
    file : str or Path
        Name or path of a sweep.

    Raises
    ------
    ContentError
        Naming the file, the line and the key.
    """
    path = content.find("experiments", file)
    data, lines = content.load_yaml(path)
    return path, content.validate(data, SweepFile, path, lines), lines
