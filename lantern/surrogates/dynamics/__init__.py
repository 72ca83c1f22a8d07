"""Fast dynamics: furnace temperature and oxygen minutes ahead, taken to a new site in closed form."""

from lantern.surrogates.dynamics.fast import FastDynamics, Forecast
from lantern.surrogates.dynamics.storage import load_fast_dynamics, save_fast_dynamics
from lantern.surrogates.dynamics.training import train_fast_dynamics

__all__ = ["FastDynamics", "Forecast", "load_fast_dynamics", "save_fast_dynamics", "train_fast_dynamics"]
