"""The desks' roles at the server of the centre: what they are called, may do, and come in by."""

import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from db.refusal import Refusal

LIMITS = {"statement_timeout": "120s", "idle_in_transaction_session_timeout": "30s"}
"""of a desk's role, against mistakes: whoever has its password can lift them. What it cannot lift
is what a call takes and gives at most, and how many CONNECTIONS it has."""
CONNECTIONS = 4
"""of a desk at once: one exchanges, one that was cut may not be gone yet"""
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""of a password: none that look alike"""
GROUPS = 5
"""of five letters each: 125 bits"""
WAY = ("host", "hostaddr", "port", "sslmode", "target_session_attrs")
"""what of the owner's connection string leads desks to the same server"""


def say(
    raw: psycopg.Connection[tuple[Any, ...]], words: str, /, **names: sql.Composable | str
) -> None:
    """A statement with names or values in it that no parameter can carry."""
    named = {
        key: value if isinstance(value, sql.Composable) else sql.Identifier(value)
        for key, value in names.items()
    }
    raw.execute(sql.SQL(words).format(**named))


def new_password() -> str:
    groups = ("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(GROUPS))
    return "-".join(groups)


class Admission:
    """The roles of one database; each call is part of its caller's transaction.

    Roles are the server's, for all of its databases: their names begin with the database's.
    """

    def __init__(self, raw: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._raw = raw
        self.database = raw.info.dbname
        self.everybody = self._name("desks")
        """the role that all desks' roles are members of"""

    def _name(self, of: str, exact: str = "") -> str:
        """Of at most 63 bytes; codes that differ only in what it cannot show (`exact`) get two."""
        name = f"{self.database}_{of}"
        if not exact and name.isascii() and len(name) <= 63:
            return name
        return f"desk_{sha256(f'{name}/{exact}'.encode()).hexdigest()[:24]}"

    def role_of(self, desk: str) -> str:
        return self._name(f"desk_{desk.lower()}", desk if desk != desk.upper() else "")

    def make(self, role: str, whose: str) -> bool:
        """A role of that name; whether it is new. RoleTaken: one that is there is not ours."""
        mark = f"deskapp: {self.database}: {whose}"
        row = self._raw.execute(
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", (role,)
        ).fetchone()
        if row is None:
            say(self._raw, "CREATE ROLE {role}", role=role)
            say(self._raw, "COMMENT ON ROLE {role} IS {mark}", role=role, mark=sql.Literal(mark))
        elif row[0] != mark:
            raise Refusal("RoleTaken", role=role)
        return row is None

    def let_in(self, role: str, password: str) -> None:
        """It may log in with this password, which the server gets as what SCRAM keeps of it: no log
        has it.
        """
        kept = self._raw.pgconn.encrypt_password(
            password.encode(), role.encode(), b"scram-sha-256"
        ).decode()
        say(
            self._raw,
            "ALTER ROLE {role} LOGIN CONNECTION LIMIT {most} PASSWORD {kept}",
            role=role,
            most=sql.Literal(CONNECTIONS),
            kept=sql.Literal(kept),
        )
        say(self._raw, "ALTER ROLE {role} RESET ALL", role=role)
        for name, value in LIMITS.items():
            words = "ALTER ROLE {role} SET {name} = {value}"
            say(self._raw, words, role=role, name=name, value=sql.Literal(value))
        say(self._raw, "GRANT {desks} TO {role}", desks=self.everybody, role=role)

    def keep_out(self, role: str) -> None:
        """It may not log in any more; what is open may still be.

        It keeps its password: only whoever has it is told that the role was put out.
        """
        say(self._raw, "ALTER ROLE {role} NOLOGIN", role=role)
        if not self.is_superuser():  # who ends another's connection must be of its role
            say(self._raw, "GRANT {role} TO CURRENT_USER", role=role)

    def throw_out(self, role: str) -> None:
        """End its connections, once what `keep_out` did is committed: else it would come back."""
        self._raw.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s",
            (role,),
        )
        if not self.is_superuser():
            say(self._raw, "REVOKE {role} FROM CURRENT_USER", role=role)

    def is_superuser(self) -> bool:
        return self._raw.info.parameter_status("is_superuser") == "on"

    def address(self, role: str, own: Mapping[str, Any], host: str | None = None) -> str:
        """By what a desk reaches the server that `own` led to; the password is not in it.

        host: what desks call the server, where the owner has come in by a socket.
        """
        parts = {name: own[name] for name in WAY if name in own}
        if host is not None:
            parts = {"host": host, "port": parts.get("port"), "sslmode": "verify-full"}
        parts.setdefault("host", self._raw.info.host)
        parts["port"] = parts.get("port") or self._raw.info.port
        if str(parts["host"]).startswith(("/", "@")):
            del parts["sslmode"]  # sockets know no TLS
        return make_conninfo("", **parts, dbname=self.database, user=role)
