"""Surrogates on disk: JSON for what is small and named, safetensors for arrays. Nothing is ever executed.

A surrogate is a folder with ``surrogate.json`` and ``surrogate.safetensors``. The JSON holds a checksum of
the other file; shapes and numbers are checked before anything is believed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from lantern.content import read_bytes, write_whole
from lantern.errors import SurrogateError
from lantern.surrogates.process.channels import Channels
from lantern.surrogates.process.conservation import Conservation
from lantern.surrogates.process.experts import MixtureOfExperts
from lantern.surrogates.process.heads import HeadPosterior
from lantern.surrogates.process.levels import Levels
from lantern.surrogates.process.novelty import Novelty
from lantern.surrogates.process.surrogate import PlantSurrogate, Site
from lantern.surrogates.process.ties import Ties, tied

FORMAT, VERSION = "lantern-surrogate", 2
JSON_NAME, ARRAYS_NAME = "surrogate.json", "surrogate.safetensors"
MAX_JSON, MAX_ARRAYS = 2**20, 2**28
_SCALE = ("input_mean", "input_scale", "target_scale")
_OWN = ("factor", "offset", "residuals", "starts", "low", "high")
_HEAD = ("weights", "deviation", "axes", "moments")
_USUAL = ("share", "lengths", "astray")
_TIES = ("weights", "constants", "correction")
_SIZES = ("inputs", "regime", "outputs", "experts", "hidden", "features", "groups")


def save_surrogate(model: PlantSurrogate, path: str | Path) -> Path:
    """Write a surrogate; files appear whole or not at all.

    Raises
    ------
    SurrogateError
        If the folder cannot be written.
    """
    from safetensors.numpy import save

    folder = Path(path)
    arrays: dict[str, NDArray[Any]] = {f"net.{k}": v.numpy() for k, v in model.net.state_dict().items()}
    arrays |= {f"scale.{name}": model.scale[name] for name in _SCALE}
    arrays |= {f"head.{name}": getattr(model.posterior, name) for name in _HEAD}
    arrays |= {f"usual.{name}": getattr(model.usual, name) for name in _USUAL}
    if model.ties is not None:
        arrays |= {f"ties.{name}": getattr(model.ties, name) for name in _TIES}
    arrays["head.ridges"] = np.minimum(model.posterior.ridges, 1e300)
    arrays |= {f"own.{name}": getattr(model, name) for name in _OWN}
    arrays |= {"levels": model.site.levels, "novelty.centre": model.novelty.centre}
    arrays["novelty.whitening"] = model.novelty.whitening
    blob = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    document = {
        "format": FORMAT,
        "version": VERSION,
        "channels": model.channels.to_dict(),
        "seconds": model.seconds,
        "sizes": model.net.sizes,
        "conservation": model.site.conservation.to_dict() if model.site.conservation else None,
        "novelty_scale": model.novelty.scale,
        "tied": model.ties is not None,
        "about": model.about,
        "sha256": hashlib.sha256(blob).hexdigest(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in ((ARRAYS_NAME, blob), (JSON_NAME, json.dumps(document, indent=1).encode())):
            write_whole(folder / name, data)  # the JSON comes last: a folder without it is no surrogate
    except OSError as error:
        raise SurrogateError(
            f"The surrogate cannot be saved to {folder}: {error}. Choose a folder that can be written."
        ) from None
    return folder


def load_surrogate(path: str | Path) -> PlantSurrogate:
    """Read a surrogate from its folder.

    Raises
    ------
    SurrogateError
        If anything is missing, damaged, foreign or does not fit together.
    """
    folder = Path(path)
    document = _document(folder)
    arrays = _arrays(folder, str(document.get("sha256")))
    try:
        return _assemble(document, arrays)
    except (SurrogateError, KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise _damaged(folder, f"its parts do not fit ({type(error).__name__}: {error})") from None


def _document(folder: Path) -> dict[str, Any]:
    raw = read_bytes(folder / JSON_NAME, MAX_JSON, "surrogate", SurrogateError)
    try:
        found = json.loads(raw.decode())
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _damaged(folder, f"{JSON_NAME} is not JSON ({error})") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise SurrogateError(f"{folder} is not a surrogate: its format is not {FORMAT!r}. Check the path.")
    if found.get("version") != VERSION:
        raise SurrogateError(
            f"{folder} has version {found.get('version')!r} of the format; this LANTERN reads {VERSION}. "
            "Save the surrogate again, or install the LANTERN that wrote it."
        )
    return found


def _arrays(folder: Path, sha256: str) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    blob = read_bytes(folder / ARRAYS_NAME, MAX_ARRAYS, "surrogate", SurrogateError)
    if hashlib.sha256(blob).hexdigest() != sha256:
        raise _damaged(folder, f"the checksum of {ARRAYS_NAME} is not the one in {JSON_NAME}")
    try:
        arrays = load(blob)
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise _damaged(folder, f"{ARRAYS_NAME} is not a safetensors file ({error})") from None
    for name, array in arrays.items():
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise _damaged(folder, f"the array {name} holds numbers that are not finite")
    return arrays


def _assemble(document: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> PlantSurrogate:
    channels = _channels(document["channels"])
    sizes = {name: int(size) for name, size in ({"groups": 1} | document["sizes"]).items() if name in _SIZES}
    columns, outputs = len(channels.names), len(channels.outputs)
    memory, inputs = len(channels.memory), sizes["inputs"]
    if inputs != columns * memory + len(channels.actions) or sizes["regime"] != len(channels.regime):
        raise ValueError("the net's sizes are not those of the channels")
    if not all(0 < size <= 4096 for size in sizes.values()):
        raise ValueError("a size of the net is out of range")
    if sizes["experts"] % sizes["groups"]:
        raise ValueError("its experts cannot be shared out among its groups")
    net = MixtureOfExperts(**sizes)
    state = {k.removeprefix("net."): torch.from_numpy(v) for k, v in arrays.items() if k.startswith("net.")}
    net.load_state_dict(state)
    features = net.head.shape[0]
    expected = {
        "levels": (columns,), "own.low": (columns,), "own.high": (columns,),
        "own.factor": (outputs,), "own.offset": (outputs,), "own.residuals": (None, outputs),
        "own.starts": (None, columns, memory), "scale.input_mean": (inputs,), "scale.input_scale": (inputs,),
        "scale.target_scale": (outputs,), "head.weights": (features, outputs), "head.deviation": (outputs,),
        "head.axes": (features, features), "head.moments": (features,), "head.ridges": (outputs,),
        "novelty.centre": (inputs,), "novelty.whitening": (inputs, inputs),
        "usual.share": (None,), "usual.lengths": (None,),
        "usual.astray": (len(arrays["usual.lengths"]), columns, columns),
    }  # fmt: skip
    if document["tied"]:
        expected |= {"ties.weights": (2, outputs), "ties.constants": (2,), "ties.correction": (outputs, 2)}
        if not tied(channels):
            raise ValueError("its channels have no balances")
    for name, shape in expected.items():
        found = arrays[name].shape
        if len(found) != len(shape) or any(w not in (None, f) for w, f in zip(shape, found, strict=True)):
            raise ValueError(f"the array {name} has shape {found}, not {shape}")
    usual = Levels(*(arrays[f"usual.{name}"] for name in _USUAL))
    rising = len(usual.lengths) > 0 and (np.diff(usual.lengths, prepend=0.0) > 0).all()
    if len(usual.share) not in (0, len(channels.design)) or not rising:
        raise ValueError("what it says of levels does not fit its channels")
    conservation = document["conservation"]
    return PlantSurrogate(
        channels=channels,
        seconds=float(document["seconds"]),
        net=net,
        scale={name: arrays[f"scale.{name}"] for name in _SCALE},
        site=Site(arrays["levels"], Conservation(**conservation) if conservation else None),
        usual=usual,
        ties=Ties(*(arrays[f"ties.{name}"] for name in _TIES)) if document["tied"] else None,
        posterior=HeadPosterior(**{name: arrays[f"head.{name}"] for name in (*_HEAD, "ridges")}),
        novelty=Novelty(
            arrays["novelty.centre"], arrays["novelty.whitening"], float(document["novelty_scale"])
        ),
        about={str(key): str(value) for key, value in document["about"].items()},
        **{name: arrays[f"own.{name}"] for name in _OWN},
    )


def _channels(data: dict[str, Any]) -> Channels:
    def names(key: str) -> tuple[str, ...]:
        return tuple(map(str, data[key]))

    def numbers(key: str) -> dict[str, float]:
        return {str(name): float(value) for name, value in data[key].items()}

    return Channels(
        names("actions"),
        names("outputs"),
        names("logarithmic"),
        numbers("floors"),
        numbers("spreads"),
        tuple(map(float, data["memory"])),
        float(data["baseline"]),
        names("regime"),
        numbers("ceilings"),
        names("design"),
    )


def _damaged(folder: Path, why: str) -> SurrogateError:
    return SurrogateError(f"The surrogate at {folder} is damaged: {why}. Save it again, or train it again.")
