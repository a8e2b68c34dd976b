-- Packs: what volunteers' laptops hold of one event, and which have been made.

CREATE TABLE pack (
    subject VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    people INTEGER NOT NULL,
    made_at VARCHAR NOT NULL,
    made_by VARCHAR,
    back_at VARCHAR,
    behind INTEGER,
    PRIMARY KEY (subject)
);
CREATE INDEX pack_event ON pack (event, made_at);
CREATE INDEX pack_number ON pack (desk, number);

CREATE TABLE pass (
    subject VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    answered VARCHAR NOT NULL,
    PRIMARY KEY (subject)
);

CREATE TABLE pass_code (
    digest BLOB NOT NULL,
    subject VARCHAR NOT NULL,
    PRIMARY KEY (digest, subject)
) WITHOUT ROWID;
