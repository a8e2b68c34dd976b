"""The rules of the house: linters, types, layers, sizes, pinned requirements, a complete wheel."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = ("deskapp", "db", "screens", "assets")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
BUILT = {"build", "dist", "__pycache__"}
MOST_LINES = 400


def run(*command: str, cwd: Path = ROOT, given: str = "") -> subprocess.CompletedProcess[str]:
    """A tool of this environment; what it says is one text, errors included."""
    tool = shutil.which(command[0], path=str(Path(sys.executable).parent))
    assert tool, f"{command[0]} is not installed: pip install -r requirements.txt"
    return subprocess.run(
        [tool, *command[1:]],
        cwd=cwd,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


def sources() -> Iterator[Path]:
    """Every file of the project, without what tools leave behind."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        if hidden or BUILT.intersection(parts) or any(p.endswith(".egg-info") for p in parts):
            continue
        if path.is_file():
            yield path


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports", "--no-cache"),
    ],
    ids=" ".join,
)
def test_the_tools_find_nothing(command: tuple[str, ...]) -> None:
    done = run(*command)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("from datetime import datetime as d\n\nd.now()", "TID251"),
        ("from datetime import date\n\ndate.today()", "TID251"),
        ("import time\n\ntime.time()", "TID251"),
        ("import uuid\n\nuuid.uuid4()", "TID251"),
        ("from uuid_utils.compat import uuid7\n\nuuid7()", "TID251"),
        ("print(1)", "T201"),
        # To see ruff complain of it:
        ("try:\n    1 / 1\nexcept Exception:\n    pass", "BLE001"),  # Accepted: a text, never run.
        ("import db\n\ndb._inside()", "SLF001"),
    ],
)
def test_what_the_house_forbids_is_seen(line: str, rule: str) -> None:
    check = ("ruff", "check", "--output-format=concise", "--stdin-filename")
    assert rule in run(*check, "deskapp/toy.py", "-", given=line + "\n").stdout
    if rule == "TID251":
        assert rule not in run(*check, "db/clock.py", "-", given=line + "\n").stdout


CONTRACTS = [contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]]
TOY = {
    "deskapp/app.py": "import textual\nimport screens.seats",
    "deskapp/__main__.py": "from deskapp import app",
    "deskapp/seats.py": "import db.seats",
    "screens/seats.py": "import textual\nimport deskapp.seats",
    "db/seats.py": "import sqlmodel",
}


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("deskapp/seats.py", "", []),
        ("deskapp/seats.py", "import screens.seats", CONTRACTS[:1]),
        ("db/seats.py", "import deskapp.rooms", CONTRACTS[:1]),
        ("deskapp/seats.py", "import textual.app", CONTRACTS[1:2]),
        ("db/seats.py", "from rich.text import Text", CONTRACTS[2:3]),
        ("screens/seats.py", "import db.seats", CONTRACTS[3:]),
        ("screens/seats.py", "from sqlalchemy import text", CONTRACTS[3:]),
    ],
)
def test_a_broken_layer_is_seen(tmp_path: Path, file: str, line: str, broken: list[str]) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "deskapp" / "rooms.py").touch()
    for name, text in TOY.items():
        (tmp_path / name).write_text(f"{text}\n{line if name == file else ''}\n", "utf-8")
    said = run("lint-imports", "--no-cache", cwd=tmp_path).stdout
    assert re.findall(r"^(.+) BROKEN\b", said, re.MULTILINE) == broken, said
    assert f"{len(CONTRACTS) - len(broken)} kept, {len(broken)} broken." in said


TOPS = ("deskapp.__main__", "deskapp.kiosk_app", "deskapp.volunteer_app")
"""what stands above the screens, and shows them"""
UP = re.compile(r"deskapp\.(app|kiosk_app|volunteer_app|__main__)\b")


def intrusions(source: str, module: str) -> list[str]:
    """Imports that no contract above can name: of private names, and of the top from below."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{name.name}" for name in node.names]
        elif isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        else:
            continue
        for name in names:
            package, *inside = name.split(".")
            private = any(part.startswith("_") and part != "__main__" for part in inside)
            up = (
                re.match(r"deskapp\.(app|kiosk_app|volunteer_app|__main__)\b", name)
                and module not in TOPS
            )
            if package in PACKAGES and (private or up):
                found.append(f"{module} imports {name}")
    return found


def test_nobody_imports_the_insides_of_another() -> None:
    found: list[str] = []
    for package in ("deskapp", "db"):
        for file in sorted((ROOT / package).rglob("*.py")):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            found += intrusions(file.read_text("utf-8"), module)
    for file in sorted((ROOT / "screens").rglob("*.py")):
        # a screen may name the app's class, so only the private names count there
        found += intrusions(file.read_text("utf-8"), "deskapp.__main__")
    assert found == []


def test_an_intrusion_is_seen() -> None:
    for line in (
        "from db.store import _open",
        "from db._pages import Page",
        "import deskapp.app",
        "from deskapp import app",
        "def late():\n    from deskapp.__main__ import main",
    ):
        assert len(intrusions(line, "deskapp.seats")) == 1, line
    assert intrusions("from deskapp import app, appeals", "deskapp.__main__") == []
    assert intrusions("from deskapp.appeals import appeal", "deskapp.seats") == []


def test_no_file_is_too_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in sources()
        if path.suffix == ".py"
    }
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_path_of_a_machine() -> None:
    folder = re.compile(rb"(?<![\w.$~}])/(?:root|home|Users|opt|work|farm|tmp)/\w|[A-Z]:\\+Users")
    for inside in (b'"/home/someone"', b" /tmp/x", rb"C:\Users"):
        assert folder.search(inside), inside
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        if path != Path(__file__)
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if folder.search(line)
    ]
    assert found == []


def test_requirements_are_pinned_with_hashes_and_name_no_host() -> None:
    text = (ROOT / "requirements.txt").read_text("utf-8")
    assert not re.search(r"https?:|//|--(?!hash)|\.(org|com|cn)\b", text)
    pinned: dict[str, str] = {}
    for entry in text.replace("\\\n", " ").splitlines():
        requirement, *hashes = re.split(r"\s+--hash=sha256:", entry.strip())
        assert hashes, entry
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in hashes), entry
        parsed = Requirement(requirement)
        (version,) = parsed.specifier
        assert version.operator == "==", entry
        pinned[canonicalize_name(parsed.name)] = version.version
    project = PROJECT["project"]
    for wanted in map(
        Requirement, project["dependencies"] + project["optional-dependencies"]["test"]
    ):
        assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)]), wanted
    # what only Windows needs must be there, and for Windows alone
    assert re.search(r"^colorama==\S+ ; sys_platform == 'win32'", text, re.MULTILINE)


def test_the_wheel_is_complete(tmp_path: Path) -> None:
    tree, out = tmp_path / "tree", tmp_path / "out"
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tree)
    wanted = {
        path.relative_to(tree).as_posix()
        for package in PACKAGES
        for path in (tree / package).rglob("*")
        if path.is_file()
    }
    out.mkdir()
    build = f"from setuptools import build_meta; print(build_meta.build_wheel({str(out)!r}))"
    done = run(Path(sys.executable).name, "-c", build, cwd=tree)
    assert done.returncode == 0, done.stdout
    with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    assert wanted - names == set()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == set(PACKAGES)
