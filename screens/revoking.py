"""A certificate revoked with a reason, or replaced by one that is right: a shift lead signs."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.widgets import Static

from deskapp import awards, certificates, serials, signers
from deskapp.awards import Shown
from deskapp.certificates import REASONS, Listed
from screens.base import Hint
from screens.choice import Choice, Field, Option, labelled
from screens.lead_form import LeadForm, Signatures

OTHER = REASONS[-1]


class RevokingScreen(LeadForm[str]):
    """Gives what is to be said of it."""

    AUTO_FOCUS = "#reason"

    def __init__(self, row: Listed) -> None:
        super().__init__()
        self.row, self.about = row, row.serial

    def title_words(self) -> str:
        return self.t("certificate.key.revoke")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("certificate.help.revoke"))

    def body(self) -> ComposeResult:
        t, row = self.t, self.row
        yield Static(labelled(row.name, row.number), classes="note asked", markup=False)
        reasons = [Option(each, t(f"certificate_reason.{each}")) for each in REASONS]
        yield Choice(t("reason.reason"), reasons, id="reason")
        yield Field(t("certificate.why"), hint=t("certificate.why_hint"), id="why")
        yield from self.lead_lines()
        yield Static(classes="half")

    def on_choice_picked(self, event: Choice.Picked) -> None:
        super().on_choice_picked(event)
        if event.digit:
            to = "#why" if event.value == OTHER else "#lead"
            self.query_one(to, Field).line.focus()

    def action_go_on(self) -> None:
        reason, why = self.chosen("reason"), self.written("why")
        if reason is None:
            self.query_one("#reason").focus()
            return
        if reason == OTHER and not why:
            self.query_one("#why", Field).line.focus()
            return

        def revoke(by: Signatures) -> str:
            certificates.revoke(self.desk, self.row.serial, reason, why, lead=by.lead, pin=by.pin)
            return self.t("certificate.revoked_now")

        self.act_signed(revoke)


class WithdrawingScreen(LeadForm[str]):
    """An award taken back whose certificate is revoked with it; gives what is to be said of it."""

    def __init__(self, row: Shown, serial: str) -> None:
        super().__init__()
        self.row, self.serial, self.about = row, serial, row.id

    def title_words(self) -> str:
        return self.t("roll.key.withdraw")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("roll.help.withdraw"))

    def body(self) -> ComposeResult:
        t, row = self.t, self.row
        number = serials.spaced(self.serial)
        yield Static(labelled(row.who, number), classes="note asked", markup=False)
        yield Field(t("reason.reason"), hint=t("roll.withdraw_hint"), id="why")
        yield from self.lead_lines()
        yield Static(classes="half")

    def action_go_on(self) -> None:
        why = self.written("why")
        if not why:
            self.query_one("#why", Field).line.focus()
            return

        def withdraw(by: Signatures) -> str:
            awards.withdraw(self.desk, self.row.id, why, lead=by.lead, pin=by.pin)
            return self.t("roll.withdrawn", who=self.row.who)

        self.act_signed(withdraw)


class ReplacingScreen(LeadForm[str]):
    """Another in its place, as the list and the award are now; gives its number."""

    signs = True

    def __init__(self, row: Listed) -> None:
        super().__init__()
        self.row, self.about = row, row.serial

    def title_words(self) -> str:
        return self.t("certificate.key.replace")

    def hints(self) -> Iterable[Hint]:
        yield Hint("Enter", self.t("key.enter"), self.t("certificate.help.replace"))

    def body(self) -> ComposeResult:
        t, row = self.t, self.row
        yield Static(labelled(row.name, row.number), classes="note asked", markup=False)
        yield Static(f" {t('certificate.replace_note')}", classes="note", markup=False)
        yield Field(t("certificate.holder"), hint=t("certificate.holder_hint"), id="holder")
        yield from self.lead_lines()
        yield Static(classes="half")

    def action_go_on(self) -> None:
        holder = self.written("holder")

        def replace(by: Signatures) -> str:
            key = signers.open_key(self.desk, by.passphrase)
            done = certificates.replace(
                self.desk, self.row.serial, key, lead=by.lead, pin=by.pin, holder=holder
            )
            return done.serial

        self.act_signed(replace)
