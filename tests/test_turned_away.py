"""Servers that let nobody in, in a language that no desk reads, or because they are busy."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import psycopg
import pytest

from db import postgres
from db.centre import Greeting
from db.postgres import PostgresCentre
from db.turned_away import state
from tests.postgres import Server
from tests.refusals import refused
from tests.shelf import MARK


@contextmanager
def saying(sqlstate: str, words: str) -> Iterator[str]:
    """A server that ends each attempt with an error, in Chinese; its address."""
    fields = {"S": "致命错误", "V": "FATAL", "C": sqlstate, "M": words}
    body = b"".join(f"{name}{value}\0".encode() for name, value in fields.items()) + b"\0"
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                guest, _ = server.accept()
            except OSError:
                return
            with guest:
                guest.recv(4096)
                guest.sendall(b"E" + (len(body) + 4).to_bytes(4) + body)

    Thread(target=answer, daemon=True).start()
    host, port = server.getsockname()
    try:
        yield f"host={host} port={port} user=d dbname=d sslmode=disable"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


@pytest.mark.parametrize(
    ("sqlstate", "words", "code"),
    [
        ("57P03", "数据库系统正在启动", "CentreAway"),
        ("57P01", "由于管理员命令中断联接", "CentreAway"),
        ("53300", '由角色"d"发起的连接太多了', "CentreAway"),
        ("08P01", "无效的启动包", "CentreAway"),
        ("28P01", '用户 "d" Password 认证失败', "CentrePassword"),
        ("28000", '没有用于主机 "127.0.0.1" 的 pg_hba.conf 记录', "CentreRefused"),
        ("3D000", '数据库 "d" C "57P03" 不存在', "CentreRefused"),
    ],
)
def test_what_a_server_means_it_may_say_in_chinese(sqlstate: str, words: str, code: str) -> None:
    with saying(sqlstate, words) as address:
        facts = refused(code, PostgresCentre(address, "secret").hello, Greeting("D", 1, MARK)).facts
    assert words in str(facts["why"])
    assert "secret" not in str(facts)


def test_a_real_server_with_no_room(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "SAYS", {})  # as if it spoke another language
    address = server.database()
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute("CREATE ROLE crowd LOGIN CONNECTION LIMIT 0")
        owner.execute("CREATE ROLE guest LOGIN PASSWORD 'it''s a \\ secret'")
    way = psycopg.conninfo.make_conninfo(address, user="crowd")
    refused("CentreAway", PostgresCentre(way).hello, Greeting("D", 1, MARK))
    parts = psycopg.conninfo.make_conninfo(address, user="guest", password="it's a \\ secret")
    with psycopg.connect(parts) as guest:
        assert state(guest.pgconn.info) is None
