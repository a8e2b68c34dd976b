"""What is written becomes a request: with its result at once, or later."""

from deskapp import completing, drafts, moments, request_lists, requests, shifts
from deskapp.drafts import HURRIED
from deskapp.endings import Ending
from deskapp.profile import Outcome
from deskapp.requests import Logged, Question
from screens.burst import clean
from screens.choice import Choice, Field
from screens.keeping import KeptScreen
from screens.matters import deadline_words
from screens.options import HAND_OVER, LATER
from screens.scanbox import ScanBox


class SavingScreen(KeptScreen):
    """A screen with a draft of a request, and the way onto the record."""

    # What is chosen

    @property
    def kind(self) -> str:
        writing, usual = self.writing, self.desk.profile.usual.kind
        said = drafts.kind_in(self.desk, writing.words)
        return writing.kind or (said if said != usual else writing.last_kind or said)

    @property
    def in_confidence(self) -> bool:
        return self.desk.profile.kinds[self.kind].confidential

    @property
    def department(self) -> str:
        return self.writing.department or self.desk.profile.kinds[self.kind].department

    @property
    def channel(self) -> str:
        writing = self.writing
        return writing.channel or writing.last_channel or self.desk.profile.usual.channel

    @property
    def told(self) -> tuple[str, ...]:
        """What the reader was told to bring, of what the kind asks."""
        asked = self.desk.profile.kinds[self.kind].told
        return tuple(code for code in asked if code in self.writing.told)

    @property
    def result(self) -> str:
        return self.writing.result or LATER

    @property
    def _on_the_spot(self) -> bool:
        result = self.desk.profile.results.get(self.result)
        return result is not None and result.outcome is Outcome.DONE

    def _first(self) -> str | None:
        return self.writing.first_responder or shifts.first_responder(self.desk)

    # Saving

    def question(self) -> Question:
        """What is written. Refuses MomentUnclear, ReceivedLater."""
        writing = self.writing
        return Question(
            clean(self.query_one("#words", ScanBox).value),
            kind=self.kind,
            department=self.department,
            channel=self.channel,
            patron=writing.patron,
            contact=clean(writing.contact),
            received=moments.received_at(self.desk, clean(writing.received)),
            first_responder=self._first(),
            urgent=writing.urgent,
            confidential=writing.confidential,
            told=self.told,
            incomplete=self.result == HURRIED,
        )

    def action_go_on(self) -> None:
        box = self.query_one("#words", ScanBox)
        box.value = self.writing.words = self.read_shorthand(box.value)
        question = self.act(self.question)
        if question is None:
            self.query_one("#received", Field).line.focus()
            return
        if not question.words:
            self.say(self.t("refusal.QuestionMissing"), error=True)
            self.query_one("#words").focus()
        elif self.query_one("#result", Choice).value is None:
            self.say(self.t("log.barred"), error=True)
            self.query_one("#result").focus()
        elif self._on_the_spot:
            ending = Ending(self.result, answer=clean(self.query_one("#answer", Field).value))
            self._logged(self.act(self._log, question, ending))
        elif self.result in (LATER, HAND_OVER, HURRIED):
            self._logged(self.act(self._log, question))
        else:
            from screens.closing import ClosingScreen

            def log(ending: Ending) -> Logged:
                return self._log(question, ending)

            def closed(logged: Logged | None) -> None:
                self.call_later(self._logged, logged)

            about = self.slip.id if self.slip else ""
            answer = self.writing.answer or ""
            closing = ClosingScreen(question.words, self.result, log, answer=answer).on(about)
            self.app.push_screen(closing, closed)

    def _log(self, question: Question, ending: Ending | None = None) -> Logged:
        """Log it; or complete what was logged in a hurry, and close that."""
        desk, id_ = self.desk, self.writing.completes
        if id_ is None:
            return requests.log(desk, question, ending, self.slip)
        return completing.complete(desk, id_, question, ending, self.slip)

    def _logged(self, logged: Logged | None) -> None:
        if logged is None:
            return
        self.throw_away()
        t = self.t
        record = request_lists.record(self.desk, logged.id)
        theirs = record.responsible_id != self.desk.whoever().id
        whose = t("log.responsible", name=record.responsible) if theirs else ""
        if logged.closed:
            code = record.result or self.result
            done = code == self.result and self._on_the_spot
            result = t("log.done") if done else self.desk.profile.results[code].name(t.code)
            said = t("log.logged_closed", number=logged.number, result=result)
            self.leave(said + whose, logged)
            return
        due = deadline_words(t, self.desk, logged.due)
        sentence = t("log.logged", number=logged.number, due=due)
        if self.result == HURRIED:
            sentence += t("log.to_complete")
        elif self.writing.completes:
            sentence = t("log.completed", number=logged.number, due=due)
        sentence += whose
        if not logged.due_known:
            sentence += "  " + t("calendar.guess", year=logged.due.year)
        if self.result != HAND_OVER:
            self.leave(sentence, logged)
            return
        from screens.handing import HandingScreen

        # Later: this screen's own return to the front comes first, and would say it here.
        def handed(said: str | None) -> None:
            self.call_later(self.leave, said or f"{sentence}  {t('log.not_handed')}", logged)

        self.app.push_screen(HandingScreen(logged.id), handed)
