"""Any composite index: a tree of indicators, scores and ranks, weights, how robust ranks are, why they
change.

Knows nothing of editions or of where files lie.
"""

from bluebook.index.aggregate import aggregate_values as aggregate_values
from bluebook.index.aggregate import mean as mean
from bluebook.index.aggregate import methods_by_parent as methods_by_parent
from bluebook.index.normalise import METHODS as METHODS
from bluebook.index.normalise import bounds as bounds
from bluebook.index.normalise import directed as directed
from bluebook.index.normalise import goalposts as goalposts
from bluebook.index.normalise import groups as groups
from bluebook.index.normalise import measure as measure
from bluebook.index.normalise import normalise_values as normalise_values
from bluebook.index.normalise import parse_method as parse_method
from bluebook.index.rank import TIE as TIE
from bluebook.index.rank import rank_values as rank_values
from bluebook.index.rank import round_half_away as round_half_away
from bluebook.index.score import Scored as Scored
from bluebook.index.score import score as score
from bluebook.index.score import tidy as tidy
