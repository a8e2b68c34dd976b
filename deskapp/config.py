"""Where a desk's data lie and which language it speaks: options, environment, then the usual."""

from collections.abc import Mapping, Sequence
from pathlib import Path


def data_folder(wanted: str | None, environ: Mapping[str, str]) -> Path:
    """The data folder: --data, else DESKAPP_DATA, else this user's by the system's custom."""
    named = wanted or environ.get("DESKAPP_DATA")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("deskapp", appauthor=False)


def demo_folder(folder: Path, scale: str) -> Path:
    """The demo's own folder in a data folder, one for each scale."""
    return folder / ("demo" if scale == "desk" else f"demo-{scale}")


def wish(arguments: Sequence[str], option: str) -> str | None:
    """What an option says, read before the grammar is there, which speaks a language itself."""
    for place, argument in enumerate(arguments):
        if argument == option and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return None
