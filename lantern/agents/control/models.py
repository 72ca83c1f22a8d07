"""The surrogate of a site: learned from the reference site's archive, adapted with a short record."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from lantern.agents.control.task import ControlTask
from lantern.envs.incinerator.twin import SECONDS, learned_surrogate
from lantern.errors import LanternError
from lantern.surrogates.process import PlantSurrogate, adapt

if TYPE_CHECKING:
    from lantern.surrogates.record import Record
    from lantern.transfer import Teacher

MODE = "heads"
"""Which weights move when a surrogate is adapted; see `lantern.surrogates.process.adapt`."""


def site_model(task: ControlTask, teachers: Sequence[Teacher], steps: int, seed: int) -> PlantSurrogate:
    """Adapt the surrogate of the first teacher's site to a site, with so many control steps of record.

    Parameters
    ----------
    task : ControlTask
    teachers : sequence of Teacher
        The first is of the reference site.
    steps : int
        Control steps that the site is recorded for; its set-points are moved at random meanwhile.
    seed : int
        Of the record; never one of the days that controllers are judged on.

    Raises
    ------
    LanternError
        If there is no teacher, or no time for a record.
    """
    if not teachers:
        raise LanternError(
            "A surrogate of this site is adapted from that of another: give a teacher, such as one trained "
            "with emission_control/search_site on emission_control/site_01."
        )
    hours = steps * task.settings.minutes / 60.0
    if hours < 2.0:
        raise LanternError(
            f"{steps} control steps are {hours:.1f} h: too little for a record of the site. Give 24 or more."
        )
    source = learned_surrogate(str(teachers[0].env.get("name", "")))
    return adapt(source, [site_record(task, hours, seed)], MODE)


def site_record(task: ControlTask, hours: float, seed: int) -> Record:
    """What the site's archive holds after some hours with set-points moved at random."""
    from lantern.envs.incinerator.recording import record

    return record(task.site, hours, seed=seed, policy="trimmed").every(SECONDS)


@lru_cache(maxsize=4)
def reference_use(site: str) -> tuple[float, ...]:
    """Shares of the experts at the site whose surrogate is adapted, over four days of its own."""
    from lantern.envs.incinerator.recording import record

    held = record(site, 96.0, seed=3, policy="trimmed").every(SECONDS)
    return tuple(learned_surrogate(site).predict(held).shares.mean(axis=0).tolist())
