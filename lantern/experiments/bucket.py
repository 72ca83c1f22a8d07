"""A sweep's store in a bucket.

The bucket is the only truth; each process keeps a temporary folder of what it has read, so that everything
that reads a store from disk reads this one too. A job is one object, a teacher another (a zip): each appears
whole or not at all, and two processes that made the same one made the same content.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lantern.experiments.jobfile import encode
from lantern.experiments.remote import Remote, is_address
from lantern.experiments.results import Failure, Job
from lantern.experiments.store import FOLDERS, Store, StoreError, explain_os_error, whole

if TYPE_CHECKING:
    from lantern.experiments.claims import Owner
    from lantern.experiments.shared_claims import SharedClaims

# What is fetched when it is asked for, and what only this machine's tools read.
ON_DEMAND = ("jobs/", "teachers/", "owners/", "claims/", "figures/", "tensorboard/", "wandb-logged/")


class BucketStore(Store):
    """A store whose files are objects below an address; reads and writes as ``Store`` does.

    Parameters
    ----------
    address : str
        See :class:`lantern.experiments.remote.Remote`.
    """

    def __init__(self, address: str) -> None:
        self.remote = Remote(address)
        self._temporary = tempfile.TemporaryDirectory(prefix="lantern-store-")
        super().__init__(Path(self._temporary.name))
        self._taught: set[str] = set()
        for name in FOLDERS:
            (self.folder / name).mkdir()

    @property
    def where(self) -> str:
        """The address."""
        return self.remote.address

    def create(self) -> None:
        """See that the bucket can be written."""
        try:
            self.remote.write("claims/.probe", b"writable")
        except OSError as error:
            raise StoreError(explain_os_error(error, self.where)) from None

    def refresh(self, jobs: bool = False) -> None:
        """Fetch manifest, provenance, failures and tunings; on demand all results, too."""
        skipped = tuple(name for name in ON_DEMAND if not (jobs and name == "jobs/"))
        try:
            wanted = {
                name: size for name, size in self.remote.sizes().items() if not name.startswith(skipped)
            }
            results = {name: size for name, size in wanted.items() if name.startswith("jobs/")}
            have = {name for name, size in results.items() if _size(self.folder / name) == size}
            self.remote.fetch(wanted.keys() - have, self.folder)
        except OSError as error:
            raise StoreError(explain_os_error(error, self.where)) from None

    def publish(self, *names: str) -> None:
        """Upload what was written into the temporary folder: files, or folders with all that is in them."""
        paths = [self.folder / name for name in names]
        files = [one for path in paths for one in ([path] if path.is_file() else path.rglob("*"))]
        found = [one.relative_to(self.folder).as_posix() for one in files if one.is_file()]
        self.remote.push(found, self.folder)

    def has(self, name: str) -> bool:
        """Whether there is an object of that name, or below it."""
        return bool(self.remote.sizes(name)) or name in self.remote.sizes(str(Path(name).parent))

    def sizes(self) -> dict[str, int]:
        """Name and size in bytes of everything that it holds."""
        return self.remote.sizes()

    def remove(self, names: Iterable[str]) -> None:
        """Remove files."""
        self.remote.remove(names)

    def write_job(self, job: Job) -> None:
        """Upload a job's result."""
        self.remote.write(f"jobs/{job.key}.parquet", encode(job))

    def read_job(self, key: str) -> Job | None:
        """Read a job's result; None where it is missing or damaged."""
        self.remote.fetch([f"jobs/{key}.parquet"], self.folder)
        return super().read_job(key)

    def read_jobs(self, keys: Iterable[str]) -> dict[str, Job]:
        """Read the results of jobs; those that are missing or damaged are left out."""
        wanted = list(keys)
        self.remote.fetch((f"jobs/{key}.parquet" for key in wanted), self.folder)
        found = {key: super(BucketStore, self).read_job(key) for key in wanted}
        return {key: job for key, job in found.items() if job is not None}

    def has_job(self, key: str) -> bool:
        """Whether there is a result, readable or not."""
        return self.read_job(key) is not None

    def finished(self, keys: Iterable[str], set_aside: bool = False) -> dict[str, Job]:
        """Read all results of these keys; a damaged object is as if missing, and replaced by the next run."""
        wanted = {f"jobs/{key}.parquet" for key in keys}
        there = {name: size for name, size in self.remote.sizes("jobs").items() if name in wanted}
        self._taught = {Path(name).stem for name in self.remote.sizes("teachers")}
        for path in (self.folder / "jobs").glob("*.parquet"):
            if there.get(f"jobs/{path.name}") == path.stat().st_size:
                del there[f"jobs/{path.name}"]
            else:
                path.unlink()
        self.remote.fetch(there, self.folder)
        return super().finished((Path(name).stem for name in sorted(wanted)), set_aside)

    def has_teacher(self, key: str) -> bool:
        """Whether a source job's teacher is there."""
        return key in self._taught or f"teachers/{key}.zip" in self.remote.sizes("teachers")

    def teacher_path(self, key: str) -> Path:
        """Folder of a teacher, fetched if it is not here yet."""
        path = super().teacher_path(key)
        if not path.is_dir():
            data = self.remote.read(f"teachers/{key}.zip")
            with whole(path) as part, zipfile.ZipFile(io.BytesIO(data)) as archive:
                part.mkdir()
                for name in archive.namelist():
                    (part / Path(name).name).write_bytes(archive.read(name))
        return path

    def write_teacher(self, key: str, teacher: Any) -> None:
        """Save a teacher as one object."""
        path = self.folder / "teachers" / key
        with whole(path) as part:
            teacher.save(part)
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for file in sorted(path.iterdir()):
                archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes())
        self.remote.write(f"teachers/{key}.zip", data.getvalue())

    def write_record(self, name: str, data: Mapping[str, Any]) -> None:
        """Write a JSON file, here and in the bucket."""
        super().write_record(name, data)
        self.publish(name)

    def read_failure(self, key: str) -> Failure | None:
        """Read the record of a failed job; None where there is none."""
        self.remote.fetch([f"failed/{key}.json"], self.folder)
        return super().read_failure(key)

    def forget_failure(self, key: str) -> None:
        """Remove the record of a failed job, if we know of one."""
        if (self.folder / "failed" / f"{key}.json").exists():
            super().forget_failure(key)
            self.remote.remove([f"failed/{key}.json"])

    def failures(self) -> dict[str, Failure]:
        """Read all records of failed jobs, by key."""
        for path in (self.folder / "failed").glob("*.json"):
            path.unlink()
        self.remote.fetch(self.remote.sizes("failed"), self.folder)
        return super().failures()

    def claims(self) -> SharedClaims:
        """Claims for a sweep that starts here."""
        from lantern.experiments.shared_claims import SharedClaims

        return SharedClaims(self.remote)

    def owners(self) -> list[Owner]:
        """List the sweeps that are registered here."""
        from lantern.experiments.shared_claims import shared_owners

        return shared_owners(self.remote)

    def claimed(self) -> set[str]:
        """Keys of the jobs that sweeps have claimed."""
        from lantern.experiments.shared_claims import claimed_keys

        return claimed_keys(self.remote)


def open_store(place: str | Path) -> Store:
    """Return the store at a path or an address, whether or not anything is there."""
    return BucketStore(str(place)) if is_address(place) else Store(Path(place))


@contextmanager
def local_copy(place: str | Path, write: bool = False) -> Iterator[Path]:
    """Give a folder with all that a store holds but teachers; of one in a bucket, a temporary copy.

    Parameters
    ----------
    place : str or Path
    write : bool
        Upload what was written in the meantime.
    """
    if not is_address(place):
        yield Path(place)
        return
    store = BucketStore(str(place))
    store.refresh(jobs=True)
    try:
        before = _marks(store.folder)
        yield store.folder
        if write:
            changed = [name for name, mark in _marks(store.folder).items() if before.get(name) != mark]
            store.remote.push(changed, store.folder)
    except OSError as error:
        if error.filename != store.where:
            raise
        raise StoreError(explain_os_error(error, store.where)) from None


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _marks(folder: Path) -> dict[str, tuple[int, int]]:
    """Tell versions of files apart: when each was changed, and which one it is."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    stats = {path.relative_to(folder).as_posix(): path.stat() for path in files}
    return {name: (stat.st_mtime_ns, stat.st_ino) for name, stat in stats.items()}
