"""How a desk stands to its centre, in words: for the status line, F9 and the command line."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import reduce

from deskapp.centre import FILE
from deskapp.desk import Desk
from deskapp.exchanges import STOPPED, Exchanged
from deskapp.language import Language
from deskapp.sync import BROKEN, SET_BACK, Preview, Standing, Synced
from deskapp.wall_clock import WRONG

SHORT = {
    "never": "sync.short.never",
    "online": "sync.short.online",
    "unsure": "sync.short.unsure",
    "offline": "sync.short.offline",
    "barred": "sync.short.barred",
    "stuck": "sync.short.stuck",
}


def status(t: Language, stands: Standing, now: datetime) -> str:
    """For the status line: 在线 10:02已同步, 离线 09:12起 待上传37条."""
    if stands.state == "alone":
        return t("sync.short.alone")
    at = when(t, stands.since, now)
    said = t("sync.short.running") if stands.running else t(SHORT[stands.state], at=at)
    if stands.code == SET_BACK and not stands.running:
        said = t("sync.short.set_back", at=at)
    if stands.waiting or stands.state not in ("online", "unsure"):
        said = t("sync.short.waiting", said=said, waiting=stands.waiting)
    return t("sync.short.twin", said=said) if stands.twin else said


def when(t: Language, moment: datetime | None, now: datetime) -> str:
    """A moment as briefly as it is clear: the time, before today the day too, and the year before
    this one.
    """
    if moment is None:
        return ""
    if moment.date() == now.date():
        return t.time(moment)
    day = f"{moment:%m-%d}" if moment.year == now.year else f"{moment:%Y-%m-%d}"
    return f"{day} {t.time(moment)}"


def why(t: Language, code: str, facts: Mapping[str, object]) -> str:
    """What stopped an exchange."""
    if code == BROKEN:
        return t("sync.broken")
    return t.refused(code, facts)


AWAY = {
    "Connection refused": "sync.away.refused",
    "timeout": "sync.away.timeout",
    "timed out": "sync.away.timeout",
    "translate host name": "sync.away.name",
    "unreachable": "sync.away.network",
    "No route to host": "sync.away.network",
    "closed the connection": "sync.away.closed",
    "No such file": "sync.away.nobody",
    "starting up": "sync.away.starting",
    "shutting down": "sync.away.stopping",
    "too many": "sync.away.full",
}
"""what a driver says of the way to a server, which is in English, and what that means"""


def brief(t: Language, facts: Mapping[str, object]) -> Mapping[str, object]:
    """Of that only what went wrong there; with `--json` `deskapp sync` tells all of it."""
    if "why" not in facts:
        return facts
    said = str(facts["why"])
    words = next((words for words in AWAY if words in said), None)
    return {**facts, "why": t(AWAY[words]) if words else said.rpartition(" failed: ")[2]}


def lines(t: Language, stands: Standing, now: datetime) -> Iterator[tuple[str, str]]:
    """How the desk stands, each part with what it is called."""
    yield t("sync.line.centre"), named(stands.centre) if stands.centre else t("sync.no_centre")
    if stands.centre is None:
        return
    yield t("sync.line.state"), state(t, stands, now)
    if stands.state not in ("online", "unsure"):
        last = when(t, stands.success, now) or t("sync.never")
        yield t("sync.line.success"), last
    yield t("sync.line.waiting"), t("sync.waiting", count=stands.waiting)
    if stands.offset is not None:
        yield t("sync.line.clock"), clock(t, stands)
    if stands.faults:
        yield t("sync.line.faults"), t("sync.faults", count=stands.faults)
    if stands.twin:
        yield t("sync.line.twin"), t("sync.twin", at=when(t, stands.twin, now))
    if stands.doubled:
        yield t("sync.line.doubled"), "  ".join(stands.doubled)
    if stands.strays:
        yield t("sync.line.strays"), t("sync.strays", codes=", ".join(stands.strays))


def named(address: str) -> str:
    """An address as one speaks of it: the file, or the server and the database there."""
    if address.startswith(FILE):
        return address.removeprefix(FILE)
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(address)
    place = parts.get("host") or parts.get("hostaddr") or parts.get("service") or "localhost"
    return f"{place}/{parts.get('dbname', '')}"


def state(t: Language, stands: Standing, now: datetime) -> str:
    """What the last exchange found, in a sentence."""
    if stands.running:
        return t("sync.state.running")
    reason = why(t, stands.code, brief(t, stands.facts)) if stands.code else ""
    return t(f"sync.state.{stands.state}", at=when(t, stands.since, now), why=reason)


def clock(t: Language, stands: Standing) -> str:
    """What the last exchange found of this machine's clock."""
    return _clock(t, stands.offset or timedelta())


