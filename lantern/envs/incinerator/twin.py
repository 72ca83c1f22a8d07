"""Surrogates for the environment: read from where they are saved, or learned from a site's archive."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lantern.errors import EnvError

if TYPE_CHECKING:
    from lantern.envs.incinerator.site import Site
    from lantern.surrogates.process import PlantSurrogate

ARCHIVE_HOURS = 24.0 * 30
"""Length of the archive that a site's surrogate learns from."""

SECONDS = 300.0
"""From row to row of the records that surrogates learn from."""


def find_plant(plant: Any, site: Site) -> Any:
    """What an environment runs on.

    Parameters
    ----------
    plant : str, Path or SurrogatePlant
        ``"simulator"``, ``"surrogate"`` (see :func:`learned_surrogate`), the folder of a saved surrogate, or
        a surrogate, which is checked where it is used.
    site : Site

    Returns
    -------
    str or SurrogatePlant
        ``"simulator"``, or a surrogate.

    Raises
    ------
    EnvError
        If there is no surrogate at the path.
    SurrogateError
        If what is there is damaged.
    """
    if not isinstance(plant, (str, Path)) or plant == "simulator":
        return plant
    if plant == "surrogate":
        return learned_surrogate(site)
    from lantern.surrogates.process.storage import JSON_NAME, load_surrogate

    folder = Path(plant)
    if not (folder / JSON_NAME).is_file():
        raise EnvError(
            f"plant={str(plant)!r} is not 'simulator' or 'surrogate', and no path of a surrogate: "
            f"{folder.resolve() / JSON_NAME} is missing. Check the path, or save a surrogate there with "
            "lantern.surrogates.process.save_surrogate."
        )
    return load_surrogate(folder)


@lru_cache(maxsize=4)
def learned_surrogate(site: Site | str) -> PlantSurrogate:
    """Train a surrogate on a month of a site's archive; once in a process, some ten seconds.

    Half of the archive is the site's usual control with set-points moved at random, half tests on its
    actuators.
    """
    from lantern.envs.incinerator.recording import record
    from lantern.surrogates.process import INCINERATOR, Settings, train_surrogate

    half = ARCHIVE_HOURS / 2
    archive = [
        record(site, half, seed=1, policy="trimmed").every(SECONDS),
        record(site, half, seed=2, policy="excited").every(SECONDS),
    ]
    return train_surrogate(archive, INCINERATOR, Settings())
