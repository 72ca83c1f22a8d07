"""The folder of a sweep. Job files are the only truth; everything else can be made again from them.

Every file is written beside its place, flushed to disk, and renamed: whoever reads sees all of it or nothing.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from lantern.errors import LanternError
from lantern.experiments.jobfile import DamagedJob, encode, read_job
from lantern.experiments.loading import load_failure
from lantern.experiments.results import Failure, Job

if TYPE_CHECKING:
    from lantern.experiments.claims import Owner

TEMPORARY = ".part-"
FOLDERS = ("jobs", "teachers", "failed", "claims", "owners")

_CAUSES = {
    errno.ENOSPC: "the disk is full. Free some space",
    errno.EDQUOT: "your disk quota is used up. Free some space",
    errno.EFBIG: "a file would exceed the size limit of this process. Raise it (ulimit -f)",
    errno.EROFS: "the file system is read-only. Make it writable, or choose another folder",
    errno.EACCES: "the folder is not writable for you. Change its permissions, or choose another folder",
    errno.EPERM: "the folder is not writable for you. Change its permissions, or choose another folder",
}


class StoreError(LanternError):
    """The store cannot be written: the sweep stops, and nothing that was done is lost."""

    status = 1


def explain_os_error(error: OSError, folder: Path | str) -> str:
    """Say in one paragraph why a folder cannot be written, and what to do."""
    cause = _CAUSES.get(error.errno or 0, f"{error.strerror or error}. Mend that")
    return f"{folder} cannot be written: {cause}, and run the same command again; finished jobs are kept."


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` to write; it takes the name on success and goes on failure."""
    part = path.with_name(f"{TEMPORARY}{uuid.uuid4().hex}{path.suffix}")
    try:
        yield part
        _flush(part)
        part.replace(path)
        _flush(path.parent)
    except BaseException:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
        raise


