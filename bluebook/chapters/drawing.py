"""Parts that several charts of the chapters share: one scale for all layers, named rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import altair as alt


def ruler(
    title: str | None,
    domain: list[float],
    values: list[float] | None = None,
    format: str | None = None,
    type: str = "linear",
) -> Callable[[str], alt.X]:
    """Return a function from a field to its x channel, so that every layer names the same scale.

    A layer that leaves the scale out would stretch it, to zero for a bar. ``values``: the ticks; ``type``: linear, log.
    """
    axis = {k: v for k, v in (("values", values), ("format", format)) if v is not None}

    def of(field: str) -> alt.X:
        scale = alt.Scale(type=type, domain=domain, nice=False)
        return alt.X(f"{field}:Q", title=title, scale=scale, axis=alt.Axis(**axis))

    return of


def riser(title: str | None, domain: list[float]) -> Callable[[str], alt.Y]:
    """Return a function from a field to its y channel, the upright twin of :func:`ruler`."""

    def of(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=title, scale=alt.Scale(domain=domain, nice=False))

    return of


def named_rows(names: Iterable[str], field: str = "name") -> alt.Y:
    """Return the y channel of a chart with one named row each, in this order, without ticks or domain line."""
    return alt.Y(
        f"{field}:N",
        sort=list(names),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=6),
    )
