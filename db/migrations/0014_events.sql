-- Events, sign-ups, tickets, and what is scanned at their doors.

CREATE TABLE series (
    subject VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    first VARCHAR NOT NULL,
    last VARCHAR NOT NULL,
    department VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    opened_at VARCHAR NOT NULL,
    closed_at VARCHAR,
    PRIMARY KEY (subject)
);

CREATE TABLE event (
    subject VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    series VARCHAR,
    department VARCHAR NOT NULL,
    need VARCHAR,
    evidence VARCHAR,
    for_ VARCHAR,
    partners VARCHAR NOT NULL,
    audience VARCHAR NOT NULL,
    opens_at VARCHAR,
    closes_at VARCHAR,
    capacity INTEGER,
    apart BOOLEAN NOT NULL,
    queues BOOLEAN NOT NULL,
    walk_ins BOOLEAN NOT NULL,
    questions VARCHAR NOT NULL,
    shows VARCHAR NOT NULL,
    exits BOOLEAN NOT NULL,
    helpers INTEGER,
    repeats VARCHAR,
    status VARCHAR NOT NULL,
    announced_at VARCHAR NOT NULL,
    announced_by VARCHAR,
    cancelled_at VARCHAR,
    why VARCHAR,
    learnt VARCHAR,
    reported_at VARCHAR,
    PRIMARY KEY (subject)
);
CREATE INDEX event_number ON event (desk, number);
CREATE INDEX event_series ON event (series);

CREATE TABLE session (
    subject VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    begins VARCHAR NOT NULL,
    until VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    capacity INTEGER,
    status VARCHAR NOT NULL,
    why VARCHAR,
    was VARCHAR,
    changed_at VARCHAR,
    allowed INTEGER,
    PRIMARY KEY (subject, id)
);
CREATE INDEX ix_session_id ON session (id);
CREATE INDEX session_begins ON session (begins);

CREATE TABLE signup (
    subject VARCHAR NOT NULL,
    session VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    patron VARCHAR,
    name VARCHAR,
    phone VARCHAR,
    number VARCHAR,
    answers VARCHAR,
    places INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    asked_at VARCHAR NOT NULL,
    made_at VARCHAR NOT NULL,
    made_by VARCHAR,
    promoted_at VARCHAR,
    told_place_at VARCHAR,
    told_change VARCHAR,
    ended_at VARCHAR,
    ended_by VARCHAR,
    why VARCHAR,
    PRIMARY KEY (subject, session)
);
CREATE INDEX signup_event ON signup (event, session, status, asked_at);
CREATE INDEX signup_patron ON signup (patron, event);
CREATE INDEX signup_tail ON signup (event, substr(phone, -4));

CREATE TABLE ticket (
    subject VARCHAR NOT NULL,
    serial VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    session VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    issued_at VARCHAR NOT NULL,
    issued_by VARCHAR,
    revoked_at VARCHAR,
    why VARCHAR,
    replaced_by VARCHAR,
    PRIMARY KEY (subject, serial)
);
CREATE INDEX ticket_code ON ticket (event, code);
CREATE INDEX ticket_serial ON ticket (serial);

CREATE TABLE admission (
    subject VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    session VARCHAR NOT NULL,
    door VARCHAR NOT NULL,
    way VARCHAR NOT NULL,
    heads INTEGER NOT NULL,
    how VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    corrected VARCHAR NOT NULL,
    skew INTEGER,
    desk VARCHAR NOT NULL,
    actor VARCHAR,
    PRIMARY KEY (subject, id)
) WITHOUT ROWID;
CREATE INDEX admission_door ON admission (event, session, door, at);

CREATE TABLE presence (
    subject VARCHAR NOT NULL,
    session VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    came INTEGER NOT NULL,
    inside INTEGER NOT NULL,
    first VARCHAR,
    first_at VARCHAR,
    first_door VARCHAR,
    PRIMARY KEY (subject, session)
) WITHOUT ROWID;

CREATE TABLE headcount (
    event VARCHAR NOT NULL,
    session VARCHAR NOT NULL,
    expected INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    came INTEGER NOT NULL,
    inside INTEGER NOT NULL,
    PRIMARY KEY (event, session)
) WITHOUT ROWID;

CREATE TABLE scan (
    subject VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    session VARCHAR NOT NULL,
    door VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    signup VARCHAR,
    shown VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    corrected VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    actor VARCHAR,
    PRIMARY KEY (subject)
);
CREATE INDEX scan_event ON scan (event, at);

CREATE INDEX reader_tail ON reader (substr(number, -4));
