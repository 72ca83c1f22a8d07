"""Files of ``kind: emission_control``: a site and how its environment is set up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lantern.content import find, load_yaml, validate
from lantern.envs.incinerator.env import EmissionControlEnv
from lantern.envs.incinerator.sites import find_site
from lantern.envs.incinerator.vector import EmissionControlVectorEnv
from lantern.envs.incinerator.words import vocabulary
from lantern.errors import ContentError, EnvError


class EmissionControlFile(BaseModel):
    """What such a file holds.

    Attributes
    ----------
    description : str
        Said in lists of environments.
    site : mapping
        The line: ``waste``, ``capacity`` and the other fields of `lantern.envs.incinerator.site.Site`.
    settings : mapping
        Of the environment; see `lantern.envs.incinerator.episodes.Settings`.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["emission_control"]
    description: str = ""
    site: dict[str, Any]
    settings: dict[str, Any] = Field(default_factory=dict)


def read_file(path: Path) -> EmissionControlFile:
    """Read and validate a file."""
    data, lines = load_yaml(path)
    return validate(data, EmissionControlFile, path, lines)


def load_emission_control(path: str | Path, render_mode: str | None = None) -> EmissionControlEnv:
    """Make the environment of a file.

    Raises
    ------
    ContentError
        Naming the file, the line, what is wrong and what to do.
    """
    path = find("envs", path)
    settings = read_file(path).settings
    try:
        return EmissionControlEnv(find_site(path), render_mode=None, **settings)
    except (EnvError, TypeError) as error:
        _, lines = load_yaml(path)
        raise ContentError(f"{path}, line {lines('settings')}: {error}") from None


def load_vector(name: str | Path, num_envs: int = 1, **settings: Any) -> EmissionControlVectorEnv:
    """Make the vector form of the environment of a file; ``settings`` take precedence over the file's."""
    path = find("envs", name)
    return EmissionControlVectorEnv(find_site(path), num_envs, **{**read_file(path).settings, **settings})


def sections(path: Path) -> list[str]:
    """What the page of such an environment says of its site."""
    from lantern.envs.markdown import table

    data, _ = load_yaml(path)
    site: Mapping[str, Any] = data["site"]
    waste = [(name, f"{value:g}") for name, value in site["waste"].items()]
    rest = [(name, f"{value}") for name, value in site.items() if not isinstance(value, Mapping)]
    return [
        "## Waste\n\nShares of wet mass in %, heating value in MJ/kg.\n\n" + table(("Part", "Value"), waste),
        "## Line\n\n" + table(("Parameter", "Value"), rest),
        "Equations, limits and controllers are in [Emission control](../../emission-control.md).",
    ]


def propositions() -> dict[str, Any]:
    """The propositions of all such environments, as an env file would write them."""
    words = vocabulary()
    return {
        name: {"sentence": words[name], "synonyms": list(words.proposition(name).synonyms)} for name in words
    }
