"""A pack's maker carries its facts to the centre, in the pack's name: it has no way there itself,
and what it would be told there is none of its business.

A pack's facts are in its maker's ledger, without a place. They are pushed in an epoch that begins
with them: ids decide what is known, so a pack may come home as often as it likes, from a clone of
its laptop or an older copy of it, and an exchange that was cut begins again. The positions come
back with the next pull, and with them how far off the laptop's clock was.
"""

from dataclasses import replace
from functools import partial
from itertools import groupby

from db import packs
from db.centre import Centre
from db.facts import COLUMNS, GENESIS, ID, Fact, chained
from db.ledger import Ledger, whole_acts
from db.place import greeting
from db.refusal import Refusal
from db.store import driver

BARRED = ("NotYours", "IdTaken")
"""what keeps one pack's facts back, and nothing else"""


def carry(ledger: Ledger, centre: Centre) -> tuple[int, list[str]]:
    """Push what packs that this desk made brought home: how many facts, and the packs in whose name
    it may not, which whoever looks after the centre has to grant. Refuses as the centre.
    """
    with ledger.store.reading() as connection:
        owed, said = packs.owed(connection), greeting(connection)
    carried, barred = 0, []
    for pack in owed:
        with ledger.store.reading() as connection:
            lines = driver(connection).execute(
                f"SELECT {', '.join(COLUMNS)} FROM fact WHERE desk = ? AND epoch IS NULL "
                f"AND pos IS NULL AND length(id) = {ID} "
                "ORDER BY coalesce(skew, ?), act, id",
                (pack.code, pack.behind),
            )
            facts = [Fact(*line) for line in lines]
        try:
            # How far it has pulled is as far as its maker has.
            hello = centre.hello(replace(said, desk=pack.code, epoch=0, faults=0, skew=None))
            _push(centre, pack, hello.epoch + 1, facts)
            carried += len(facts)
        except Refusal as refusal:
            if refusal.code not in BARRED:
                raise
            barred.append(pack.code)
    return carried, barred


def _push(centre: Centre, pack: packs.Owed, epoch: int, facts: list[Fact]) -> None:
    chain, seq = GENESIS, 0
    for skew, batch in groupby(facts, partial(_skew, pack)):
        for some in whole_acts(batch):
            previous = chain
            for fact in some:
                seq += 1
                chain = chained(chain, pack.code, epoch, seq, fact.digest)
                fact.epoch, fact.seq, fact.chain = epoch, seq, chain
            centre.push(pack.code, epoch, previous, some, skew)


def _skew(pack: packs.Owed, fact: Fact) -> int:
    """As far off as the laptop was that brought it; where nobody has kept that, the last one."""
    return pack.behind if fact.skew is None else fact.skew
