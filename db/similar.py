"""Requests that read like a sentence: those that share most pairs of characters with it."""

import re
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


ASKING = (
    "怎么样 怎么办 怎么 怎样 如何 为什么 什么 哪里 哪儿 哪个 哪些 在哪 几点 几楼 多少 多久 "
    "可不可以 可以 能不能 能否 是不是 是否 有没有 请问 请教 咨询 一下 你好 您好 老师 同学 "
    "我们 想要 需要 这个 那个 不能 无法 我 您 你 想 的 了 吗 呢 吧 啊 "
    "how what where when which why who can could may do does is are i my you the a an to please"
)
"""words that all questions have: they say nothing of what one is about"""
_LONGEST_FIRST = sorted(map(fulltext.spaced, ASKING.split()), key=len, reverse=True)
_ASKING = re.compile(rf"(?<!\S)(?:{'|'.join(_LONGEST_FIRST)})(?!\S)")


def pieces(words: str) -> list[str]:
    """Pairs of neighbouring characters or words that say what it is about, each once, in their
    order; between words that all questions have, a word of letters by itself.
    """
    found: list[str] = []
    for part in _ASKING.split(fulltext.spaced(words)):
        said = part.split()
        pairs = [f"{one} {other}" for one, other in pairwise(said)]
        found += pairs or [word for word in said if len(word) > 1]
    return list(dict.fromkeys(found))[:PIECES]


def serials(connection: Connection, words: str, limit: int) -> list[int]:
    """The requests most like it, the likest first, then the newest."""
    wanted = pieces(words)
    shared: Counter[int] = Counter()
    raw = driver(connection)
    for piece in wanted:
        shared.update(fulltext.find(raw, "request_text", fulltext.phrase(piece), EACH))
    least = max(1, round(SHARED * len(wanted)))
    like = [serial for serial, times in shared.items() if times >= least]
    return sorted(like, key=lambda serial: (-shared[serial], -serial))[:limit]
