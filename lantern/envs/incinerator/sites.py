"""Sites as files: the shipped fleet of thirteen, and an engineer's own line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from lantern.content import Lines, find, load_yaml, names, nearest
from lantern.envs.incinerator.control.usual import Gains
from lantern.envs.incinerator.drift import Drift
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.waste import Waste
from lantern.errors import ContentError

FLEET = "emission_control"
"""Folder in ``envs/`` of the shipped fleet."""

Part = TypeVar("Part")
_PARTS: dict[str, type[Any]] = {"waste": Waste, "drift": Drift, "gains": Gains}


def find_site(site: Site | str | int | Path) -> Site:
    """Look a site up.

    Parameters
    ----------
    site : Site, str, int or Path
        A site as it is; the number (0 to 12) or the name of one of the shipped fleet; the path of a file.

    Raises
    ------
    ContentError
        If there is no such site, or its file is wrong; the message names the line.
    """
    if isinstance(site, Site):
        return site
    path = site_file(site)
    return _read(path, path.stat().st_mtime_ns)


def site_file(site: str | int | Path) -> Path:
    """File of a site."""
    if isinstance(site, str) and site.isdigit():
        site = int(site)
    if isinstance(site, int):
        known = fleet_names()
        if not 0 <= site < len(known):
            raise ContentError(f"There is no site {site}: the fleet has sites 0 to {len(known) - 1}.")
        return find("envs", known[site])
    text = str(site)
    bare = "/" not in text and not text.endswith((".yaml", ".yml"))
    try:
        return find("envs", f"{FLEET}/{text}" if bare else text)
    except ContentError:
        if not bare:
            raise
        hint = nearest(text, [name.partition("/")[2] for name in fleet_names()])
        raise ContentError(f"There is no site named {text!r}. {hint}") from None


def fleet_names() -> list[str]:
    """Names of the fleet's environments, the reference site first."""
    return [name for name in names("envs") if re.fullmatch(rf"{FLEET}/site_\d+", name)]


def fleet() -> list[Site]:
    """All sites of the fleet, the reference site first."""
    return [find_site(name) for name in fleet_names()]


@lru_cache(maxsize=256)
def _read(path: Path, modified: int) -> Site:
    data, lines = load_yaml(path)
    if not isinstance(data, Mapping) or "site" not in data:
        raise ContentError(f"{path}: the key 'site' is missing. Add it, with waste and capacity below it.")
    return site_of(data["site"], path, lines)


def site_of(data: Any, path: Path, lines: Lines) -> Site:
    """Build a site from what a file says under ``site:``; every complaint names its line."""
    if not isinstance(data, Mapping):
        raise ContentError(f"{path}, line {lines('site')}: site must be a mapping of names to numbers.")
    parts = dict(data)
    for name, kind in _PARTS.items():
        if name in parts:
            parts[name] = _build(kind, parts[name], path, lines, ("site", name))
    return _build(Site, {"name": path.stem, **parts}, path, lines, ("site",))


def _build(kind: type[Part], data: Any, path: Path, lines: Lines, where: tuple[str, ...]) -> Part:
    """Build a dataclass from a mapping."""
    if not isinstance(data, Mapping):
        raise ContentError(
            f"{path}, line {lines(*where)}: {where[-1]} must be a mapping of names to numbers."
        )
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for name, value in data.items():
        place = f"{path}, line {lines(*where, str(name))}"
        if name not in known:
            raise ContentError(f"{place}: the key {name!r} does not exist here. {nearest(str(name), known)}")
        text = known[name].type == "str"
        right = isinstance(value, str) if text else is_dataclass(value) or _is_number(value)
        if not right:
            raise ContentError(f"{place}: {name} must be a {'word' if text else 'number'}, got {value!r}.")
    missing = [
        name
        for name, field in known.items()
        if field.default is MISSING and field.default_factory is MISSING and name not in data
    ]
    if missing:
        raise ContentError(f"{path}, line {lines(*where)}: the key {missing[0]!r} is missing. Add it.")
    try:
        return kind(**data)
    except ContentError as error:
        named = re.search(r": (\w+) is ", str(error))
        line = lines(*where, named.group(1)) if named else lines(*where)
        raise ContentError(f"{path}, line {line}: {error}") from None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
