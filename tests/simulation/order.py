"""The order of a subject's facts, told a second time and plainly."""

import json
from collections.abc import Mapping
from typing import NamedTuple


class Place(NamedTuple):
    """What orders a fact."""

    pos: int | None
    beyond: str


def in_order(places: Mapping[str, Place]) -> list[str]:
    """Ids by position and then by id, but none before one that its author knew by id."""
    first = sorted(places, key=lambda id: (places[id].pos is None, places[id].pos or 0, id))
    order: list[str] = []

    def tell(id: str) -> None:
        if id in order:
            return
        known = json.loads(places[id].beyond) if places[id].pos is not None else []
        for other in first:
            if other in known:
                tell(other)
        order.append(id)

    for id in first:
        tell(id)
    return order
