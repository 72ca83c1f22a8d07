"""A folder in a bucket: S3, Google Cloud Storage or Azure, by the address of a prefix.

Only what every object store has is used: an object appears whole or not at all when its upload ends, the last
upload of a name counts, and a listing shows what was uploaded before it.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from lantern.errors import ContentError

SCHEMES = ("s3", "gs", "gcs", "abfs", "abfss")
AT_ONCE = 16  # transfers at the same time
Result = TypeVar("Result")


def is_address(place: str | Path) -> bool:
    """Whether a place is an address (``s3://bucket/prefix``) rather than a path."""
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://", str(place)) is not None


class Remote:
    """Objects below one prefix.

    Parameters
    ----------
    address : str
        Such as ``s3://bucket/prefix``, ``gs://bucket/prefix`` or ``abfs://container/prefix``; options of the
        file system follow a question mark: ``s3://bucket/runs?endpoint_override=localhost:9000&scheme=http``.
        Credentials are found as by the tools of each cloud (environment, configuration files, machine).

    Raises
    ------
    ContentError
        If it is not the address of a bucket.
    """

    def __init__(self, address: str) -> None:
        from pyarrow.fs import FileSystem

        scheme = address.partition("://")[0].lower()
        if scheme not in SCHEMES:
            raise ContentError(
                f"{address!r}: results can be kept in a folder or in a bucket, whose address starts with "
                f"{', '.join(f'{one}://' for one in SCHEMES[:-1])} or {SCHEMES[-1]}://. Give one of these."
            )
        if re.match(r"[^/]*:[^/]*@", address.partition("://")[2]):
            raise ContentError(
                "Keep keys out of the address, which is written into results and reports: give them in the "
                "environment (such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) or a configuration file."
            )
        self.address = address
        try:
            self._files, self._root = FileSystem.from_uri(address)
        except (OSError, ValueError) as error:
            raise ContentError(f"{address!r} is not the address of a bucket: {error}.") from None
        self._root = self._root.rstrip("/")

    def sizes(self, folder: str = "") -> dict[str, int]:
        """List everything below a folder: name relative to the prefix, and size in bytes."""
        from pyarrow.fs import FileSelector, FileType

        selector = FileSelector(self._path(folder), recursive=True, allow_not_found=True)
        with self._explained():
            found = self._files.get_file_info(selector)
        skip = len(self._root) + 1
        return {one.path[skip:]: int(one.size) for one in found if one.type == FileType.File}

    def read(self, name: str) -> bytes:
        """Read an object.

        Raises
        ------
        FileNotFoundError
            If there is none.
        """
        with self._explained(), self._files.open_input_file(self._path(name)) as stream:
            return bytes(stream.read())

    def write(self, name: str, data: bytes) -> None:
        """Write an object whole or not at all."""
        with self._explained(), self._files.open_output_stream(self._path(name)) as stream:
            stream.write(data)

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects; one that is gone already is no error."""

        def one(name: str) -> None:
            try:
                with self._explained():
                    self._files.delete_file(self._path(name))
            except FileNotFoundError:
                return

        self._each(one, names)

    def fetch(self, names: Iterable[str], folder: Path) -> None:
        """Copy objects into a local folder, several at once; those that are gone by then are skipped."""
        from lantern.experiments.store import write_bytes

        def one(name: str) -> None:
            try:
                data = self.read(name)
            except FileNotFoundError:
                return
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, data)

        self._each(one, names)

    def push(self, names: Iterable[str], folder: Path) -> None:
        """Copy local files into the bucket, several at once."""
        self._each(lambda name: self.write(name, (folder / name).read_bytes()), names)

    @staticmethod
    def _each(act: Callable[[str], Result], names: Iterable[str]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(act, names):
                pass

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if name else self._root

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Give errors a number and the address, so that they are told from those of a job."""
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            raise OSError(error.errno or errno.EIO, _short(error), self.address) from None


def _short(error: Any) -> str:
    """First sentence of a cloud's complaint, without the request's details."""
    text = " ".join(str(error).split())
    return text[:300].rstrip(". ")
