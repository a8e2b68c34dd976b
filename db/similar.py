"""Requests that read like a sentence: those that share most pairs of characters with it."""

from collections import Counter
from itertools import pairwise

from sqlalchemy import Connection

from db import fulltext
from db.store import driver

PIECES = 12
"""pairs that are looked for: the longest sentences begin with what they are about"""
EACH = 60
"""newest requests that are looked at for each"""
SHARED = 0.3
"""of the pairs at least"""


def pieces(words: str) -> list[str]:
    """Pairs of neighbouring characters or words, each once, in their order."""
    found = fulltext.tokens(words)
    pairs = [f"{one} {other}" for one, other in pairwise(found)]
    return list(dict.fromkeys(pairs or found))[:PIECES]


def serials(connection: Connection, words: str, limit: int) -> list[int]:
    """The requests most like it, the likest first, then the newest."""
    wanted = pieces(words)
    shared: Counter[int] = Counter()
    for piece in wanted:
        shared.update(fulltext.find(driver(connection), "request_text", piece, EACH))
    least = max(1, round(SHARED * len(wanted)))
    like = [serial for serial, times in shared.items() if times >= least]
    return sorted(like, key=lambda serial: (-shared[serial], -serial))[:limit]
