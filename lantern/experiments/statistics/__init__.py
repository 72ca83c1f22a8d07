"""Statistics of runs over seeds and tasks, in vectorised numpy.

Practice follows Agarwal et al. (2021), "Deep reinforcement learning at the edge of the statistical
precipice", and Taylor & Stone (2009) for the transfer metrics. Scores come as a sequence of arrays, one a
task, each with one entry a run; a task may have its own number of runs. Every random draw comes from an
explicit Generator.
"""

from lantern.experiments.statistics.bands import Band, efficiency_band
from lantern.experiments.statistics.bootstrap import Interval, bootstrap, bootstrap_iqm, percentile_interval
from lantern.experiments.statistics.comparison import (
    improvement_interval,
    optimality_gap,
    performance_profile,
    probability_of_improvement,
    profile_band,
)
from lantern.experiments.statistics.location import iqm
from lantern.experiments.statistics.survival import (
    Durations,
    Survival,
    kaplan_meier,
    pool_durations,
    steps_to_threshold,
)
from lantern.experiments.statistics.transfer import area_under_curve, asymptote, jump_start, transfer_ratio

__all__ = [
    "Band",
    "Durations",
    "Interval",
    "Survival",
    "area_under_curve",
    "asymptote",
    "bootstrap",
    "bootstrap_iqm",
    "efficiency_band",
    "improvement_interval",
    "iqm",
    "jump_start",
    "kaplan_meier",
    "optimality_gap",
    "percentile_interval",
    "performance_profile",
    "pool_durations",
    "probability_of_improvement",
    "profile_band",
    "steps_to_threshold",
    "transfer_ratio",
]
