"""Moved to `bluebook.data.views` and `bluebook.ledger.book`; this path stays until nothing imports it."""

import altair as alt

from bluebook.charts.frame import with_rank  # noqa: F401
from bluebook.data.views import *  # noqa: F403
from bluebook.data.views import city_colours
from bluebook.ledger.book import audit, audited, corrections, facts, quoted, resolve, verdicts  # noqa: F401


def city_scale(codes, names):  # noqa: ANN001, ANN201
    return alt.Scale(domain=list(names), range=city_colours(codes))
