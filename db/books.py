"""Every book of the ledger. A new feature adds its own here, and nowhere else in db."""

from db.awards import AWARDS
from db.cards import CARDS
from db.conduct import BANS, EXEMPTIONS, VIOLATIONS
from db.counts import COUNTS
from db.crisis import CRISIS
from db.draws import APPLICATIONS, DRAWS
from db.events import EVENTS, SERIES
from db.feedback import FEEDBACK
from db.found_things import FOUND
from db.helpers import HELPERS
from db.holidays import HOLIDAYS
from db.incomplete import INCOMPLETE
from db.lent_things import LENT
from db.loans import LOANS
from db.looks import LOOKS
from db.opting import READERS
from db.packs import PACKS
from db.places import PLACES
from db.queues import QUEUES
from db.request_undo import REQUESTS
from db.results import RANKINGS, RESULTS
from db.rolls import ROLLS
from db.rooms import ROOMS
from db.scans import SCANS
from db.seals import SEALS
from db.seats import SEATS
from db.segments import SEGMENTS
from db.shifts import SHIFTS
from db.signers import SIGNERS
from db.signups import SIGNUPS
from db.staff import STAFF
from db.tallies import TALLIES
from db.visits import VISITS

FOLDS = 7
"""Raise it with every change of a fold, of what clashes, or of what is derived from rows (search
terms, readings): stores fold their ledger anew when they next open.
"""
BOOKS = (
    STAFF,
    READERS,
    CARDS,
    REQUESTS,
    LOOKS,
    SHIFTS,
    TALLIES,
    INCOMPLETE,
    FOUND,
    LENT,
    COUNTS,
    CRISIS,
    HOLIDAYS,
    ROOMS,
    VIOLATIONS,
    BANS,
    EXEMPTIONS,
    QUEUES,
    SEATS,
    SEGMENTS,
    DRAWS,
    APPLICATIONS,
    PLACES,
    VISITS,
    SERIES,
    EVENTS,
    SIGNUPS,
    SCANS,
    HELPERS,
    RESULTS,
    RANKINGS,
    FEEDBACK,
    PACKS,
    LOANS,
    ROLLS,
    AWARDS,
    SIGNERS,
    SEALS,
)
