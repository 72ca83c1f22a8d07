"""The trials of one agent's tuning, as an Optuna study in a file.

``tune/<agent>.journal`` is the storage of Optuna itself (``JournalStorage``), which its own tools read. A
trial enters it as one line, once its runs have ended: no trial is ever left in the state "running" by a
process that was killed. Which settings come next is a function of the trials so far alone, so that a tuning
that goes on makes the trials that it would have made.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantern.errors import ContentError
from lantern.experiments.sweepfile import Range, Tuning

NUMBER = "lantern_trial"
GRACE = 3  # seconds after which the lock of a process that was killed is broken
Settings = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """Settings that were tried, and what came of them: lower is better, None where a run failed."""

    settings: Settings
    value: float | None


def _optuna() -> Any:
    try:
        import optuna
    except ModuleNotFoundError:
        raise ContentError(
            "Tuning needs the package optuna. Install it with: pip install 'lantern-rl[tune]'."
        ) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    logging.getLogger("optuna.storages.journal._file").setLevel(logging.ERROR)
    return optuna


class Study:
    """Trials of one tuning, on disk.

    Parameters
    ----------
    path : Path
        The journal; made if it is missing, mended if its last line was cut short, set aside if it is
        damaged (the runs of its trials are in the store).
    asked : str
        Hash of what is asked for; another one is another study in the same file.
    tuning : Tuning
        The space of settings.

    Raises
    ------
    ContentError
        If Optuna is missing.
    """

    def __init__(self, path: Path, asked: str, tuning: Tuning) -> None:
        self._optuna = _optuna()
        self.space = {name: _distribution(self._optuna, values) for name, values in tuning.space.items()}
        path.parent.mkdir(exist_ok=True)
        journal = self._optuna.storages.journal
        lock = journal.JournalFileSymlinkLock(str(path), grace_period=GRACE)
        _mend(path, lock)
        try:
            self._study = self._open(path, lock, asked)
        except (ValueError, KeyError, AttributeError):
            path.replace(path.with_suffix(".damaged"))
            self._study = self._open(path, lock, asked)

    def _open(self, path: Path, lock: Any, asked: str) -> Any:
        storages = self._optuna.storages
        storage = storages.JournalStorage(storages.journal.JournalFileBackend(str(path), lock))
        return self._optuna.create_study(
            storage=storage, study_name=asked, direction="minimize", load_if_exists=True
        )

    def trials(self) -> list[Trial]:
        """All trials so far, in order; of two sweeps that made the same one, the first counts."""
        states = self._optuna.trial.TrialState
        found: dict[int, Trial] = {}
        for one in self._study.get_trials(deepcopy=False, states=(states.COMPLETE, states.FAIL)):
            number = one.user_attrs.get(NUMBER)
            if number is not None and number not in found:
                found[number] = Trial(dict(one.params), one.value if one.state == states.COMPLETE else None)
        return [found[number] for number in range(len(found)) if number in found]

    def add(self, number: int, trial: Trial) -> None:
        """Write a trial whose runs have ended."""
        self._study.add_trial(self._frozen(trial, {NUMBER: number}))

    def propose(self, trials: Sequence[Trial]) -> Settings:
        """Next settings to try: a function of the trials so far, whatever was interrupted in between."""
        sampler = self._optuna.samplers.TPESampler(seed=len(trials), multivariate=False)
        study = self._optuna.create_study(direction="minimize", sampler=sampler)
        for trial in trials:
            study.add_trial(self._frozen(trial, {}))
        return dict(study.ask(self.space).params)

    def _frozen(self, trial: Trial, attributes: Mapping[str, Any]) -> Any:
        states = self._optuna.trial.TrialState
        return self._optuna.trial.create_trial(
            params=trial.settings,
            distributions=self.space,
            value=trial.value,
            state=states.FAIL if trial.value is None else states.COMPLETE,
            user_attrs=dict(attributes),
        )


def _mend(path: Path, lock: Any) -> None:
    """Cut off a last line that a killed process left unfinished: Optuna would write on behind it."""
    from lantern.experiments.store import write_bytes

    if not path.exists():
        return
    lock.acquire()
    try:
        data = path.read_bytes()
        if data and not data.endswith(b"\n"):
            write_bytes(path, data[: data.rfind(b"\n") + 1])
    finally:
        lock.release()


def _distribution(optuna: Any, values: Range) -> Any:
    if values.choices is not None:
        return optuna.distributions.CategoricalDistribution(values.choices)
    if values.integer:
        assert values.low is not None and values.high is not None
        return optuna.distributions.IntDistribution(int(values.low), int(values.high), log=values.log)
    return optuna.distributions.FloatDistribution(values.low, values.high, log=values.log)
