"""Surrogates of a process from its records: mixture of experts, conservation terms, transfer, uncertainty."""

from lantern.surrogates.process.adapt import MODES, adapt, adapt_all
from lantern.surrogates.process.channels import INCINERATOR, Channels
from lantern.surrogates.process.conservation import Conservation
from lantern.surrogates.process.experts import MixtureOfExperts, jensen_shannon
from lantern.surrogates.process.heads import HeadPosterior, fit_head
from lantern.surrogates.process.storage import load_surrogate, save_surrogate
from lantern.surrogates.process.surrogate import PlantSurrogate, Prediction
from lantern.surrogates.process.training import Settings, train_surrogate

__all__ = [
    "INCINERATOR",
    "MODES",
    "Channels",
    "Conservation",
    "HeadPosterior",
    "MixtureOfExperts",
    "PlantSurrogate",
    "Prediction",
    "Settings",
    "adapt",
    "adapt_all",
    "fit_head",
    "jensen_shannon",
    "load_surrogate",
    "save_surrogate",
    "train_surrogate",
]
