"""Every book of the ledger. A new feature adds its own here, and nowhere else in db."""

from db.readers import READERS
from db.requests import REQUESTS
from db.staff import STAFF

FOLDS = 1
"""Raise it with every change of a fold, or of what is derived from rows (search terms, readings):
stores fold their ledger anew when they next open.
"""
BOOKS = (STAFF, READERS, REQUESTS)
