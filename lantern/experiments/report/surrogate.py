"""What a site's surrogate is like: predictions against what the plant showed, and the use of its experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lantern.experiments.report.figure import Plot, Row, line
from lantern.experiments.report.palette import MUTED, styles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAMES = {"co": "CO", "nox": "NOx", "so2": "SO2", "hcl": "HCl", "dust": "dust", "co2": "CO2"}


def surrogate_figures(key: str, episodes: Sequence[Sequence[Mapping[str, Any]]]) -> tuple[Plot, ...]:
    """Draw the surrogate of the first episode that has one.

    Parameters
    ----------
    key : str
        Prefix of file names.
    episodes : sequence of episodes
        Of different agents at one site; their first step may hold ``surrogate``, as
        :func:`lantern.agents.control.portrait.portrait` makes it.

    Returns
    -------
    tuple of Plot
        Empty where there is none.
    """
    found = [one[0]["surrogate"] for one in episodes if one and "surrogate" in one[0]]
    if not found:
        return ()
    return (_predicted(f"{key}-predicted", found[0]), _experts(f"{key}-experts", found[0]["experts"]))


def _predicted(name: str, portrait: Mapping[str, Any]) -> Plot:
    shown, predicted, r2 = portrait["shown"], portrait["predicted"], portrait["r2"]
    titles = {pollutant: f"{_NAMES.get(pollutant, pollutant)}, R2 {r2[pollutant]:.2f}" for pollutant in shown}
    looks = styles(tuple(titles.values()), None, None)
    means = {pollutant: max(float(np.mean(values)), 1e-9) for pollutant, values in shown.items()}

    def draw(axes: Axes) -> None:
        top = 1.0
        for pollutant, title in titles.items():
            x, y = (np.array(part[pollutant]) / means[pollutant] for part in (shown, predicted))
            top = max(top, float(np.quantile(x, 0.99)), float(np.quantile(y, 0.99)))
            look = looks[title]
            dots: dict[str, Any] = {"marker": look.marker, "markersize": 2.6, "color": look.colour.light}
            axes.plot(x, y, linestyle="", alpha=0.5, **dots)
        axes.axline((0.0, 0.0), slope=1.0, color=MUTED.light, linewidth=0.9, linestyle=(0, (1, 2.5)))
        axes.set_xlim(0, 1.05 * top)
        axes.set_ylim(0, 1.05 * top)
        axes.set_xlabel("reading, relative to the day's mean")
        axes.set_ylabel("prediction")

    rows: list[Row] = [
        (pollutant, f"{x:.6g}", f"{y:.6g}")
        for pollutant in shown
        for x, y in zip(shown[pollutant], predicted[pollutant], strict=True)
    ]
    caption = (
        "Mean of the next five minutes, predicted from all readings before and the set-points, against what "
        "the instruments then showed, on a day that the surrogate has not seen. "
        f"{100 * portrait['inside']:.0f} % of the readings lie inside its 90 % intervals. "
        "The dotted line is a perfect prediction."
    )
    columns = ("pollutant", "reading", "prediction")
    title = "Predicted and measured"
    return Plot(name, title, caption, draw, columns, rows, {t: looks[t] for t in titles.values()}, 320)


def _experts(name: str, experts: Mapping[str, Any]) -> Plot:
    places = {"reference site": experts["reference"], "this site": experts["site"]}
    looks = styles(tuple(places), "this site", "reference site")

    def draw(axes: Axes) -> None:
        at = np.arange(len(experts["site"]))
        for place, shift in zip(places, (-0.2, 0.2), strict=True):
            colour = line(looks[place])["color"]
            axes.bar(at + shift, places[place], width=0.36, color=colour, zorder=3)
        axes.set_xticks(at, [f"expert {number + 1}" for number in at])
        axes.set_ylim(0, 1.05 * max(map(max, places.values())))
        axes.set_ylabel("share of the prediction")
        axes.grid(axis="y")

    rows: list[Row] = [
        (place, number + 1, f"{share:.6g}")
        for place, shares in places.items()
        for number, share in enumerate(shares)
    ]
    caption = (
        "How much each expert of the mixture is used, on average over days that were not learned from. "
        f"Jensen-Shannon distance between the two: {experts['distance']:.3f} (0 the same, 1 apart)."
    )
    return Plot(name, "Use of the experts", caption, draw, ("site", "expert", "share"), rows, looks, 240)
