"""Forms that a shift lead signs with their card and PIN, and the machine with its key."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from textual.widget import Widget

from deskapp import signers
from screens.base import Seen
from screens.choice import Field
from screens.form import FormLine, FormScreen

SECRETS = ("lead_pin", "passphrase")


class Signatures(NamedTuple):
    """`passphrase`: none where the system's keyring has it."""

    lead: str
    pin: str
    passphrase: str | None


class LeadForm(FormScreen[Seen]):
    """Enter goes on to what is missing, then acts. No PIN or passphrase stays on the screen."""

    signs = False
    """whether the machine's key is wanted, too"""

    def lead_lines(self) -> Iterable[Widget]:
        t = self.t
        yield Field(t("closing.lead"), hint=t("lead.badge_hint"), id="lead")
        yield Field(t("closing.pin"), hint=t("lead.pin_hint"), secret=True, id="lead_pin")
        if self.signs and not signers.remembered(self.desk):
            hint = t("signers.passphrase_hint")
            yield Field(t("signers.passphrase"), hint=hint, secret=True, id="passphrase")

    def scanned(self, field: Field, code: str) -> None:
        """Only a shift lead's staff card has anything to do here."""
        self.query_one("#lead", Field).value = code
        self.query_one("#lead_pin", Field).line.focus()

    def entered(self, line: FormLine) -> None:
        self.action_go_on()

    def signed(self) -> Signatures | None:
        """What was signed with, once all is there; else the cursor stands where it is missing."""
        fields = [self.query_one("#lead", Field), self.query_one("#lead_pin", Field)]
        phrases = list(self.query("#passphrase").results(Field))
        for field in (*fields, *phrases):
            if not field.value.strip():
                field.line.focus()
                return None
        lead, pin = (self.written(str(field.id)) for field in fields)
        phrase = phrases[0].value if phrases else None
        for field in (fields[1], *phrases):
            field.value = ""
        return Signatures(lead, pin, phrase)

    def act_signed(self, rule: Callable[[Signatures], Seen]) -> None:
        """Act in a thread, and give what comes of it: a PIN takes a while."""
        given = self.signed()
        if given is not None:
            self.say(self.t("signin.checking"))
            self.act_slowly(lambda: rule(given), self.leave_with)
