-- A card waits for the next free seat: both indexes have all that is asked. Two fewer are kept, for
-- every page of an index that a sitting touches is written before it is confirmed.

DROP INDEX seat_zone;
CREATE INDEX seat_next ON seat
    (zone, rank, seat, label, accessible, socket, window, removed, closed);
DROP INDEX sitting_zone;
DROP INDEX sitting_due;
DROP INDEX sitting_seat;
CREATE INDEX sitting_seat ON sitting (seat, since, reserved_from, until, ended_at, due_at)
    WHERE ended_at IS NULL;
