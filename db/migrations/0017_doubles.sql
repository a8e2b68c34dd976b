-- What no sign-up by itself shows: one person twice at one event, a ticket that was used before
-- anybody had heard of it, and a session for which more have signed up than it has places.

CREATE TABLE double (
    first VARCHAR NOT NULL,
    second VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    session VARCHAR NOT NULL,
    first_subject VARCHAR NOT NULL,
    second_subject VARCHAR NOT NULL,
    patron VARCHAR,
    at VARCHAR NOT NULL,
    expected INTEGER NOT NULL,
    came INTEGER NOT NULL,
    inside INTEGER NOT NULL,
    settled_by VARCHAR,
    PRIMARY KEY (first, second)
);
CREATE INDEX double_first ON double (first_subject);
CREATE INDEX double_second ON double (second_subject);
CREATE INDEX double_open ON double (event) WHERE settled_by IS NULL;

CREATE TABLE crowd (
    event VARCHAR NOT NULL,
    session VARCHAR NOT NULL,
    heads INTEGER NOT NULL,
    places INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    PRIMARY KEY (event, session)
) WITHOUT ROWID;

ALTER TABLE signup ADD COLUMN made VARCHAR NOT NULL DEFAULT '';
ALTER TABLE signup ADD COLUMN aside VARCHAR;
ALTER TABLE signup ADD COLUMN stands VARCHAR;
