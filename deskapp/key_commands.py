"""`deskapp certificate key make|list|retire|lose`: keys that certificates are signed with."""

from typing import TYPE_CHECKING

from deskapp import cells, signers
from deskapp.columns import lined_up
from deskapp.command import Command, Report
from deskapp.desk import Desk, Refusal
from deskapp.language import Language
from deskapp.signers import LOST, Signer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def opened(command: Command, desk: Desk) -> "Ed25519PrivateKey":
    """This machine's key; unless the keyring has its passphrase, that is asked for. Refuses as
    `signers.open_key`.
    """
    if signers.here(desk) is None:
        raise Refusal("NoSigner")
    ask = not signers.remembered(desk)
    return signers.open_key(desk, command.secret(command.t("command.passphrase")) if ask else None)


def key(command: Command) -> Report:
    """One of them."""
    with command.desk() as desk:
        report = ACTS[command.asked.act](command, desk)
        return report if command.asked.act == "list" else command.caught_up(desk, report)


def _make(command: Command, desk: Desk) -> Report:
    """Its passphrase is asked for twice, or a line of standard input behind the PIN."""
    t = command.t
    desk.require(signers.KEEPING)
    phrase = command.secret(t("command.passphrase"))
    if not command.asked.pin_stdin and command.secret(t("command.passphrase_again")) != phrase:
        raise Refusal("PassphrasesDiffer")
    made = signers.make(desk, phrase, ring=command.asked.ring)
    said = [t("signers.made", key=made.kid, file=made.file), t("signers.make_note")]
    return Report(said, {"key": made.kid, "file": made.file})


def _list(command: Command, desk: Desk) -> Report:
    t, known = command.t, signers.listed(desk)
    lines = [(each.kid, t.moment(each.made), *_standing(t, each)) for each in known]
    facts = [
        {
            "key": each.kid,
            "public": each.public.hex(),
            "desk": each.desk,
            "here": each.here,
            "made": each.made,
            "state": each.state,
            "retired": each.retired,
            "lost_since": each.lost_since,
        }
        for each in known
    ]
    return Report(lined_up(lines) if lines else [t("signers.none")], {"keys": facts})


def _standing(t: Language, row: Signer) -> tuple[str, str]:
    """Where it is, and how far it is trusted."""
    words = t(f"signer_state.{row.state}")
    where = t("signers.here") if row.here else row.desk
    return where, f"{words} {row.lost_since}" if row.state == LOST else words


def _retire(command: Command, desk: Desk) -> Report:
    kid = command.asked.key
    signers.retire(desk, kid)
    return Report([command.t("command.key_retired", key=kid)], {"retired": kid})


def _lose(command: Command, desk: Desk) -> Report:
    t, kid = command.t, command.asked.key
    day = cells.day(command.asked.since, t("signers.since"))
    if day is None:
        raise Refusal("ValueMissing", column=t("signers.since"))
    signers.lose(desk, kid, day)
    said = [t("command.key_lost", key=kid, day=day), t("command.key_lost_next")]
    return Report(said, {"lost": kid, "since": day})


ACTS = {"make": _make, "list": _list, "retire": _retire, "lose": _lose}
