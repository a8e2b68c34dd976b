-- Numbered seats.

CREATE TABLE seat (
    subject VARCHAR NOT NULL PRIMARY KEY,
    seat VARCHAR NOT NULL UNIQUE,
    zone VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    row INTEGER NOT NULL,
    col INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    socket BOOLEAN NOT NULL,
    window BOOLEAN NOT NULL,
    lamp BOOLEAN NOT NULL,
    accessible BOOLEAN NOT NULL,
    closed VARCHAR,
    closed_at VARCHAR,
    removed BOOLEAN NOT NULL,
    noted VARCHAR,
    noted_at VARCHAR,
    note VARCHAR
);
CREATE INDEX seat_zone ON seat (zone, rank);

-- Seats taken and reserved: who sat where on a library day.

CREATE TABLE sitting (
    subject VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    seat VARCHAR NOT NULL,
    zone VARCHAR NOT NULL,
    day VARCHAR NOT NULL,
    patron VARCHAR NOT NULL,
    queue VARCHAR,
    status VARCHAR NOT NULL,
    reserved_from VARCHAR,
    hold_until VARCHAR,
    since VARCHAR,
    until VARCHAR NOT NULL,
    away_since VARCHAR,
    away_until VARCHAR,
    present_since VARCHAR,
    spans VARCHAR NOT NULL,
    due_at VARCHAR,
    ended_at VARCHAR,
    how VARCHAR,
    stands VARCHAR,
    PRIMARY KEY (subject, id)
);
CREATE INDEX sitting_seat ON sitting (seat, since, reserved_from, until) WHERE ended_at IS NULL;
CREATE INDEX sitting_reader ON sitting (patron) WHERE ended_at IS NULL;
CREATE INDEX sitting_zone ON sitting (zone) WHERE ended_at IS NULL;
CREATE INDEX sitting_due ON sitting (due_at) WHERE ended_at IS NULL;
CREATE INDEX sitting_day ON sitting (patron, day, since, seat);
