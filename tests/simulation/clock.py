"""Time and ids of a simulation: one seed, one course."""

from datetime import UTC, datetime, timedelta
from random import Random

from db.clock import RANDOM, SystemClock

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


class Hours:
    """The true time, which every clock of a simulation is right or wrong against."""

    def __init__(self) -> None:
        self.at = START

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class SimulatedClock(SystemClock):
    """A machine's clock: the true time, wrong by an offset; ids come from the seed."""

    def __init__(self, hours: Hours, rng: Random) -> None:
        self._hours = hours
        self._rng = rng
        self.offset = timedelta()

    def now(self) -> datetime:
        return self._hours.at + self.offset

    def new_id(self) -> str:
        millisecond = int(self.now().timestamp() * 1000)
        low = self._rng.getrandbits(RANDOM) & ~(0xF << 76) & ~(0b11 << 62)
        digits = f"{millisecond << RANDOM | 7 << 76 | 0b10 << 62 | low:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def ticks(self) -> float:
        return self._hours.at.timestamp()