def _flush(path: Path) -> None:
    """Force a file, or the files of a folder, to disk."""
    for entry in path.iterdir() if path.is_dir() and path.name.startswith(TEMPORARY) else ():
        _flush(entry)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF):  # some file systems cannot flush a folder
            raise
    finally:
        os.close(descriptor)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    with whole(path) as part:
        part.write_bytes(data)


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write a JSON file whole or not at all; the same data give the same bytes."""
    text = json.dumps(data, indent=1, sort_keys=False, ensure_ascii=False)
    write_bytes(path, text.encode() + b"\n")


class ClaimBook(Protocol):
    """The claims of one running sweep: which jobs are its own, until it gives them up or dies."""

    id: str

    def __enter__(self) -> Self:
        """Register."""
        ...

    def __exit__(self, *_: object) -> None:
        """Give up all claims."""
        ...

    def claim_all(self, keys: Iterable[str]) -> set[str]:
        """Claim jobs; return those that no other living sweep has."""
        ...

    def release(self, key: str) -> None:
        """Give up a claim of ours."""
        ...


class Store:
    """Folder of one sweep.

    Parameters
    ----------
    folder : Path
        Its root; made by ``create``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def where(self) -> str:
        """What a user calls it: its path, or its address."""
        return str(self.folder)

    def refresh(self, jobs: bool = False) -> None:
        """Make records that others have written visible, and results; on a file system they always are."""

    def publish(self, *names: str) -> None:
        """Make what was written into ``folder`` visible to others; on a file system it always is."""

    def has(self, name: str) -> bool:
        """Whether there is a file or a folder of that name."""
        return (self.folder / name).exists()

    def sizes(self) -> dict[str, int]:
        """Name and size in bytes of everything that it holds."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.relative_to(self.folder).as_posix(): path.stat().st_size for path in files}

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, and folders that become empty by that."""
        for name in names:
            path = self.folder / name
            path.unlink(missing_ok=True)
            with suppress(OSError):  # others are left in it
                if path.parent.parent != self.folder:
                    path.parent.rmdir()

    def write_record(self, name: str, data: Mapping[str, Any]) -> None:
        """Write a JSON file whole or not at all."""
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_json(self.folder / name, data)

    def claims(self) -> ClaimBook:
        """Claims for a sweep that starts here."""
        from lantern.experiments.claims import Claims

        return Claims(self)

    def owners(self) -> list[Owner]:
        """List the sweeps that are registered here."""
        from lantern.experiments.claims import owners

        return owners(self)

    def claimed(self) -> set[str]:
        """Keys of the jobs that sweeps have claimed."""
        return {path.name.partition(".")[0] for path in (self.folder / "claims").glob("[!.]*")}

    def create(self) -> None:
        """Make the folders.

        Raises
        ------
        StoreError
            If they cannot be made or written.
        """
        try:
            for name in FOLDERS:
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            probe = self.folder / "claims" / f".probe-{uuid.uuid4().hex}"
            probe.write_bytes(b"writable")
            probe.unlink(missing_ok=True)  # another sweep that tidies up may have been quicker
        except (FileExistsError, NotADirectoryError):
            raise StoreError(f"{self.folder} cannot be made: a file of that name is in the way.") from None
        except OSError as error:
            raise StoreError(explain_os_error(error, self.folder)) from None

    def job_path(self, key: str) -> Path:
        """Path of a job's result."""
        return self.folder / "jobs" / f"{key}.parquet"

    def teacher_path(self, key: str) -> Path:
        """Folder of the teacher that a source job made."""
        return self.folder / "teachers" / key

    def has_job(self, key: str) -> bool:
        """Whether there is a result, readable or not."""
        return self.job_path(key).exists()

    def has_teacher(self, key: str) -> bool:
        """Whether a source job's teacher is there."""
        return self.teacher_path(key).is_dir()

    def write_job(self, job: Job) -> None:
        """Write a job's result whole or not at all."""
        write_bytes(self.job_path(job.key), encode(job))

    def write_teacher(self, key: str, teacher: Any) -> None:
        """Save a teacher whole or not at all; one left by a run that was cut short is replaced."""
        path = self.teacher_path(key)
        if path.exists():
            old = path.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
            path.rename(old)
            shutil.rmtree(old, ignore_errors=True)
        try:
            with whole(path) as part:
                teacher.save(part)
        except OSError as error:
            # Another process put the same teacher there in between: it is as good as ours.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise

    def read_job(self, key: str) -> Job | None:
        """Read a job's result; None where it is missing or damaged."""
        try:
            return read_job(self.job_path(key), key)
        except (FileNotFoundError, DamagedJob):
            return None

    def read_jobs(self, keys: Iterable[str]) -> dict[str, Job]:
        """Read the results of jobs; those that are missing or damaged are left out."""
        found = {key: self.read_job(key) for key in keys}
        return {key: job for key, job in found.items() if job is not None}

    def finished(self, keys: Iterable[str], set_aside: bool = False) -> dict[str, Job]:
        """Read all results of these keys; a damaged file is as if missing.

        Parameters
        ----------
        keys : iterable of str
        set_aside : bool
            Rename damaged files to ``*.damaged``, to make room.
        """
        present = {entry.name for entry in os.scandir(self.folder / "jobs")}
        found = {}
        for key in keys:
            path = self.job_path(key)
            if path.name not in present:
                continue
            try:
                found[key] = read_job(path, key)
            except DamagedJob:
                if set_aside:
                    path.replace(path.with_suffix(".damaged"))
            except FileNotFoundError:
                continue
        return found

    def write_failure(self, failure: Failure) -> None:
        """Record a failed job."""
        data = {name: getattr(failure, name) for name in Failure.__dataclass_fields__}
        self.write_record(f"failed/{failure.key}.json", data)

    def read_failure(self, key: str) -> Failure | None:
        """Read the record of a failed job; None where there is none."""
        return load_failure(self.folder / "failed" / f"{key}.json")

    def forget_failure(self, key: str) -> None:
        """Remove the record of a failed job."""
        (self.folder / "failed" / f"{key}.json").unlink(missing_ok=True)

    def failures(self) -> dict[str, Failure]:
        """Read all records of failed jobs, by key."""
        found = {}
        for path in sorted((self.folder / "failed").glob("*.json")):
            failure = load_failure(path)
            if failure is not None:
                found[path.stem] = failure
        return found
