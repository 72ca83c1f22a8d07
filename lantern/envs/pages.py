"""Documentation pages of environments, made from their files."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import yaml

from lantern.content import find, library, load_yaml
from lantern.envs.markdown import table
from lantern.envs.registration import content_name, gymnasium_ids

#: What describes each kind of file, beyond what all files have: a function (path) -> sections.
_KINDS = {
    "continuous": "lantern.envs.continuous.describe:sections",
    "emission_control": "lantern.envs.incinerator.files:sections",
    "grid": "lantern.envs.grid.describe:sections",
    "gymnasium": "lantern.envs.pages:foreign_sections",
}


def env_page(name: str | Path) -> str:
    """Write the page of an environment, in Markdown.

    Parameters
    ----------
    name : str or Path
        Name or path of its file.

    Returns
    -------
    str
        What it is, how it is made, its map, spaces and rules where it has them, its propositions, and where
        it comes from.

    Raises
    ------
    ContentError
        If the file is not there or wrong.
    """
    path = find("envs", name)
    data, _ = load_yaml(path)
    module, _, function = _KINDS[data["kind"]].partition(":")
    own = content_name(path)
    parts = [f"# {own}", str(data.get("description", "")).strip(), _made(own)]
    parts += getattr(importlib.import_module(module), function)(path)
    parts.append(_propositions(data.get("propositions") or _shared_propositions(data["kind"])))
    if data.get("reference"):
        parts.append(f"## Reference\n\n{str(data['reference']).strip()}")
    return "\n\n".join(part for part in parts if part) + "\n"


def write_pages(folder: str | Path) -> list[Path]:
    """Write the pages of all shipped environments, and an index, into a folder.

    Parameters
    ----------
    folder : str or Path
        Where to; made if it is missing.

    Returns
    -------
    list of Path
        The files, the index first.
    """
    target = Path(folder)
    names = sorted(set(gymnasium_ids().values()))
    written, rows = [], []
    for name in names:
        page = target / f"{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(env_page(library() / "envs" / f"{name}.yaml"), encoding="utf-8")
        data, _ = load_yaml(library() / "envs" / f"{name}.yaml")
        said = " ".join(str(data.get("description", "")).split())
        rows.append((f"[{name}]({name}.md)", said))
        written.append(page)
    index = target / "index.md"
    index.write_text("# Environments\n\n" + table(("Name", "What it is"), rows) + "\n", encoding="utf-8")
    return [index, *written]


def _made(name: str) -> str:
    ids = [key for key, value in gymnasium_ids().items() if value == name]
    lines = [f'lantern.make_env("{name}")', *(f'gymnasium.make("{key}")' for key in ids)]
    return "```python\n" + "\n".join(lines) + "\n```"


def _shared_propositions(kind: str) -> dict[str, Any]:
    """Propositions that all files of a kind have, and none writes down."""
    from lantern.envs.incinerator.files import propositions

    return propositions() if kind == "emission_control" else {}


def _propositions(propositions: dict[str, Any]) -> str:
    rows = []
    for name, entry in propositions.items():
        said = {"sentence": entry} if isinstance(entry, str) else entry
        how = {key: said[key] for key in ("event", "at", "has", "disc", "when") if key in said}
        shown = yaml.safe_dump(how, default_flow_style=True, width=1000).strip()[1:-1] if how else ""
        rows.append((f"`{name}`", said["sentence"], ", ".join(said.get("synonyms", ())), shown))
    head = ("Name", "Sentence", "Also", "How it is seen")
    used = [i for i in range(len(head)) if any(row[i] for row in rows)]
    shown_rows = [tuple(row[i] for i in used) for row in rows]
    return "## Propositions\n\n" + table(tuple(head[i] for i in used), shown_rows)


def foreign_sections(path: Path) -> list[str]:
    """What there is to say of an environment from elsewhere."""
    data, _ = load_yaml(path)
    facts = {
        "Environment": f"`{data['env']}`",
        "Needs": f"`pip install {data['needs']}`" if data.get("needs") else "",
        "Labels": f"by the labeller `{data['labeller']}`" if data.get("labeller") else "by conditions",
        "Time limit": str(data["time_limit"]) if data.get("time_limit") else "",
    }
    rows = [(f"**{key}**", value) for key, value in facts.items() if value]
    return ["## Facts\n\n" + table(("", ""), rows)]
