"""The one error family: a rule that says no, with what it knows and no prose."""


class Refusal(Exception):
    """An act that may not be done.

    `code` names the reason (`SignInWrong`), `facts` what a sentence about it needs. The sentence
    itself is in the catalogues under `refusal.<code>`, so that a rule never speaks a language.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code}({details})"
