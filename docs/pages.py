"""Pages that are made: environments and agents from their files, commands and API from the code."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any

import yaml

import lantern
from lantern import content
from lantern.agents import AgentConfig
from lantern.content import library
from lantern.envs.markdown import table

#: Packages whose public names the API reference lists, in the order of the site, with what they hold.
PACKAGES = {
    "logic": "Formulas and automata",
    "language": "English tasks",
    "envs": "Environments",
    "transfer": "Teachers and alignment",
    "agents": "Agents and runs",
    "experiments": "Sweeps and results",
    "experiments.statistics": "Statistics",
    "experiments.report": "Reports",
    "errors": "Errors",
}


def make_pages(folder: Path) -> None:
    """Write all made pages into a folder."""
    _environments(folder / "environments")
    (folder / "agents.md").write_text(agents_page(), encoding="utf-8")
    (folder / "command-line.md").write_text(command_line_page(), encoding="utf-8")
    api = folder / "api"
    api.mkdir(exist_ok=True)
    for name, title in PACKAGES.items():
        (api / f"{name}.rst").write_text(package_page(name, title), encoding="utf-8")
    (api / "index.rst").write_text(api_index(), encoding="utf-8")


#: Kinds of environment files, in the order of the index.
KINDS = {
    "grid": "Grid worlds",
    "continuous": "Continuous worlds",
    "emission_control": "Waste incineration lines",
    "gymnasium": "Environments of other packages",
}


def _environments(folder: Path) -> None:
    """A page for each environment, and an index by kind."""
    from lantern.envs.pages import write_pages

    index, *pages = write_pages(folder)
    names = [page.relative_to(folder).with_suffix("").as_posix() for page in pages]
    index.write_text(environments_index(names), encoding="utf-8")


def environments_index(names: list[str]) -> str:
    """The index of environments, by kind, made from their files."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        data, _ = content.load_yaml(library() / "envs" / f"{name}.yaml")
        kind = KINDS.get(data["kind"], str(data["kind"]).capitalize())
        rows.setdefault(kind, []).append((f"[{name}]({name}.md)", str(data.get("description", ""))))
    said = (
        "These environments are shipped; each page is made from the environment's file. To bring your own, "
        "see [Plug in an environment](../plug-in.md) and [Write a world](../grid-worlds.md)."
    )
    order = [*KINDS.values(), *sorted(set(rows) - set(KINDS.values()))]
    tables = [f"## {kind}\n\n{table(('Name', 'What it is'), rows[kind])}" for kind in order if kind in rows]
    toctree = "```{toctree}\n:hidden:\n\n" + "\n".join(names) + "\n```"
    return "\n\n".join(["# Environments", said, *tables, toctree]) + "\n"


def agents_page() -> str:
    """The agents, made from ``agents/*.yaml``."""
    folder = library() / "agents"
    paths = sorted(folder.rglob("*.yaml"))
    agents = {
        path.relative_to(folder).with_suffix("").as_posix(): content.read(path, AgentConfig) for path in paths
    }
    parts = [
        "# Agents",
        "An agent is a file in `agents/`: one learner with these settings. A file of the same name in your "
        "workspace takes precedence, a sweep can change single settings "
        "([grids and tuning](sweeps.md#settings-grids-tuning)). Methods named after a paper are our "
        "reconstructions wherever their equations are not public; the page of each says so.",
        "## Compared",
        _compared(agents),
    ]
    parts += [_agent(name, agent) for name, agent in agents.items()]
    return "\n\n".join([*parts, "## All settings", _settings()]) + "\n"


def _compared(agents: dict[str, AgentConfig]) -> str:
    columns = ("learner", "crm", "potential", "distillation", "use_teachers")
    rows = [
        (f"[{name}](#{name.replace('/', '-')})", *(_value(getattr(agent, column)) for column in columns))
        for name, agent in agents.items()
    ]
    return table(("Agent", *(f"`{column}`" for column in columns)), rows)


def _agent(name: str, agent: AgentConfig) -> str:
    """One agent: what it is, where it comes from, and the settings that its file gives."""
    said = agent.model_dump(exclude={"name", "description", "paper"}, exclude_unset=True)
    settings = yaml.safe_dump(said, sort_keys=False).strip()
    source = f"*{' '.join(agent.paper.split())}*" if agent.paper else ""
    head = f"({name.replace('/', '-')})=\n## {name}"
    parts = (head, agent.description, source, f"```yaml\n{settings}\n```")
    return "\n\n".join(part for part in parts if part)


