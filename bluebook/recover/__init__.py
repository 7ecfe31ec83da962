"""What printed scores prove: hidden weights and cells as exact intervals, and printed scores that cannot be
right.

In the field's terms this is partial identification: not an estimate, but the sharp bounds that all printed
figures leave (Manski 2003). Knows nothing of editions.
"""

from bluebook.recover.grid import grid as grid
from bluebook.recover.grid import grids as grids
from bluebook.recover.printed import READINGS as READINGS
from bluebook.recover.printed import cell_half_units as cell_half_units
from bluebook.recover.printed import half_unit as half_unit
from bluebook.recover.printed import printed_decimals as printed_decimals
from bluebook.recover.printed import rank_limits as rank_limits
from bluebook.recover.printed import read_as as read_as
from bluebook.recover.printed import read_scores as read_scores
from bluebook.recover.printed import reading as reading
from bluebook.recover.verify import verify as verify
from bluebook.recover.weights import CONFLICT as CONFLICT
from bluebook.recover.weights import WEIGHTS as WEIGHTS
from bluebook.recover.weights import Recovered as Recovered
from bluebook.recover.weights import recover as recover
