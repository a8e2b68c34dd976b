-- The library's school calendar.

CREATE TABLE holiday (
    subject VARCHAR NOT NULL PRIMARY KEY,
    what VARCHAR NOT NULL,
    first VARCHAR NOT NULL,
    last VARCHAR NOT NULL,
    name VARCHAR,
    hours VARCHAR,
    entered_by VARCHAR,
    entered_at VARCHAR NOT NULL
);
CREATE INDEX holiday_first ON holiday (first);