def _clock(t: Language, behind: timedelta) -> str:
    seconds = round(behind.total_seconds())
    if not seconds:
        return t("sync.clock.right")
    return t("sync.clock.slow" if seconds > 0 else "sync.clock.fast", span=span(t, abs(seconds)))


def span(t: Language, seconds: int) -> str:
    """A length of time, as exactly as anybody wants to know it."""
    for unit, key in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return t(f"span.{key}", count=seconds // unit)
    return t("span.seconds", count=seconds)


def did(t: Language, what: Mapping[str, object]) -> Iterator[str]:
    """What an exchange did, in sentences."""
    if what.get("founded"):
        yield t("sync.founded")
    pushed, pulled = what.get("pushed", 0), what.get("pulled", 0)
    if pushed or pulled:
        yield t("sync.did.carried", pushed=pushed, pulled=pulled)
    yield from _of_packs(t, what)
    if silent := what.get("silent"):
        yield t("sync.did.silent", days=silent)
    if set_back := what.get("set_back"):
        yield t("sync.did.set_back", count=set_back)
    if what.get("epochs"):
        yield t("sync.did.epochs")
    if what.get("twin"):
        yield t("sync.did.twin")
    if missing := what.get("missing"):
        yield t("sync.did.missing", count=missing)
    if fetched := what.get("fetched"):
        yield t("sync.did.fetched", count=fetched)
    if rested := what.get("rested"):
        yield t("sync.did.rested", count=rested)


def _of_packs(t: Language, what: Mapping[str, object]) -> Iterator[str]:
    if carried := what.get("carried"):
        yield t("sync.did.carried_home", count=carried)
    barred = what.get("barred")
    if isinstance(barred, list | tuple) and barred:
        yield t("sync.did.barred", codes=",".join(map(str, barred)))


def summed_up(t: Language, what: Mapping[str, object]) -> str:
    """The same in one line."""
    sentences = list(did(t, what)) or [t("sync.did.nothing")]
    return reduce(lambda some, more: t("sync.then", some=some, more=more), sentences)


def synced(t: Language, done: Synced) -> list[str]:
    """What an exchange did, and what it leaves to people."""
    sentences = list(did(t, done.did)) or [t("sync.did.nothing")]
    if abs(done.behind) > WRONG:
        sentences.append(t("sync.did.clock", how=_clock(t, done.behind)))
    if done.clashes:
        sentences.append(t("sync.clashes", count=done.clashes))
    if done.faults:
        sentences.append(t("sync.faults", count=done.faults))
    if done.nightly:
        sentences.append(t("sync.nightly"))
    if done.did.get("twin"):
        sentences.append(t("sync.twin_how"))
    return sentences


def exchanged(t: Language, desk: Desk, each: Exchanged) -> str:
    """A line of the last exchanges."""
    if each.code == STOPPED:
        said = t("sync.stopped")
    elif each.code:
        said = why(t, each.code, brief(t, each.facts))
    else:
        said = summed_up(t, each.did)
    now = desk.now()
    began, ended = (when(t, desk.local(at), now) for at in (each.began, each.ended))
    if each.times > 1 and began != ended:
        return t("sync.entries", began=began, ended=ended, said=said, times=each.times)
    return t("sync.entry", at=ended, said=said)


def preview(t: Language, what: Preview) -> list[str]:
    """What an exchange would carry."""
    sentences = [t("sync.preview.going", count=sum(what.going.values()))]
    about: Counter[str] = Counter()
    for kind, count in what.going.items():
        about[kind.partition(".")[0]] += count
    sentences += [
        "  " + t("sync.preview.about", what=t(f"sync.about.{book}"), count=count)
        for book, count in about.most_common()
    ]
    sentences.append(t("sync.preview.coming", count=what.coming))
    if what.new:
        sentences.append(t("sync.preview.new"))
    if what.set_back:
        sentences.append(t("sync.preview.set_back"))
    return sentences
