"""Labels for environments that are vectorised themselves: one call labels them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from gymnasium.vector import VectorEnv, VectorWrapper

from lantern.content import nearest
from lantern.envs.labelling import arity, raised, where
from lantern.errors import LabelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lantern.logic import Vocabulary

#: Observation, reward, terminated, truncated and infos of a step of N environments.
VectorStep: TypeAlias = (
    "tuple[Any, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]"
)

#: ``labeller(observations[, infos])`` of a vectorised environment returns, for each name, a bool array (N,).
VectorLabeller: TypeAlias = Callable[..., Mapping[str, Any]]


class LabelledVectorEnv(VectorWrapper[Any, Any, Any]):
    """A vectorised environment with ``infos["label"]``, an int64 array of bit masks.

    Parameters
    ----------
    envs : gymnasium.vector.VectorEnv
        The environments.
    vocabulary : Vocabulary or mapping of str to str
        Proposition names and their English.
    labeller : callable
        ``labeller(observations)`` or ``labeller(observations, infos)`` on whole batches; returns a mapping
        of names to bool arrays of shape (N,). Names left out do not hold.

    Raises
    ------
    LabelError
        While running, if the labeller raises or returns an unknown name or a wrong shape.
    """

    def __init__(
        self,
        envs: VectorEnv[Any, Any, Any],
        vocabulary: Vocabulary | Mapping[str, str],
        labeller: VectorLabeller,
    ) -> None:
        from lantern.logic import Vocabulary

        super().__init__(envs)
        self.vocabulary = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary(vocabulary)
        self.labeller = labeller
        self._bits = {name: 1 << index for index, name in enumerate(self.vocabulary)}
        self._with_infos = arity(labeller) > 1

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Reset, and label the first observations."""
        observations, infos = self.env.reset(seed=seed, options=options)
        infos["label"] = self._masks(observations, infos)
        return observations, infos

    def step(self, actions: Any) -> VectorStep:
        """Step, and label what came of it."""
        observations, reward, terminated, truncated, infos = self.env.step(actions)
        infos["label"] = self._masks(observations, infos)
        return observations, reward, terminated, truncated, infos

    def _masks(self, observations: Any, infos: dict[str, Any]) -> NDArray[np.int64]:
        try:
            held = self.labeller(observations, infos) if self._with_infos else self.labeller(observations)
        except Exception as error:
            raise LabelError(raised(self.labeller, error)) from error
        masks = np.zeros(self.num_envs, dtype=np.int64)
        for name, holds in held.items():
            if name not in self._bits or np.shape(holds) != (self.num_envs,):
                raise LabelError(
                    f"The labeller {where(self.labeller)} returned {name!r} with shape {np.shape(holds)}; it "
                    f"must give a bool array of shape ({self.num_envs},) for each name. "
                    f"{nearest(name, self.vocabulary.names)}"
                )
            masks |= np.where(holds, self._bits[name], 0)
        return masks
