"""Any acts of anybody in any order, against a model of the rules that fits on a page."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from db.clock import moment
from deskapp import endings, handovers, requests, staff
from deskapp.desk import Role
from deskapp.endings import Ending
from deskapp.request_lists import record
from deskapp.requests import Question
from tests.hands import Given, Matter, Offer
from tests.library import PEOPLE, Library, correct_first, differs_from_ledger
from tests.machines import WITHDRAWN, Machine, Reasons, reaches, run_until_shown

CAST = ("li", "zheng", "chen", "nowhere", "lead", "assistant", "volunteer")
people = st.sampled_from(CAST)
hands = st.sampled_from((*CAST, *["whoever may"] * 10))
"""who acts: chance alone seldom finds the one person who may"""
which = st.integers(0, 7)
"""which request; from 4 on whichever it may be, below that one in the state that the act is for"""
ENDINGS = {
    "done": Ending("done", "好"),
    "empty": Ending("done", " "),
    "referred": Ending("referred", "请到教务处", unit="教务处", place="101", telephone="8805"),
    "nowhere": Ending("referred", "请到教务处", unit="教务处"),
    "no": Ending("not_possible", "没有", alternative="传递"),
    "flat no": Ending("not_possible", "没有"),
    "agreed no": Ending("not_possible", "没有", alternative="传递", lead="1003"),
    "helped no": Ending("not_possible", "没有", alternative="传递", lead="1006"),
}

KINDS = (  # what must have happened somewhere, else a run shows little
    *("logged", "offered", "accepted", "sent_back", "taken_back", "lapsed"),
    *("closed", "reopened", "first_corrected", "agreement_signed", "withdrawn"),
)
SITUATIONS = (
    *("undone offered", "undone accepted", "undone sent_back", "undone closed"),
    *(
        "undone reopened",
        "undone first_corrected",
        "undone agreement_signed",
        "undone below another",
    ),
    *("request.undone", "lapsed unsigned", "reopened by another", "left"),
)


class Requests(Machine[Matter]):
    """Handovers and endings."""

    def __init__(self) -> None:
        super().__init__()
        self.looked = 0
        self.gone: set[str] = set()
        """who works here no more"""

    def any(self, fit: Callable[[Matter], object]) -> bool:
        return any(map(fit, self.matters))

    def here(self, who: str) -> str:
        """Nobody acts who has gone."""
        return "lead" if who in self.gone else who

    def owner(self, who: str, matter: Matter) -> str:
        return self.here(who if who in PEOPLE else matter.responsible)

    def taker(self, who: str, matter: Matter) -> str:
        """Whoever the offer waits for, if there is one."""
        waits = (each for each in CAST if matter.waits_for(each))
        return who if who in PEOPLE else next(waits, matter.responsible)

    def nobodys(self, matter: Matter) -> bool:
        return matter.result is None and matter.responsible in self.gone

    def given_by_gone(self, matter: Matter) -> bool:
        """Whether what was accepted by telephone can go back to nobody."""
        return matter.given is not None and matter.given.responsible in self.gone

    def unknown(self, reasons: Reasons, who: str | None) -> Reasons:
        return reasons.when(who in self.gone, "StaffUnknown")

    # acts

    @initialize(who=st.sampled_from(["li", "zheng", "lead"]))
    def first(self, who: str) -> None:
        self.log(who, None)

    @precondition(lambda self: len(self.matters) < 4)
    @rule(who=people, named=st.none() | people)
    def log(self, who: str, named: str | None) -> None:
        who = self.here(who)
        reasons = self.unknown(Reasons().role(who, Role.STUDENT_ASSISTANT), named)
        reasons.when(named is None and not reaches(who, Role.LIBRARIAN), "FirstResponderMissing")
        if named:
            reasons.role(named, Role.LIBRARIAN)
        ids: list[str] = []
        question = Question("问", first_responder=named and self.library.id(named))
        desk = self.library.at(who)
        if self.tried(reasons, lambda: ids.append(requests.log(desk, question).id)):
            self.matters.append(Matter(ids[0], named or who, named or who))
            self.did(who, "logged", self.matters[-1])

    @precondition(lambda self: self.matters)
    @rule(
        n=which,
        who=hands,
        to=st.sampled_from((None, *CAST, *["zheng", "chen", "lead"] * 3)),
        department=st.sampled_from([None, "reader_services", "information"]),
    )
    def hand_over(self, n: int, who: str, to: str | None, department: str | None) -> None:
        matter = self.picked(n, lambda m: m.result is None and m.offer is None)
        who = self.owner(who, matter)
        reasons = self._ours(Reasons(), matter, who)
        reasons.when(matter.offer is not None, "OfferedAlready")
        reasons.when(to is None and department is None, "TakerMissing")
        reasons.when(to == matter.responsible, "OfferToOneself")
        if to:
            self.unknown(reasons.role(to, Role.LIBRARIAN), to)
        desk, taker = self.library.at(who), to and self.library.id(to)
        if self.tried(
            reasons,
            lambda: handovers.hand_over(
                desk, matter.id, to=taker, department=department, reason="duty"
            ),
        ):
            if department is None and to is not None:
                department = next(iter(PEOPLE[to].departments), matter.department)
            assert department is not None
            until = desk.calendar(department).later(desk.now(), 240)
            matter.offer, matter.back = Offer(to, department, until), None
            self.did(who, "offered", matter)

    def _ours(self, reasons: Reasons, matter: Matter, who: str) -> Reasons:
        reasons.role(who, Role.LIBRARIAN).when(matter.result is not None, "RequestClosed")
        lead = reaches(who, Role.SHIFT_LEAD)
        return reasons.when(matter.responsible != who and not lead, "NotResponsible")

    def _offered(self, reasons: Reasons, matter: Matter, taker: str) -> Reasons:
        reasons.when(matter.result is not None, "RequestClosed")
        reasons.when(matter.offer is None, "NotOffered")
        return reasons.when(not matter.waits_for(taker), "NotOfferedToYou")

    def _took(self, matter: Matter, taker: str, confirmed: bool) -> None:
        assert matter.offer is not None
        before = (matter.responsible, matter.department, matter.confirmed, matter.given)
        until = self.library.desk.calendar(matter.offer.department).end_after(self.now, 1)
        matter.given = None if confirmed else Given(*before, until)
        matter.responsible, matter.department = taker, matter.offer.department
        matter.offer, matter.back, matter.confirmed = None, None, confirmed

    @precondition(lambda self: self.any(lambda m: m.offer))
    @rule(n=which, who=hands)
    def accept(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.offer)
        who = self.here(self.taker(who, matter))
        reasons = self._offered(Reasons().role(who, Role.LIBRARIAN), matter, who)
        if self.tried(reasons, lambda: handovers.accept(self.library.at(who), matter.id)):
            self._took(matter, who, confirmed=True)
            self.did(who, "accepted", matter)

    @precondition(lambda self: self.any(lambda m: m.offer))
    @rule(n=which, who=hands, taker=hands)
    def accept_by_phone(self, n: int, who: str, taker: str) -> None:
        matter = self.picked(n, lambda m: m.offer)
        who, taker = self.owner(who, matter), self.taker(taker, matter)
        reasons = self._ours(Reasons(), matter, who).role(taker, Role.LIBRARIAN)
        self._offered(self.unknown(reasons, taker), matter, taker)
        desk, id = self.library.at(who), self.library.id(taker)
        if self.tried(reasons, lambda: handovers.accept_by_phone(desk, matter.id, id)):
            self._took(matter, taker, confirmed=False)
            self.did(who, "accepted", matter)

    def _unsigned(self, matter: Matter, who: str) -> Reasons:
        """Why somebody does not answer for what was accepted by telephone in their name."""
        reasons = Reasons().role(who, Role.LIBRARIAN)
        reasons.when(matter.result is not None, "RequestClosed")
        reasons.when(matter.responsible != who, "NotResponsible")
        return reasons.when(matter.confirmed, "NothingToConfirm")

    @precondition(lambda self: self.any(lambda m: not m.confirmed))
    @rule(n=which, who=people | st.just("whoever may"))
    def confirm(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: not m.confirmed)
        who = self.owner(who, matter)
        reasons = self._unsigned(matter, who)
        if self.tried(reasons, lambda: handovers.confirm(self.library.at(who), matter.id)):
            matter.confirmed, matter.given = True, None
            self.did(who, "accepted", matter)

    @precondition(lambda self: self.any(lambda m: not m.confirmed))
    @rule(n=which, who=people | st.just("whoever may"))
    def deny(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: not m.confirmed)
        who = self.owner(who, matter)
        reasons = self._unsigned(matter, who)
        reasons.when(matter.offer is not None, "OfferedAlready")
        reasons.when(self.given_by_gone(matter), "ResponsibleGone")
        if self.tried(reasons, lambda: handovers.deny(self.library.at(who), matter.id, "无")):
            matter.gave_back("sent_back")
            self.did(who, "denied", matter)

    @precondition(lambda self: self.any(lambda m: m.offer))
    @rule(n=which, who=hands)
    def send_back(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.offer)
        who = self.here(self.taker(who, matter))
        reasons = self._offered(Reasons().role(who, Role.LIBRARIAN), matter, who)
        if self.tried(reasons, lambda: handovers.send_back(self.library.at(who), matter.id, "退")):
            matter.offer, matter.back = None, "sent_back"
            self.did(who, "sent_back", matter)

    @precondition(lambda self: self.any(lambda m: m.offer))
    @rule(n=which, who=hands)
    def take_back(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.offer)
        who = self.owner(who, matter)
        reasons = self._ours(Reasons(), matter, who).when(matter.offer is None, "NotOffered")
        if self.tried(reasons, lambda: handovers.take_back(self.library.at(who), matter.id)):
            matter.offer, matter.back = None, "taken_back"
            self.did(who, "taken_back", matter)

    @rule(hours=st.sampled_from((0, 0, 0, 1, 4, 60)))
    def wait(self, hours: int) -> None:
        self.library.clock.move(hours=hours)
        now = self.library.clock.now()
        late = [each for each in self.matters if each.offer and each.offer.until <= now]
        unsigned = [
            each
            for each in self.matters
            if each.offer is None and each.result is None and each.given is not None
            if each.given.until <= now and not self.given_by_gone(each)
        ]
        came_back = {each.id for each in handovers.lapse(self.library.desk)}
        assert came_back == {matter.id for matter in (*late, *unsigned)}
        for matter in late:
            matter.offer, matter.back = None, "lapsed"
        for matter in unsigned:
            matter.gave_back("lapsed")
            self.done["lapsed unsigned"] += 1
        for matter in (*late, *unsigned):
            self.did("", "lapsed", matter)

    @precondition(lambda self: self.any(lambda m: m.given))
    @rule()
    def wait_for_a_signature(self) -> None:
        limit = next(each.given.until for each in self.matters if each.given)
        self.library.clock.at = max(self.now, limit)
        self.wait(0)

    @precondition(lambda self: self.matters)
    @rule(n=which, who=hands, how=st.sampled_from(sorted(ENDINGS)))
    def close(self, n: int, who: str, how: str) -> None:
        matter, ending = self.picked(n, lambda m: m.result is None), ENDINGS[how]
        who = self.owner(who, matter)
        reasons = self._ours(Reasons(), matter, who)
        reasons.when(how == "empty", "AnswerMissing").when(how == "nowhere", "PlaceMissing")
        reasons.when(how == "flat no", "AlternativeMissing")
        if not reaches(who, Role.SHIFT_LEAD):
            reasons.when(how in ("no", "flat no"), "LeadMissing")
            reasons.when(how == "helped no", "LeadUnknown")
        if self.tried(reasons, lambda: endings.close(self.library.at(who), matter.id, ending)):
            matter.result, matter.offer = ending.result, None
            if who == matter.responsible:  # whoever ends it has taken it
                matter.confirmed, matter.given = True, None
            by_phone = not reaches(who, Role.SHIFT_LEAD)
            matter.unsigned = ending.result == "not_possible" and by_phone
            self.did(who, "closed", matter)

    @precondition(lambda self: self.any(lambda m: m.result))
    @rule(n=which, who=hands)
    def reopen(self, n: int, who: str) -> None:
        matter = self.picked(n, lambda m: m.result)
        who = self.owner(who, matter)
        reasons = Reasons().role(who, Role.LIBRARIAN).when(matter.result is None, "RequestOpen")
        reasons.when(matter.result == WITHDRAWN, "RequestWithdrawn")
        reasons.when(not self._concerned(who, matter), "NotResponsible")
        if self.tried(reasons, lambda: endings.reopen(self.library.at(who), matter.id, "再办")):
            matter.result, matter.reopened = None, matter.reopened + 1
            matter.unsigned = False
            if matter.responsible in self.gone or not matter.confirmed:
                self.done["reopened by another"] += 1
                matter.responsible, matter.confirmed, matter.given = who, True, None
            self.did(who, "reopened", matter)

    @precondition(lambda self: self.matters)
    @rule(n=which, who=st.sampled_from(["lead", "li"]), to=people)
    def correct(self, n: int, who: str, to: str) -> None:
        matter, who = self.picked(n), self.here(who)
        reasons = Reasons().role(who, Role.SHIFT_LEAD).role(to, Role.LIBRARIAN)
        self.unknown(reasons, to).when(to == matter.first, "NothingCorrected")
        reasons.when(not self._concerned(who, matter), "NotResponsible")
        desk, first = self.library.at(who), self.library.id(to)
        if self.tried(reasons, lambda: correct_first(desk, matter.id, first)):
            matter.first = to
            self.did(who, "first_corrected", matter)

    @precondition(lambda self: self.any(lambda m: m.unsigned))
    @rule(n=which, who=st.sampled_from(["lead", "lead", "li"]))
    def sign(self, n: int, who: str) -> None:
        matter, who = self.picked(n, lambda m: m.unsigned), self.here(who)
        reasons = Reasons().role(who, Role.SHIFT_LEAD).when(not matter.unsigned, "NoAgreement")
        if self.tried(reasons, lambda: endings.sign_agreement(self.library.at(who), matter.id)):
            matter.unsigned = False
            self.did(who, "agreement_signed", matter)

    @precondition(lambda self: not self.gone and self.any(lambda m: m.result))
    @rule(n=which)
    def leave(self, n: int) -> None:
        """Whoever has ended what was theirs; the lead stays."""
        who = self.picked(n, lambda m: m.result).responsible
        who = "zheng" if who == "lead" else who
        theirs = [m for m in self.matters if m.result is None and m.responsible == who]
        reasons = Reasons().when(bool(theirs), "StillResponsible")
        reasons.when(who in self.gone, "StaffUnknown")
        admin, id = self.library.at("admin"), self.library.id(who)
        if self.tried(reasons, lambda: staff.leave(admin, id)):
            self.gone.add(who)
            self.done["left"] += 1

    # what holds after each

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        for matter in self.matters:
            row = self.library.row(matter.id)
            offer = matter.offer
            assert _seen(row) == {
                "first_responder": self.library.id(matter.first),
                "responsible": self.library.id(matter.responsible),
                "department": matter.department,
                "status": "open" if matter.result is None else "closed",
                "result": None if matter.result == WITHDRAWN else matter.result,
                "confirmed": int(matter.confirmed),
                "reopened": matter.reopened,
                "back": matter.back,
                "offer_to": offer and offer.to and self.library.id(offer.to),
                "offer_department": offer and offer.department,
                "offer_by": offer and self.library.id(matter.responsible),
                "offer_until": offer and offer.until,
            }
        assert differs_from_ledger(self.library.desk) == []

    def _concerned(self, who: str, matter: Matter) -> bool:
        theirs = who in (matter.first, matter.responsible) or reaches(who, Role.SHIFT_LEAD)
        return theirs or matter.department in PEOPLE[who].departments

    @invariant()
    def the_record_offers_what_may_be_done(self) -> None:
        self.looked += 1
        who = self.here(("zheng", "chen", "lead", "li", "assistant")[self.looked % 5])
        for matter in self.matters[self.looked % 3 :: 3]:  # each in its turn
            open_, lead = matter.result is None, reaches(who, Role.SHIFT_LEAD)
            ours = open_ and (who == matter.responsible or lead)
            unsigned = open_ and who == matter.responsible and not matter.confirmed
            concerned = self._concerned(who, matter)
            may = {
                "accept": open_ and matter.waits_for(who),
                "send_back": open_ and matter.waits_for(who),
                "take_back": ours and matter.offer is not None,
                "accept_for": ours and matter.offer is not None,
                "hand_over": ours and matter.offer is None,
                "close": ours,
                "confirm": unsigned,
                "deny": unsigned and matter.offer is None,
                "reopen": concerned and not open_ and matter.result != WITHDRAWN,
                "correct": concerned,
                "rate": concerned and not open_,
                "sign": who == "lead" and matter.unsigned,
                **dict.fromkeys(("extend", "wait_reader", "wait_outside"), ours),
            }
            wanted = {name for name, can in may.items() if can and who != "assistant"}
            assert record(self.library.at(who), matter.id).may == wanted


def _seen(row: dict[str, Any]) -> dict[str, Any]:
    names = "first_responder responsible department status result confirmed reopened back"
    seen = {name: row[name] for name in names.split()}
    seen |= {name: row[name] for name in ("offer_to", "offer_department", "offer_by")}
    return seen | {"offer_until": row["offer_until"] and moment(row["offer_until"])}


def test_any_acts_in_any_order(founded: Library) -> None:
    Requests.founded, Requests.done = founded, Counter()
    wanted = (*(f"request.{kind}" for kind in KINDS), *SITUATIONS)
    run_until_shown(Requests, wanted, examples=25, seeds=(1, 2))
