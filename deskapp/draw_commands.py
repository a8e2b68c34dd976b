"""`deskapp draw …`: seats and lockers of a season by lot."""

from collections.abc import Callable, Iterable
from datetime import datetime, time
from typing import Any

from deskapp import allotment, cards, draw_files, draws, lots
from deskapp.columns import lined_up
from deskapp.command import PARTLY, Command, Report
from deskapp.desk import Desk, Refusal
from deskapp.draws import DRAWN, OPEN, PUBLISHED, Drawing, Opening


def draw(command: Command) -> Report:
    """`deskapp draw TASK`"""
    with command.desk() as desk:
        return command.caught_up(desk, TASKS[command.asked.task](command, desk))


def _named(command: Command, desk: Desk, *stages: str) -> Drawing:
    return draws.named(desk, command.asked.draw or "", stages or (OPEN, PUBLISHED, DRAWN))


def _facts(drawing: Drawing) -> dict[str, Any]:
    names = ("code", "name", "stage", "digest", "seed_from", "seed")
    return {name: getattr(drawing, name) for name in names}


def _open(command: Command, desk: Desk) -> Report:
    asked, t = command.asked, command.t
    until = asked.confirm_until
    if until.time() == time():
        until = datetime.combine(until, time(23, 59))
    terms = Opening(
        asked.season,
        asked.thing,
        asked.zone,
        asked.many,
        asked.first,
        asked.last,
        until.replace(tzinfo=desk.zone),
        asked.days,
        asked.unused,
        asked.name,
    )
    drawing = draws.open_draw(desk, terms)
    return Report([t("draws.is_open", draw=drawing.code)], _facts(drawing))


def _check(command: Command, desk: Desk) -> Report:
    t, drawing = command.t, _named(command, desk, OPEN)
    done = lots.check(desk, drawing.id)
    sentences = [t("draws.checked", fit=done.fit, unfit=len(done.unfit))]
    sentences += [
        f"  {each.name} {each.reader}  {t(f'draw_unfit.{why}')}" for each, why in done.unfit
    ]
    unfit = [{"reader": each.reader, "why": why} for each, why in done.unfit]
    status = PARTLY if unfit else 0
    return Report(sentences, {**_facts(drawing), "fit": done.fit, "unfit": unfit}, status)


def _publish(command: Command, desk: Desk) -> Report:
    asked, t = command.asked, command.t
    drawing = _named(command, desk)
    if drawing.stage == OPEN:
        done, files = draw_files.publish(desk, drawing.id, t, asked.seed_from or "", asked.output)
        drawing = done.drawing
        said = t("draws.is_published", count=done.listed, struck=done.struck)
    else:
        drawing, files = draw_files.rewrite(desk, drawing.id, t, asked.output)
        said = t("draws.written_again")
    digest = t("draws.page.digest", digest=drawing.digest)
    return Report(
        [said, digest, t("draws.files", table=files.table, page=files.page.name)],
        {**_facts(drawing), "table": files.table, "page": files.page},
    )


def _withdraw(command: Command, desk: Desk) -> Report:
    drawing = lots.withdraw_list(desk, _named(command, desk, PUBLISHED).id)
    return Report([command.t("draws.list_withdrawn", draw=drawing.code)], _facts(drawing))


def _draw(command: Command, desk: Desk) -> Report:
    asked, t = command.asked, command.t
    drawing = _named(command, desk, PUBLISHED)
    drawing, files = draw_files.draw_lots(desk, drawing.id, t, asked.seed, asked.output)
    counts = draws.counts(desk, drawing.id)
    said = t("draws.is_drawn", won=counts.get(draws.WON, 0), waiting=counts.get(draws.WAITING, 0))
    return Report(
        [said, t("draws.files", table=files.table, page=files.page.name)],
        {**_facts(drawing), **counts, "table": files.table, "page": files.page},
    )


def _confirm(command: Command, desk: Desk) -> Report:
    drawing = _named(command, desk, DRAWN)
    found = cards.whose(desk, command.asked.number)
    if len(found) != 1:
        raise Refusal("CardAmbiguous" if found else "PatronUnknown")
    done = allotment.confirm(desk, drawing.id, found[0].id)
    said = command.t("draws.is_confirmed", number=done.number, place=done.place)
    return Report([said], {**_facts(drawing), "number": done.number, "place": done.place})


def _pass(command: Command, desk: Desk) -> Report:
    drawing = _named(command, desk, DRAWN)
    do = allotment.passing if command.asked.dry_run else allotment.pass_down
    done = do(desk, drawing.id)
    facts = {
        "forfeited": [{"number": each.number, "why": why} for each, why in done.forfeited],
        "offered": [{"number": each.number, "place": place} for each, place in done.offered],
        "put_back": [each.number for each in done.put_back],
        "doubled": [place for place, _ in done.doubled],
        "last": done.last.isoformat(),
    }
    status = PARTLY if done.doubled else 0
    return Report(list(_passed(command, done)), {**_facts(drawing), **facts}, status)


def _passed(command: Command, done: allotment.Passing) -> Iterable[str]:
    t = command.t
    yield t("draws.passed", forfeited=len(done.forfeited), offered=len(done.offered))
    rows = [(each.number, each.name, t(f"draw_why.{why}")) for each, why in done.forfeited]
    day = t.day(done.last)
    rows += [(e.number, e.name, t("draws.offer", place=p, day=day)) for e, p in done.offered]
    rows += [(each.number, each.name, t("draws.put_back")) for each in done.put_back]
    yield from lined_up(rows)
    for place, some in done.doubled:
        yield t("draws.doubled", place=place, numbers=" ".join(each.number for each in some))


def _show(command: Command, desk: Desk) -> Report:
    """Every draw, and how its applications stand."""
    t, rows, facts = command.t, [], []
    some = draws.draws(desk) if command.asked.draw is None else [_named(command, desk)]
    for each in some:
        counts = draws.counts(desk, each.id)
        words = [f"{t(f'draw_state.{n}')} {counts[n]}" for n in draws.STATES if n in counts]
        rows.append((each.code, each.name, t(f"draw_stage.{each.stage}"), "  ".join(words)))
        facts.append({**_facts(each), "counts": dict(counts)})
    return Report([*lined_up(rows)] or [t("draws.none")], {"draws": facts})


TASKS: dict[str, Callable[[Command, Desk], Report]] = {
    "open": _open,
    "check": _check,
    "publish": _publish,
    "withdraw": _withdraw,
    "draw": _draw,
    "confirm": _confirm,
    "pass": _pass,
    "show": _show,
}