def _settings() -> str:
    rows = []
    for key, field in AgentConfig.model_fields.items():
        default = field.get_default(call_default_factory=True)
        rows.append((f"`{key}`", field.description or "", f"`{_value(default)}`" if default != "" else ""))
    return table(("Setting", "Meaning", "Default"), rows)


def _value(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    return str(value)


def command_line_page() -> str:
    """The commands, made from the application that runs them."""
    from typer.main import get_command

    from lantern.cli.app import app

    command: Any = get_command(app)
    said = (
        "Exit status 0: done; 1: the work failed; 2: the input is wrong. An error is one paragraph; with "
        "`--debug` the traceback is shown instead. Names of environments, tasks, agents and sweeps "
        "are looked up in the workspace (the current folder) first, then in the shipped library; a path "
        "always works."
    )
    sections = [_command(name, sub) for name, sub in command.commands.items()]
    return "\n\n".join(["# Command line", f"{command.help}", said, *sections]) + "\n"


def _command(name: str, command: Any) -> str:
    """One command: usage, what it does, arguments and options."""
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and "--help" not in p.opts]
    words = ["lantern", name, *(p.name.upper() for p in arguments), *(["[OPTIONS]"] if options else [])]
    rows = [(f"`{p.name.upper()}`", p.help or "", "") for p in arguments]
    rows += [(_option(p), p.help or "", _default(p)) for p in options]
    head = f"## {name}\n\n```text\n{' '.join(words)}\n```\n\n{command.help}"
    return f"{head}\n\n{table(('Argument or option', 'Meaning', 'Default'), rows)}" if rows else head


def _option(option: Any) -> str:
    return ", ".join(f"`{flag}`" for flag in [*option.opts, *option.secondary_opts])


def _default(option: Any) -> str:
    if option.required:
        return "needed"
    if option.default is None or option.default is False or option.default == ():
        return ""
    return f"`{'yes' if option.default is True else option.default}`"


def package_page(name: str, title: str) -> str:
    """The API page of one package: its description and every public name, in reStructuredText."""
    module = importlib.import_module(f"lantern.{name}")
    heading = f"{title}: ``lantern.{name}``"
    parts = [f"{heading}\n{'=' * len(heading)}", f".. automodule:: lantern.{name}"]
    parts += [_directive(module, public) for public in public_names(module)]
    return "\n\n".join(parts) + "\n"


def public_names(module: Any) -> list[str]:
    """Names a module offers: its ``__all__``, or the public classes and functions it defines."""
    if hasattr(module, "__all__"):
        return [name for name in module.__all__ if not inspect.ismodule(getattr(module, name))]
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]


def _directive(module: Any, name: str) -> str:
    value = getattr(module, name)
    short = name in lantern.__all__ and module.__name__ != "lantern.errors"
    path = f"lantern.{name}" if short else f"{module.__name__}.{name}"
    if inspect.isclass(value):
        return f".. autoclass:: {path}\n   :members:\n   :show-inheritance:"
    kind = "autofunction" if inspect.isroutine(value) else "autodata"
    return f".. {kind}:: {path}"


def api_index() -> str:
    """The index of the API reference: what ``import lantern`` offers, then the packages."""
    rows = []
    for name in lantern.__all__:
        value = getattr(lantern, name)
        error = inspect.isclass(value) and issubclass(value, Exception)
        role = "exc" if error else "class" if inspect.isclass(value) else "func"
        where = f"lantern.errors.{name}" if error else f"lantern.{name}"
        said = (inspect.getdoc(value) or "").partition("\n\n")[0].replace("\n", " ")
        rows.append(f"   * - :{role}:`lantern.{name} <{where}>`\n     - {said}")
    listing = ".. list-table::\n   :widths: 30 70\n\n" + "\n".join(rows)
    toctree = ".. toctree::\n   :maxdepth: 1\n\n" + "\n".join(f"   {name}" for name in PACKAGES)
    said = (
        "``import lantern`` offers the names below; they load on first use, so the import itself is quick. "
        "The packages hold more. All pages are made from the docstrings."
    )
    return f"API reference\n=============\n\n{said}\n\n{listing}\n\n{toctree}\n"
