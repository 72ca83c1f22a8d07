"""The sentence a report opens on, computed from the results, and honest whichever way they came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lantern.experiments.report.measures import FEW_SEEDS, FEWEST_SEEDS, Measure, Measures, Ratio
from lantern.experiments.report.methods import hero as find_hero
from lantern.experiments.report.methods import title
from lantern.experiments.report.number import count, count_interval, listing, percent, percent_interval

Kind = Literal["plain", "strong", "interval"]


@dataclass(frozen=True)
class Span:
    """A piece of a sentence, and how it is set."""

    text: str
    kind: Kind = "plain"


@dataclass(frozen=True)
class Answer:
    """What a report says first.

    Attributes
    ----------
    headline : tuple of Span
        One sentence.
    points : tuple of str
        What a careful reader asks next, a sentence each.
    warnings : tuple of str
        What limits the answer.
    """

    headline: tuple[Span, ...]
    points: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def text(self) -> str:
        """The headline as plain text."""
        return "".join(span.text for span in self.headline)


def answer(measures: Measures) -> Answer:
    """Say what the results show.

    Parameters
    ----------
    measures : Measures
        The numbers.
    """
    agent = find_hero(measures.agents, measures.baseline)
    warnings = tuple(_warnings(measures))
    if agent is None:
        return Answer(
            (Span("No run of this sweep has finished yet, so there is nothing to compare."),), (), warnings
        )
    return Answer(tuple(_headline(measures, agent)), tuple(_points(measures, agent)), warnings)


def _headline(measures: Measures, agent: str) -> Iterator[Span]:
    cells = [cell for cell in measures.table.values() if cell.agent == agent]
    goal = measures.goal
    if all(cell.reached == 0 for cell in measures.table.values()):
        yield from _nobody(measures, goal)
    elif not all(cell.median.finite for cell in cells):
        yield from _not_there(measures, agent, cells, goal)
    elif measures.baseline is None or measures.baseline == agent:
        yield from _alone(agent, cells, goal)
    elif not any(
        measures.table[cell.target, measures.baseline].median.finite for cell in _common(measures, cells)
    ):
        yield from _only_us(measures, agent, cells, goal)
    else:
        yield from _against(measures, agent, measures.baseline, cells, goal)


def _common(measures: Measures, cells: list[Measure]) -> list[Measure]:
    """Cells on targets where the baseline has runs too."""
    return [cell for cell in cells if (cell.target, measures.baseline) in measures.table]


def _nobody(measures: Measures, goal: str) -> Iterator[Span]:
    best = max(measures.table.values(), key=lambda cell: cell.final.value)
    yield Span("No agent", "strong")
    yield Span(f" reached {goal} {measures.within}; the best, {title(best.agent)}, ended at ")
    yield Span(percent(best.final.value), "strong")
    yield from _bracket(percent_interval(best.final.interval))
    yield Span(f"{_on(best.target, measures)}.")


def _not_there(measures: Measures, agent: str, cells: list[Measure], goal: str) -> Iterator[Span]:
    short = [cell for cell in cells if not cell.median.finite]
    runs, there = sum(cell.runs for cell in short), sum(cell.reached for cell in short)
    yield Span(f"{_start(agent)} ")
    yield Span("did not get there", "strong")
    where = f" on {listing([cell.target for cell in short])}" if len(measures.targets) > 1 else ""
    reached = f"only {there} of {runs}" if there else f"none of {runs}"
    yield Span(f"{where}: {reached} {_seeds(runs)} reached {goal} {measures.within}")
    baseline = measures.baseline
    if baseline is None or baseline == agent:
        yield Span(".")
        return
    theirs = [cell for cell in measures.table.values() if cell.agent == baseline]
    theirs = [cell for cell in theirs if cell.target in {mine.target for mine in short}]
    if theirs:
        yield Span(
            f"; {title(baseline)} did in {sum(c.reached for c in theirs)} of {sum(c.runs for c in theirs)}"
        )
    yield Span(".")


def _alone(agent: str, cells: list[Measure], goal: str) -> Iterator[Span]:
    yield Span(f"{_start(agent)} reached {goal} after ")
    for index, cell in enumerate(cells):
        yield Span(", and " if 0 < index == len(cells) - 1 else ", " if index else "")
        yield Span(f"{count(cell.median.value)} steps", "strong")
        yield from _bracket(count_interval(cell.median.interval))
        yield Span(f" on {cell.target}" if len(cells) > 1 else "")
    yield Span(" (median over seeds).")


def _only_us(measures: Measures, agent: str, cells: list[Measure], goal: str) -> Iterator[Span]:
    baseline = measures.baseline or ""
    theirs = [cell for cell in measures.table.values() if cell.agent == baseline]
    yield from list(_alone(agent, cells, goal))[:-1]
    runs, there = sum(cell.runs for cell in theirs), sum(cell.reached for cell in theirs)
    yield Span(f"; {title(baseline)} got there in ")
    yield Span(f"{there} of {runs}", "strong")
    yield Span(f" {_seeds(runs)} {measures.within}.")


def _against(
    measures: Measures, agent: str, baseline: str, cells: list[Measure], goal: str
) -> Iterator[Span]:
    overall = measures.overall(agent, baseline)
    ratio = overall.ratio
    if ratio is None or ratio.bound == "unknown":
        yield from _only_us(measures, agent, cells, goal)
        return
    verdict = _verdict(ratio)
    if verdict == "same":
        yield Span("No clear difference: ", "strong")
        yield Span(f"{title(agent)} reached {goal} with ")
    elif verdict == "slower" and "lantern" in agent.lower():
        yield Span(f"{_start(agent)} ")
        yield Span("lost", "strong")
        yield Span(f": it reached {goal} with ")
    else:
        yield Span(f"{_start(agent)} reached {goal} with ")
    yield Span(_ratio(ratio), "strong")
    yield Span(f" of the steps of {title(baseline)}")
    yield from _bracket(percent_interval(ratio.interval))
    yield Span(f" over {len(cells)} targets" if len(cells) > 1 else "")
    lost = _not_kept(measures, cells)
    yield from _lost_again(measures, lost) if lost else _behind(overall.behind, verdict)


def _ratio(ratio: Ratio) -> str:
    """Write a ratio; where censored runs hide how large it is, say which way."""
    return f"{ratio.bound} {percent(ratio.value)}" if ratio.bound else percent(ratio.value)


def _not_kept(measures: Measures, cells: list[Measure]) -> list[Measure]:
    """Cells that reached the threshold on the way but ended below it."""
    return [
        cell
        for cell in cells
        if cell.reached and cell.final.value < measures.results.threshold_of(cell.target)
    ]


def _lost_again(measures: Measures, cells: list[Measure]) -> Iterator[Span]:
    """Say that what was reached did not last: a threshold passed once is not a task learned."""
    yield Span(", but ")
    yield Span("did not keep it", "strong")
    yield Span(": it ended at ")
    for index, cell in enumerate(cells):
        yield Span(", and at " if 0 < index == len(cells) - 1 else ", " if index else "")
        yield Span(percent(cell.final.value), "strong")
        yield from _bracket(percent_interval(cell.final.interval))
        yield Span(_on(cell.target, measures))
    yield Span(".")


def _behind(worst: float | None, verdict: str) -> Iterator[Span]:
    """Say how far the learning curve ever lay below the baseline's."""
    if worst is None:
        yield Span(".")
        return
    points = f"{100 * worst:.0f}"
    if float(points) == 0:
        yield Span(
            ", and was " + ("never behind at any evaluation." if verdict == "faster" else "never behind.")
        )
    elif worst <= 0.05 and verdict == "faster":
        yield Span(", and was never more than ")
        yield Span(f"{points} %", "strong")
        yield Span(" behind.")
    else:
        yield Span(f"; at worst its success rate was {points} % behind.")


