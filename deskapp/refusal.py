"""The word for no without the store behind it, for screens that are painted before that is open."""

from db.refusal import Refusal

__all__ = ["Refusal"]
