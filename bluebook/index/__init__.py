"""Any composite index: a tree of indicators, scores and ranks, weights, how robust ranks are, why they
change.

Knows nothing of editions or of where files lie.
"""
# ruff: noqa: F401 (imported to be offered)

from bluebook.index.aggregate import mean
from bluebook.index.normalise import normalise_values
from bluebook.index.rank import rank_values, round_half_away
from bluebook.index.score import Scored, score, tidy