def _verdict(ratio: Ratio) -> Literal["faster", "same", "slower"]:
    """Compare a ratio with 1: by its interval where there is one, else by its value."""
    low, high = ratio.interval or (ratio.value, ratio.value)
    if high < 1.0:
        return "faster"
    return "slower" if low > 1.0 else "same"


MOST_TARGETS = 4  # with a line each; more are found in the table


def versus(measures: Measures, agent: str | None) -> Iterator[str]:
    """Compare with the strongest of the others, and say what the teachers cost."""
    cells = [cell for cell in measures.table.values() if cell.agent == agent]
    if agent is not None and cells:
        yield from _strongest(measures, agent, measures.results.references)
        yield from _with_sources(measures, agent, cells)


def _points(measures: Measures, agent: str) -> Iterator[str]:
    cells = [cell for cell in measures.table.values() if cell.agent == agent]
    if 1 < len(cells) <= MOST_TARGETS:
        yield from (_per_target(measures, cell) for cell in cells)
    yield from _strongest(measures, agent)
    yield from _best_at_the_end(measures, agent, cells)
    yield from _with_sources(measures, agent, cells)
    short = [cell for cell in measures.table.values() if cell.runs > cell.reached]
    if short and any(cell.reached for cell in measures.table.values()):
        named = [
            f"{title(c.agent)}{_on(c.target, measures)} ({c.runs - c.reached} of {c.runs})" for c in short
        ]
        yield f"Seeds that never got there {measures.within}, counted as censored: {listing(named)}."


