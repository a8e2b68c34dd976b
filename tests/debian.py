"""Debian's PostgreSQL, started by the tests as README says: by TLS, and each only as far as it may.

The package's own cluster is not touched. The certificates are of an authority made on the spot.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import psycopg
from psycopg.conninfo import make_conninfo

from tests.outside import program, without

README = Path(__file__).parent.parent / "README.md"
HOST = "centre.library"
"""what the server's certificate says; it is reached as 127.0.0.1"""
PASSWORD = "the-owner's"
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
INITDB = ("-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")


class Guarded:
    """A running server with a database `library` of an owner that may make roles, and no more."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.root = make_conninfo(host=str(folder), port=port, user="postgres", dbname="postgres")
        self.owner = self.way("library")

    def way(self, user: str, **other: str | int | None) -> str:
        """A connection string, as from another machine; None leaves a part of it out."""
        parts: dict[str, str | int | None] = {
            "host": HOST, "hostaddr": "127.0.0.1", "port": self.port, "dbname": "library",
            "user": user, "sslmode": "verify-full", "sslrootcert": str(self.folder / "ca.crt"),
        }  # fmt: skip
        return make_conninfo("", **parts | other)


def written(kind: str, first: str) -> list[str]:
    """The lines of README's block of this kind that begins so, without comments."""
    block = re.compile(rf"^```{kind}\n({first}.*?)^```", re.MULTILINE | re.DOTALL)
    (found,) = block.findall(README.read_text("utf-8"))
    return [line for line in found.splitlines() if line and not line.startswith(("#", "--"))]


@contextmanager
def guarded() -> Iterator[Guarded]:
    """The server as long as this lasts."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    programs = found[-1].parent if found else Path(without("postgresql is not installed"))
    openssl = program("openssl")
    user = "postgres" if os.geteuid() == 0 else None  # it does not run as root
    with tempfile.TemporaryDirectory(prefix="guarded") as name, socket.socket() as free:
        folder = Path(name)
        folder.chmod(0o755)
        if user is not None:
            shutil.chown(folder, user)

        def run(*command: str | Path) -> None:
            done = subprocess.run(command, cwd=folder, user=user, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr

        for authority in ("ca", "foreign"):
            own = ("-keyout", f"{authority}.key", "-out", f"{authority}.crt")
            run(openssl, "req", "-x509", *KEY, *own, "-subj", f"/CN={authority}")
        own = ("-keyout", "server.key", "-out", "server.crt")
        signed = ("-CA", "ca.crt", "-CAkey", "ca.key")
        called = ("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}")
        run(openssl, "req", "-x509", *KEY, *own, *signed, *called)
        run(programs / "initdb", "-D", folder / "data", *INITDB)
        rules = ["local all postgres trust", *written("conf", "# type")]
        (folder / "data" / "pg_hba.conf").write_text("\n".join(rules) + "\n", "utf-8")
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        settings = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder,
            "ssl": "on", "ssl_cert_file": folder / "server.crt",
            "ssl_key_file": folder / "server.key", "fsync": "off", "log_statement": "all",
        }  # fmt: skip
        given = [f"--{name}={value}" for name, value in settings.items()]
        with (folder / "log").open("w") as log:
            command = [str(programs / "postgres"), "-D", str(folder / "data"), *given]
            process = subprocess.Popen(command, cwd=folder, user=user, stderr=log)
        try:
            server = Guarded(folder, port)
            _prepare(server, process)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # whoever is still there is thrown out
            process.wait()


def _prepare(server: Guarded, process: "subprocess.Popen[bytes]") -> None:
    """Wait until it is up, then do what README has the superuser do."""
    while True:
        try:
            connection = psycopg.connect(server.root, autocommit=True)
            break
        except psycopg.OperationalError:
            assert process.poll() is None, (server.folder / "log").read_text("utf-8")
            sleep(0.02)
    for line in written("sql", "-- once, as the server's superuser"):
        if line == r"\password library":  # psql's, which asks for it
            kept = connection.pgconn.encrypt_password(
                PASSWORD.encode(), b"library", b"scram-sha-256"
            )
            connection.execute(f"ALTER ROLE library PASSWORD '{kept.decode()}'")
        elif line == r"\connect library":
            connection.close()
            connection = psycopg.connect(server.root, dbname="library", autocommit=True)
        else:
            connection.execute(line)
    connection.close()
