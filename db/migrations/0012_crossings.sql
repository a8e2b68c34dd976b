-- One reader in two places at one time: derived from sittings and bookings.

CREATE TABLE crossing (
    first VARCHAR NOT NULL,
    second VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    first_subject VARCHAR NOT NULL,
    second_subject VARCHAR NOT NULL,
    patron VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    settled_by VARCHAR,
    PRIMARY KEY (first, second)
);
CREATE INDEX ix_crossing_second ON crossing (second);
CREATE INDEX crossing_open ON crossing (patron) WHERE settled_by IS NULL;

ALTER TABLE sitting ADD COLUMN aside VARCHAR;
ALTER TABLE booking ADD COLUMN stands VARCHAR;
ALTER TABLE booking ADD COLUMN aside VARCHAR;
