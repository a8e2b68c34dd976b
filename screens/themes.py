"""The two colourings of the desk; both say nothing that is not also said in words."""

from textual.theme import Theme

LIGHT = Theme(
    name="light", dark=False, primary="#004578", secondary="#1a5c2e", accent="#7a3e00",
    foreground="#111111", background="#ffffff", surface="#ffffff", panel="#dde3ea",
    error="#a80000", warning="#7a4a00", success="#0b5a1e",
    variables={"text-error": "#a80000", "text-disabled": "#5f6770"},
)  # fmt: skip
DARK = Theme(
    name="dark", dark=True, primary="#7cb7ff", secondary="#7ddc9a", accent="#ffc66d",
    foreground="#e8e8e8", background="#101418", surface="#161b20", panel="#2a333d",
    error="#ff7b7b", warning="#ffc66d", success="#7ddc9a",
    variables={"text-error": "#ff8a8a", "text-disabled": "#a0a8b0"},
)  # fmt: skip


def known(name: str) -> str:
    """The name, if it is one of the two; else that of the dark one."""
    return name if name in (LIGHT.name, DARK.name) else DARK.name
