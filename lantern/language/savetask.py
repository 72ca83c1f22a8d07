"""Writing task files, with what their English was found to mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lantern.content import Lines, load_yaml, validate, write_whole
from lantern.errors import ContentError
from lantern.language.examples import describe_trace
from lantern.language.fingerprint import fingerprint
from lantern.language.taskfile import Examples, TaskFile, english_fingerprint
from lantern.language.types import Translation


def save_task(
    path: Path | str, translation: Translation, *, env: str | None = None, translator: str = "auto"
) -> Path:
    """Write a task file with what its English was found to mean.

    The file appears whole or not at all. Examples of an existing file are kept, except those that
    contradict the new meaning, which is an error.

    Parameters
    ----------
    path : Path or str
        Where to.
    translation : Translation
        The task.
    env : str, optional
        Environment whose propositions it speaks of; without it the vocabulary is written into the file.
    translator : {"auto", "grammar", "llm"}
        Who is to translate the text when the file is read.

    Raises
    ------
    ContentError
        If the file cannot be written, or an existing one cannot be read.
    """
    target = Path(path)
    old = validate(*_old(target)) if target.exists() else None
    data = _content(translation, env or (old.env if old else None), translator)
    if old is not None:
        data |= old.model_dump(include={"end", "rewards"}, exclude_unset=True)
    if old is not None and (old.examples.accepted or old.examples.rejected):
        _agree(old.examples, translation, target)
        data["examples"] = old.examples.model_dump()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100).encode())
    except OSError as error:
        raise ContentError(f"{target}: cannot be written ({error}). Choose another place.") from None
    return target


def _old(path: Path) -> tuple[Any, type[TaskFile], Path, Lines]:
    data, lines = load_yaml(path)
    return data, TaskFile, path, lines


def _content(translation: Translation, env: str | None, translator: str) -> dict[str, Any]:
    data: dict[str, Any] = {"text": " ".join(translation.text.split())}
    if env:
        data["env"] = env
    else:
        data["vocabulary"] = translation.vocabulary.to_dict()
    if translator != "auto":
        data["translator"] = translator
    if translation.answered:
        data["answers"] = dict(translation.answered)
    data["recorded"] = {
        "formula": str(translation.formula),
        "dfa": fingerprint(translation.dfa),
        "english": english_fingerprint(translation.text),
        "translator": translation.translator,
    }
    return data


def _agree(examples: Examples, translation: Translation, path: Path) -> None:
    for wanted, traces in ((True, examples.accepted), (False, examples.rejected)):
        for trace in traces:
            if translation.dfa.accepts(trace) != wanted:
                told = describe_trace(tuple(map(frozenset, trace)), translation.vocabulary)
                verb = "accepted" if wanted else "rejected"
                raise ContentError(
                    f"{path}: its example ({told}) should be {verb}, and the new meaning says otherwise. "
                    "Change the example or the text."
                )
