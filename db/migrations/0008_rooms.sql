-- Rooms: bookings, and who waits for one.

CREATE TABLE booking (
    subject VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    room VARCHAR NOT NULL,
    day VARCHAR NOT NULL,
    patron VARCHAR,
    from_ VARCHAR NOT NULL,
    until VARCHAR NOT NULL,
    heads INTEGER NOT NULL,
    least INTEGER NOT NULL,
    what VARCHAR,
    words VARCHAR,
    scope VARCHAR,
    needs VARCHAR NOT NULL,
    series VARCHAR,
    status VARCHAR NOT NULL,
    hold_until VARCHAR,
    arrived VARCHAR NOT NULL,
    made_at VARCHAR NOT NULL,
    made_by VARCHAR,
    opened_at VARCHAR,
    ended_at VARCHAR,
    ended_by VARCHAR,
    how VARCHAR,
    PRIMARY KEY (subject, id)
);
CREATE INDEX ix_booking_id ON booking (id);
CREATE INDEX booking_day ON booking (day, room);
CREATE INDEX booking_patron ON booking (patron, day);
CREATE INDEX booking_open ON booking (until) WHERE ended_at IS NULL;
CREATE INDEX booking_series ON booking (series) WHERE series IS NOT NULL;
