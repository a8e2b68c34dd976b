"""Facts of spaces that another desk put wrongly: kept, shown, without effect."""

import json
from typing import Any

import pytest

from db.books import BOOKS
from db.facts import Fact, by_name
from db.folding import MALFORMED, anew

ROOM = "room:2026-11-23:s201"
BOOKED: dict[str, Any] = {
    "patron": "reader:1", "from": "2026-11-23T01:00:00.000000Z",
    "until": "2026-11-23T02:00:00.000000Z", "heads": 3, "least": 2, "needs": ["screen"],
}  # fmt: skip
DRAW, APPLICATION = "draw:2026:seat", "application:2026:seat:reader:1"
TAKEN = {key: BOOKED[key] for key in ("patron", "from", "until")}
QUEUED = {"patron": "reader:1", "zone": "exam", "day": "2026-11-23"}
ENTERED = {"segment": "exam", "patron": "reader:1", "until": "2026-12-31"}
WENT: dict[str, Any] = {"patron": "reader:1", "day": "2026-11-23", "passages": []}
OPENED: dict[str, Any] = {
    "season": "2026", "thing": "seat", "name": "", "zone": "exam", "many": 1,
    "first": "2026-12-01", "last": "2026-12-26", "days": 2, "unused": 0, "segments": [],
    "confirm_until": "2026-11-30T09:00:00.000000Z",
}  # fmt: skip
LAID = {"row": 3, "col": 37, "rank": 1} | dict.fromkeys(
    ("socket", "window", "lamp", "accessible"), False
)
SIGNER, PUBLIC = "signer:66687aadf862bd77", "00" * 32
APPLIED = {"draw": DRAW, "patron": "reader:1", "college": None}


@pytest.mark.parametrize(
    ("kind", "subject", "said", "well"),
    [
        ("room.booked", ROOM, BOOKED, True),
        ("room.booked", ROOM, BOOKED | {"needs": 5}, False),
        ("room.booked", ROOM, BOOKED | {"needs": None}, False),
        ("room.booked", "room:2026-99-99:s201", BOOKED, False),
        ("room.awaited", "room:x", BOOKED, False),
        ("seat.taken", "seat:2026-11-23:exam/C-37", TAKEN, True),
        ("seat.taken", "seat:2026-99-99:exam/C-37", TAKEN, False),
        ("seat.taken", "seat:20261123:exam/C-37", TAKEN, False),
        ("seat.taken", "seat:9999-12-31:exam/C-37", TAKEN, False),
        ("place.laid", "place:exam/C-37", LAID, True),
        ("place.laid", "place:exam/C-37", LAID | {"row": 0}, False),
        ("place.laid", "place:exam/C-37", LAID | {"col": 2**62}, False),
        ("queue.joined", "queue:1", QUEUED, True),
        ("queue.joined", "queue:1", QUEUED | {"day": ""}, False),
        ("segment.entered", "segment:exam:reader:1", ENTERED, True),
        ("segment.entered", "segment:exam:reader:1", ENTERED | {"until": None}, True),
        ("segment.entered", "segment:exam:reader:1", ENTERED | {"until": "x"}, False),
        ("visit.recorded", "visit:2026-11-23:reader:1", WENT, True),
        ("visit.recorded", "visit:2026-11-23:reader:1", WENT | {"day": "x"}, False),
        ("draw.opened", DRAW, OPENED, True),
        ("draw.opened", DRAW, OPENED | {"first": "x"}, False),
        ("draw.opened", DRAW, OPENED | {"last": None}, False),
        ("signer.made", SIGNER, {"public": PUBLIC}, True),
        ("signer.made", SIGNER, {"public": PUBLIC[2:]}, False),
        ("signer.made", SIGNER, {"public": "zz" * 32}, False),
        ("signer.made", "signer:0000000000000000", {"public": PUBLIC}, False),
        ("application.applied", APPLICATION, APPLIED, True),
        ("application.applied", "application:x", APPLIED, False),
        ("application.applied", APPLICATION, APPLIED | {"patron": "reader:2"}, False),
        ("application.applied", APPLICATION, APPLIED | {"draw": "draw:2027:seat"}, False),
    ],
)
def test_what_no_screen_could_show_is_a_fault(
    kind: str, subject: str, said: dict[str, Any], well: bool
) -> None:
    fact = Fact(
        "id", "id", "3F", 1, kind, 1, subject, 0, "[]", "2026-11-22T02:00:00.000000Z", None,
        json.dumps(said), None, None, None, None, None, b"",
    )  # fmt: skip
    folded = anew(by_name(BOOKS), subject, [fact], {}, [])
    assert (bool(folded.rows), folded.faults) == (well, {} if well else {"id": MALFORMED})
