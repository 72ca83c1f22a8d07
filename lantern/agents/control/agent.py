"""Control agents: one class, told apart by what they learn from."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.control.comparison import Comparison
from lantern.agents.control.judge import Judge, Verdict
from lantern.agents.control.lesson import ControlLesson
from lantern.agents.control.policies import Fixed, Network, Policy, Rule, still
from lantern.agents.control.search import improve
from lantern.agents.control.settings import ControlSettings
from lantern.agents.control.show import episode
from lantern.agents.control.task import BOUNDS, ControlTask
from lantern.agents.run import Curve, Run, Trust

if TYPE_CHECKING:
    from lantern.agents.config import AgentConfig
    from lantern.envs import TaskEnv
    from lantern.surrogates.process import PlantSurrogate
    from lantern.transfer import Teacher

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stage:
    """Where a controller has got to.

    Attributes
    ----------
    steps : int
        Control steps of the site that it has used.
    policy : Policy
    trust : tuple of (tuple of str, float64[arms, U]) or None
        Of a gate: names of its arms, and their weights.
    """

    steps: int
    policy: Policy
    trust: tuple[tuple[str, ...], Floats] | None = None


@dataclass
class ControlAgent:
    """A controller of an incineration line.

    Parameters
    ----------
    config : AgentConfig
        ``control`` says which; ``deep`` holds the settings of SAC.
    task_env : TaskEnv
        An environment of kind ``emission_control`` with a task.
    teachers : sequence of Teacher
        Controllers of other sites.
    seed : int
        Of everything random. The days that controllers are judged on are the same for all seeds.

    Raises
    ------
    LanternError
        If the environment is no incineration line.
    """

    config: AgentConfig
    task_env: TaskEnv
    teachers: Sequence[Teacher] = ()
    seed: int = 0
    settings: ControlSettings = field(init=False)
    task: ControlTask = field(init=False)

    def __post_init__(self) -> None:
        self.settings = self.config.control or ControlSettings()
        self.task = ControlTask.of(self.task_env, self.settings.aim)
        self.teachers = tuple(self.teachers) if self.config.use_teachers else ()
        self.alignment: dict[str, Any] | None = None
        self.known: dict[str, NDArray[Any]] = {}
        self.used = 0  # a search counts its steps as it goes; they may be more than it was given
        self.portrait: dict[str, Any] | None = None
        self.rng = np.random.default_rng([self.seed, 0xC0])

    def learn(self, steps: int, *, evaluate_every: int = 500, episodes: int = 10) -> Run:
        """Learn with so many control steps of the site; see :class:`lantern.agents.Agent`.

        Evaluations are days on the simulator with unseen waste, ``episodes`` of them. Steps count what the
        site itself had to do, be it to be recorded, tried or learned on; what a model does costs none.
        """
        started = time.perf_counter()
        judge = Judge(self.task, episodes)
        marks = np.unique(np.append(np.arange(0, steps, evaluate_every), steps))
        stages = [Stage(0, still)]
        verdicts: list[Verdict] = []
        coming = self.course(steps, evaluate_every)
        following = next(coming, None)
        for mark in marks:
            fresh = not verdicts
            while following is not None and following.steps <= mark:
                stages.append(following)
                fresh, following = True, next(coming, None)
            verdicts.append(judge(stages[-1].policy) if fresh else verdicts[-1])
        last = stages[-1].policy
        arrays = {**(last.arrays() if isinstance(last, (Rule, Network)) else {}), **self.known}
        used = max(steps, self.used)
        lesson = ControlLesson(
            self.config, self.task_env, self.task, arrays, verdicts[-1].days, used, self.seed
        )
        return Run(
            curve=curve(marks, verdicts, self.task.steps_of_day),
            trust=trust(stages),
            alignment=self.alignment,
            policy=arrays,
            episode=episode(self.task, verdicts[-1].days, judge.usual, self.portrait),
            source_steps=sum(teacher.steps for teacher in self.teachers),
            steps=steps,
            seconds=time.perf_counter() - started,
            lesson=lesson,
        )

    def course(self, steps: int, every: int) -> Iterator[Stage]:
        """What the controller does, in the order of the site's steps that it takes."""
        method, plant = self.settings.method, self.settings.plant
        if method == "sac" and plant == "site":
            from lantern.agents.control.sac import Learner

            learner = Learner(self.task, "simulator", self.config.deep, self.config.discount, self.seed)
            for done, network in learner.pieces(steps, every):
                yield Stage(done, network)
        elif method == "search" and plant == "site":
            comparison = Comparison(self.task, "simulator", self.settings.search)
            rule = improve(comparison, self.nothing(), self.settings.search, self.rng)
            self.used = comparison.steps
            yield Stage(min(comparison.steps, steps), rule)
        elif method == "lantern":
            from lantern.agents.control.transfer import transfer

            yield from transfer(self, steps)
        elif method != "usual":
            yield from self.on_surrogate(steps)

    def on_surrogate(self, steps: int) -> Iterator[Stage]:
        """Record the site, adapt a surrogate, and learn on that alone."""
        used = min(self.task.steps_of(self.settings.record_hours), steps)
        model = self.surrogate(used)
        if self.settings.method == "sac":
            from lantern.agents.control.sac import Learner

            learner = Learner(self.task, model, self.config.deep, self.config.discount, self.seed)
            learner.learn(self.settings.model_steps)
            yield Stage(used, learner.policy())
            return
        if self.settings.method == "screening":
            yield Stage(used, self.screened(model))
            return
        comparison = Comparison(self.task, model, self.settings.search)
        yield Stage(used, improve(comparison, self.nothing(), self.settings.search, self.rng, fire=False))

    def surrogate(self, steps: int) -> PlantSurrogate:
        """The surrogate of the site, adapted with so many steps of record; what it is like is noted."""
        from lantern.agents.control.models import site_model
        from lantern.agents.control.portrait import portrait

        model = site_model(self.task, self.teachers, steps, self.seed)
        self.portrait = portrait(model, self.task, str(self.teachers[0].env.get("name", "")))
        return model

    def screened(self, model: Any) -> Fixed:
        """Fixed set-points that a surrogate finds best, chosen off line."""
        from lantern.envs.incinerator.control.screening import screen
        from lantern.envs.incinerator.standards import find_standard

        standard = find_standard(self.task.settings.standard).name
        candidates = 2 ** int(np.log2(self.settings.search.rounds * self.settings.search.candidates))
        found = screen(self.task.site, model, candidates=candidates, standard=standard, seed=self.seed)
        return Fixed(found.trims / BOUNDS)

    def nothing(self) -> Rule:
        """The rule of usual control at this site."""
        return Rule.nothing(self.task.dfa.n_states, self.task.site, self.task.settings.standard)


def curve(marks: NDArray[np.int64], verdicts: Sequence[Verdict], length: int) -> Curve:
    """The evaluations as a run keeps them."""
    names = verdicts[0].metrics
    return Curve(
        step=marks.astype(np.int64),
        success=np.array([one.success for one in verdicts]),
        length=np.full(len(marks), float(length)),
        return_=np.array([one.worth for one in verdicts]),
        metrics={name: np.array([one.metrics[name] for one in verdicts]) for name in names},
    )


def trust(stages: Sequence[Stage]) -> Trust | None:
    """The gate over time; None where there is none."""
    noted = [(stage.steps, stage.trust) for stage in stages if stage.trust is not None]
    if not noted:
        return None
    arms = noted[0][1][0]
    weight = np.stack([weights for _, (_, weights) in noted])
    return Trust(np.array([steps for steps, _ in noted], np.int64), arms, weight)
