"""Where content is, and how it is read.

Content is what a user edits: environments, tasks, agents and experiments, one YAML file each, in the four
folders of a workspace. A name is looked up in the workspace (the current folder) first, then in the library
that LANTERN ships; a path always works. Every file is validated when it is read, and an error names the
file, the line, the key and what was expected.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from lantern.errors import ContentError, LanternError

KINDS = ("envs", "tasks", "agents", "experiments")

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[str | int, ...]


def library() -> Path:
    """Folder of the shipped content: inside an installed package, or the checkout it runs from."""
    packaged = Path(__file__).parent / "library"
    return packaged if packaged.is_dir() else Path(__file__).parents[1]


def nearest(name: str, choices: Iterable[str]) -> str:
    """Return a did-you-mean sentence, or the list of choices where nothing is near.

    Parameters
    ----------
    name : str
        What was written.
    choices : iterable of str
        What would have been valid.
    """
    known = sorted(set(choices))
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(known)}." if known else "There are none."


def names(kind: str, workspace: Path | None = None) -> list[str]:
    """Names of all content of one kind, in the workspace and in the library."""
    found: set[str] = set()
    for root in (workspace or Path.cwd(), library()):
        folder = root / kind
        found.update(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.yaml"))
    return sorted(found)


def find(kind: str, name: str | Path, workspace: Path | None = None) -> Path:
    """Find a content file by name or path.

    Parameters
    ----------
    kind : str
        One of ``envs``, ``tasks``, ``agents``, ``experiments``.
    name : str or Path
        A name such as ``dungeon_quest/student``, or a path to a YAML file.
    workspace : Path, optional
        Where to look first; the current folder by default.

    Raises
    ------
    ContentError
        If there is no such file; the message names the nearest one.
    """
    text = str(name)
    direct = Path(text)
    if direct.suffix in (".yaml", ".yml"):
        if direct.is_file():
            return direct
        if direct.is_absolute() or len(direct.parts) == 1 or direct.parts[0] != kind:
            raise ContentError(f"There is no file {text!r} (looked in {Path.cwd()}). Check the path.")
        text = str(direct.relative_to(kind).with_suffix(""))
    for root in (workspace or Path.cwd(), library()):
        path = root / kind / f"{text}.yaml"
        if path.is_file():
            return path
    hint = nearest(text, names(kind, workspace))
    raise ContentError(f"There is no {kind[:-1]} named {text!r} in {kind}/ here or in the library. {hint}")


class Lines:
    """Line numbers of the keys and values of a YAML document."""

    def __init__(self, root: yaml.Node | None) -> None:
        self._lines: dict[Location, int] = {}
        if root is not None:
            self._collect(root, ())

    def _collect(self, node: yaml.Node, where: Location) -> None:
        self._lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._lines[(*where, str(key.value))] = key.start_mark.line + 1
                self._collect(value, (*where, str(key.value)))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._collect(value, (*where, index))

    def __call__(self, *where: str | int) -> int:
        """Line of a location; of its nearest known ancestor where it is not in the file."""
        for end in range(len(where), -1, -1):
            if where[:end] in self._lines:
                return self._lines[where[:end]]
        return 1


class _Loader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a dict; a duplicate key is an error, since YAML would silently keep the last."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} is given twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_yaml(path: Path) -> tuple[Any, Lines]:
    """Read a YAML file safely.

    Returns
    -------
    data : object
        What the file holds.
    lines : Lines
        Where each key stands, for error messages.

    Raises
    ------
    ContentError
        If the file cannot be read or is not YAML; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(
            f"{path}: cannot be read ({error}). Check the path and the encoding (UTF-8)."
        ) from None
    try:
        data = yaml.load(text, Loader=_Loader)
        return data, Lines(yaml.compose(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(f"{path}, line {line}: not valid YAML: {error.problem}. Mend that line.") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ContentError(f"{path}: not valid YAML: {error}.") from None


def _in_file(data: Any, problem: Mapping[str, Any]) -> Location:
    """Where a problem is, without what is not in the file: names that pydantic gives members of a union."""
    location: Location = (*problem["loc"], *problem.get("ctx", {}).get("where", ()))
    found: list[str | int] = []
    for part in location:
        known = (
            part in data if isinstance(data, Mapping) else isinstance(data, list) and part in range(len(data))
        )
        if known:
            found.append(part)
            data = data[part]
    return (*found, location[-1]) if problem["type"] == "missing" else tuple(found)


def valid_keys(model: type[BaseModel], where: Location) -> list[str]:
    """Keys that a model would have taken at a location (best effort through nested models)."""
    current: Any = model
    for part in where:
        current = _model_in(current, list if isinstance(part, int) else dict)
        if get_origin(current) is dict:
            current = current.__args__[1]
        elif isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(part))
            current = field.annotation if field else None
        else:
            current = next(iter(getattr(current, "__args__", ())), None)
    current = _model_in(current)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [field.alias or name for name, field in current.model_fields.items()]
    return []


def _model_in(annotation: Any, kind: type = dict) -> Any:
    """The model, or the dict (or list) of models, among a union's members; anything else as it is."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (dict, list, tuple):
        return annotation
    members = [_model_in(member, kind) for member in getattr(annotation, "__args__", ())]
    for member in members:
        if get_origin(member) is kind or (isinstance(member, type) and issubclass(member, BaseModel)):
            return member
    return annotation


def explain(
    error: ValidationError, model: type[BaseModel], path: Path | str, lines: Lines, data: Any = None
) -> str:
    """Turn pydantic's first complaint into one paragraph: file, line, key, expected, nearest."""
    problems = error.errors()
    unknown = [problem for problem in problems if problem["type"] == "extra_forbidden"]
    first = (unknown or problems)[0]
    where = _in_file(data, first)
    place = f"{path}, line {lines(*where)}"
    key = ".".join(map(str, where)) or "the file"
    rest = f" ({len(problems) - 1} more problems follow.)" if len(problems) > 1 else ""
    if first["type"] == "extra_forbidden":
        hint = nearest(str(where[-1]), valid_keys(model, where[:-1]))
        return f"{place}: the key {str(where[-1])!r} does not exist here. {hint}{rest}"
    if first["type"] == "missing":
        return f"{place}: the key {key!r} is missing. Add it.{rest}"
    message = first["msg"].removeprefix("Value error, ").removeprefix(f"{key}: ")
    given = first.get("input")
    shown = f", got {given!r}" if isinstance(given, (str, int, float, bool)) else ""
    return f"{place}: {key}: {message}{shown}.{rest}".replace("..", ".")


def validate(data: Any, model: type[Model], path: Path | str, lines: Lines | None = None) -> Model:
    """Validate loaded data against a pydantic model; raise ContentError naming file and line."""
    if not isinstance(data, Mapping):
        raise ContentError(f"{path}: expected a YAML mapping of keys to values, got {type(data).__name__}.")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ContentError(explain(error, model, path, lines or Lines(None), data)) from None


def read(path: Path, model: type[Model]) -> Model:
    """Read and validate one content file.

    Parameters
    ----------
    path : Path
        The YAML file.
    model : type of BaseModel
        What it must look like.

    Raises
    ------
    ContentError
        Naming the file, the line, the key and what was expected.
    """
    data, lines = load_yaml(path)
    return validate(data, model, path, lines)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a crash, sees the old or the new content and nothing between.

    Parameters
    ----------
    path : Path
        The file; its folder must be there.
    data : bytes
        What it is to hold.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left of the attempt.
    """
    part = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        part.write_bytes(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def read_bytes(path: Path, limit: int, what: str, error: type[LanternError]) -> bytes:
    """Read a plain file of limited size that a stranger may have made; links are not followed.

    Parameters
    ----------
    path : Path
        The file, in the folder of what it belongs to.
    limit : int
        Largest size, in bytes.
    what : str
        What the folder holds, for messages: "teacher".
    error : type of LanternError
        What is raised.

    Raises
    ------
    LanternError
        Of the type given, if the file is missing, too large or cannot be read.
    """
    try:
        if path.is_symlink() or not path.is_file():
            raise error(f"There is no {what} at {path.parent}: {path.name} is missing. Check the path.")
        if path.stat().st_size > limit:
            raise error(f"{path} is larger than {limit} bytes, too large for a {what}. It was not read.")
        return path.read_bytes()
    except OSError as problem:
        raise error(f"{path} cannot be read: {problem.strerror}. Check the path and the rights.") from None
