"""What may be done to a request on its record: digits, words, and the screens that ask for more."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeAlias

from deskapp import endings, handovers, stages, waiting
from deskapp.corrections import Rectified
from deskapp.desk import Desk
from deskapp.endings import Closed, Reopened, Signed
from deskapp.extensions import Extended
from deskapp.handovers import Accepted, Returned
from deskapp.language import Language
from deskapp.profile import Outcome
from deskapp.request_lists import Record
from deskapp.stages import Begun
from deskapp.telling import Rated, Told
from deskapp.waiting import Resumed, Waiting
from screens.base import DeskScreen, Hint
from screens.matters import deadline_words, with_guess
from screens.options import called

Done: TypeAlias = (
    Accepted
    | Returned
    | Closed
    | Reopened
    | Rectified
    | Signed
    | Extended
    | Begun
    | Rated
    | Told
    | Resumed
    | Waiting
)

DIGITS = {
    "accept": 1, "send_back": 2, "confirm": 1, "deny": 2, "sign": 1, "close": 1, "hand_over": 2,
    "accept_for": 2, "extend": 3, "rate": 3, "wait_reader": 4, "resume": 4,
    "wait_outside": 5, "next_stage": 5, "chase": 5, "ask_again": 5, "tell": 6, "correct": 7,
    "reopen": 8, "take_back": 9,
}  # fmt: skip
"""by DESK "Keys"; where two acts would share one, the first that is allowed has it"""

WORDS = {
    "accept": "record.accept",
    "send_back": "record.send_back",
    "confirm": "record.confirm",
    "deny": "record.deny",
    "sign": "record.agree",
    "close": "record.close",
    "hand_over": "record.hand_over",
    "accept_for": "record.sign",
    "extend": "record.extend",
    "rate": "record.rate",
    "wait_reader": "record.wait_reader",
    "chase": "record.chase",
    "ask_again": "record.ask_again",
    "wait_outside": "record.wait_outside",
    "next_stage": "record.next_stage",
    "resume": "record.resume",
    "tell": "record.tell",
    "correct": "record.correct",
    "reopen": "record.reopen",
    "take_back": "record.take_back",
}
HELP = {
    "accept": "record.help.accept",
    "send_back": "record.help.send_back",
    "confirm": "record.help.confirm",
    "deny": "record.help.deny",
    "sign": "record.help.agree",
    "close": "record.help.close",
    "hand_over": "record.help.hand_over",
    "accept_for": "record.help.sign",
    "extend": "record.help.extend",
    "rate": "record.help.rate",
    "wait_reader": "record.help.wait_reader",
    "chase": "record.help.chase",
    "ask_again": "record.help.ask_again",
    "wait_outside": "record.help.wait_outside",
    "next_stage": "record.help.next_stage",
    "resume": "record.help.resume",
    "tell": "record.help.tell",
    "correct": "record.help.correct",
    "reopen": "record.help.reopen",
    "take_back": "record.help.take_back",
}

AT_ONCE: dict[str, Callable[[Desk, str], Done]] = {
    "accept": handovers.accept,
    "confirm": handovers.confirm,
    "take_back": handovers.take_back,
    "sign": endings.sign_agreement,
    "resume": waiting.resume,
}


def by_digit(record: Record) -> dict[int, str]:
    """The acts that are allowed now, by digit. Whomever one waits for, 4 ends it (by the next stage
    where there is one) and 5 asks again.
    """
    may, digits = set(record.may), DIGITS
    if record.waits is not None:
        digits = DIGITS | {"next_stage": DIGITS["resume"]}
    if record.waits == waiting.READER and "chase" in may:
        may = may - {"chase"} | {"ask_again"}
    found: dict[int, str] = {}
    for act, digit in digits.items():
        if act in may:
            found.setdefault(digit, act)
    return found


def hints(t: Language, record: Record) -> Iterable[Hint]:
    """The digits with their acts."""
    for digit, act in sorted(by_digit(record).items()):
        yield Hint(str(digit), t(WORDS[act]), t(HELP[act]))


def asking(t: Language, desk: Desk, record: Record, act: str) -> DeskScreen[Any] | None:
    """The screen that asks for what an act needs and gives its receipt."""
    id_, words = record.id, record.question
    match act:
        case "close":
            from screens.closing import ClosingScreen

            results = desk.profile.results.values()
            done = next(each.code for each in results if each.outcome is Outcome.DONE)
            close, tells = partial(endings.close, desk, id_), "tell" in record.may
            closing = ClosingScreen(words, done, close, number=record.number, tells=tells)
            return closing.on(id_)
        case "extend":
            from screens.extending import ExtendingScreen

            return ExtendingScreen(id_)
        case "tell":
            from screens.telling import TellingScreen

            return TellingScreen(id_)
        case "correct":
            from screens.correcting import CorrectingScreen

            return CorrectingScreen(id_)
        case "rate":
            from screens.rating import RatingScreen

            return RatingScreen(id_)
        case "wait_outside" | "chase" | "ask_again":
            from screens.chasing import ChasingScreen

            return ChasingScreen(id_)
    return _reason(t, desk, record, act)


def _reason(t: Language, desk: Desk, record: Record, act: str) -> DeskScreen[Done] | None:
    from screens.reasons import ReasonScreen

    rule: Callable[[Desk, str, str], Done]
    usual: tuple[str, ...] = ()
    label = ""
    match act:
        case "send_back":
            heading, hint, rule = t("record.send_back"), t("reason.usual_hint"), handovers.send_back
            usual = t("reason.not_ours"), t("reason.incomplete"), t("reason.absent")
        case "deny":
            heading, hint, rule = t("record.deny"), t("reason.usual_hint"), handovers.deny
            usual = t("reason.never_asked"), t("reason.not_ours"), t("reason.absent")
        case "reopen":
            heading, hint, rule = t("record.reopen"), t("reason.needed"), endings.reopen
        case "wait_reader":
            heading, hint = t("waiting.title"), t("waiting.reader_hint")
            label = t("handing.words")
            rule = waiting.wait_for_reader
        case "next_stage":
            kind = desk.profile.kinds[record.kind]
            heading = kind.stages[record.next_stage].name(t.code)
            hint, rule, label = t("reason.optional"), stages.go_on, t("handing.words")
        case _:
            return None
    reason: ReasonScreen[Done] = ReasonScreen(
        heading,
        record.question,
        hint,
        partial(rule, desk, record.id),
        usual,
        number=record.number,
        label=label,
    )
    return reason.on(f"{record.id} {act}")


SAID = {
    Accepted: "record.accepted",
    Told: "record.told",
    Rated: "record.rated",
    Signed: "record.agreed",
}
DUE = {
    Reopened: "record.reopened",
    Rectified: "record.rectified",
    Resumed: "record.resumed",
}
"""receipts of which the number, and the due time, are all that is to be said"""


def receipt_words(t: Language, desk: Desk, receipt: Done) -> str:
    """A receipt as a sentence; a time limit in a year that is not published says so."""
    said = _words(t, desk, receipt)
    match receipt:
        case Extended() | Reopened() | Rectified() | Resumed():
            return with_guess(said, t, desk, receipt.id, receipt.due)
        case Begun(until=limit) | Waiting(chase=limit):
            return with_guess(said, t, desk, receipt.id, limit)
    return said


def _words(t: Language, desk: Desk, receipt: Done) -> str:
    number = receipt.number
    match receipt:
        case Returned(how=how):
            sent_back = how == "sent_back"
            return t("record.sent_back" if sent_back else "record.taken_back", number=number)
        case Closed(outcome=outcome):
            return t("record.closed", number=number, result=t(f"outcome.{outcome.value}"))
        case Extended(due=due, late=late):
            said = t("record.extended", number=number, due=deadline_words(t, desk, due))
            return said + (t("record.extended_late") if late else "")
        case Waiting(whom=whom, chase=chase):
            reader, on = whom == waiting.READER, t.day(chase.date())
            return t(
                "record.waits_reader" if reader else "record.waits_outside",
                number=number,
                chase=on,
            )
        case Begun(stage=stage, until=until, outside=outside):
            name, by = called(t, desk, stage), deadline_words(t, desk, until)
            return t(
                "record.stage_outside" if outside else "record.stage_begun",
                number=number,
                stage=name,
                until=by,
            )
        case Reopened(due=due) | Rectified(due=due) | Resumed(due=due):
            said = t(DUE[type(receipt)], number=number, due=deadline_words(t, desk, due))
            brought = isinstance(receipt, Resumed) and receipt.brought
            return said + (t("record.brought") if brought else "")
    return t(SAID[type(receipt)], number=number)
