"""What tests of the horizon share: to let go of what is older than 400 days, and see it gone."""

from db import horizon
from db.ledger import Ledger

HORIZON = 400
"""days"""
EVERYTHING = "SELECT * FROM fact ORDER BY n"
ELSEWHERE = "SELECT DISTINCT subject FROM fact WHERE data = '' ORDER BY subject"
WORDS = "secret-words"


def rest(ledger: Ledger) -> int:
    return horizon.put_to_rest(ledger, ledger.clock.now(), HORIZON)