def _per_target(measures: Measures, cell: Measure) -> str:
    budget = cell.budget
    text = f"On {cell.target}: "
    if not cell.median.finite:
        return (
            text + f"{cell.reached} of {cell.runs} {_seeds(cell.runs)} reached the threshold "
            f"within {count(budget)} steps."
        )
    text += f"{count(cell.median.value)} steps {count_interval(cell.median.interval, budget)}".rstrip()
    if cell.ratio is not None and cell.ratio.bound != "unknown" and measures.baseline:
        interval = percent_interval(cell.ratio.interval)
        text += f", {_ratio(cell.ratio)} of {title(measures.baseline)} {interval}".rstrip()
    return text + "."


def _strongest(measures: Measures, agent: str, known: Sequence[str] = ()) -> Iterator[str]:
    """Compare with the best of the others, not only with the baseline that flatters, nor with ``known``."""
    found = {other: measures.overall(agent, other).ratio for other in measures.agents if other != agent}
    ratios = {
        other: ratio for other, ratio in found.items() if ratio is not None and ratio.bound != "unknown"
    }
    other = max(ratios, key=lambda name: ratios[name].value, default=None)
    if other is None or other == measures.baseline or other in known:
        return
    ratio = ratios[other]
    words = {"faster": "", "same": "; no clear difference", "slower": "; it was beaten"}[_verdict(ratio)]
    text = f"Against the strongest other agent, {title(other)}: {_ratio(ratio)} of its steps"
    yield f"{text} {percent_interval(ratio.interval)}".rstrip() + f"{words}."


def _best_at_the_end(measures: Measures, agent: str, cells: list[Measure]) -> Iterator[str]:
    """Name who ended highest where the agent ended below the threshold."""
    for cell in cells:
        others = [other for other in measures.table.values() if other.target == cell.target]
        best = max(others, key=lambda other: other.final.value)
        if (
            cell.final.value < measures.results.threshold_of(cell.target)
            and best.final.value > cell.final.value
        ):
            ended = f"{percent(best.final.value)} {percent_interval(best.final.interval)}".rstrip()
            where = _on(cell.target, measures)
            yield f"At the end of training {title(best.agent)} stood highest{where}, at {ended}."


def _with_sources(measures: Measures, agent: str, cells: list[Measure]) -> Iterator[str]:
    """Say what the teachers cost, and what is left of the gain if that is counted in."""
    spent = [cell for cell in cells if cell.source_steps > 0]
    if not spent:
        return
    costs = sorted({count(cell.source_steps) for cell in spent})
    text = f"Its teachers cost {listing(costs)} steps on the source tasks, not counted above"
    counted: list[str] = []
    for cell in spent:
        theirs = measures.table.get((cell.target, measures.baseline or ""))
        if theirs is not None and theirs.agent != agent and theirs.median.finite and cell.median.finite:
            who = f"that of {title(theirs.agent)}" if not counted else "it"
            counted.append(
                f"{_times(cell.with_sources / theirs.median.value)} {who}{_on(cell.target, measures)}"
            )
    if counted:
        text += f"; counted in, its median is {listing(counted)}"
    yield f"{text}."


def _times(ratio: float) -> str:
    """Write a ratio as people say it: 50 % of that, 7.4 times that."""
    return f"{percent(ratio)} of" if ratio < 2 else f"{ratio:.1f} times"


def _warnings(measures: Measures) -> Iterator[str]:
    results, fewest = measures.results, measures.fewest_seeds
    some = "" if measures.most_seeds == fewest else " for some agents"
    if 0 < fewest < FEWEST_SEEDS:
        yield (
            f"Only {fewest} {_seeds(fewest)}{some}: too few for an interval, so none is shown "
            f"there. Run at least {FEW_SEEDS} before claiming anything."
        )
    elif 0 < fewest < FEW_SEEDS:
        yield (
            f"Only {fewest} seeds{some}: with fewer than {FEW_SEEDS}, a 95 % interval covers the "
            "truth less often than it says (82 to 92 % of the time with 5). Run more before a claim."
        )
    if results.missing:
        yield f"{results.missing} runs have not finished yet; this report shows what there is."
    if results.failures:
        which = sorted({f"{title(f.agent)} on {f.target}" for f in results.failures})
        number = len(results.failures)
        runs = "1 run" if number == 1 else f"{number} runs"
        verb = "is" if number == 1 else "are"
        yield f"{runs} failed and {verb} not counted: {listing(which)}. See the end of this page."


def _bracket(interval: str) -> Iterator[Span]:
    if interval:
        yield Span(f" {interval}", "interval")


def _on(target: str, measures: Measures) -> str:
    return f" on {target}" if len(measures.targets) > 1 else ""


def _seeds(number: int) -> str:
    return "seed" if number == 1 else "seeds"


def _start(agent: str) -> str:
    name = title(agent)
    return name[:1].upper() + name[1:]
