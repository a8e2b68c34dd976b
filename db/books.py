"""Every book of the ledger. A new feature adds its own here, and nowhere else in db."""

from db.readers import READERS
from db.requests import REQUESTS
from db.staff import STAFF

BOOKS = (STAFF, READERS, REQUESTS)
