-- People and requests: the first features of the desk.

CREATE TABLE staff (
    subject VARCHAR NOT NULL PRIMARY KEY,
    badge VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    departments VARCHAR NOT NULL,
    posts VARCHAR NOT NULL,
    committees VARCHAR NOT NULL,
    active INTEGER NOT NULL,
    pin VARCHAR
);
CREATE INDEX ix_staff_badge ON staff (badge);

CREATE TABLE pin_trial (
    staff VARCHAR NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    until VARCHAR NOT NULL
);

CREATE TABLE draft (
    id VARCHAR NOT NULL PRIMARY KEY,
    staff VARCHAR NOT NULL,
    screen VARCHAR NOT NULL,
    reader VARCHAR,
    body VARCHAR NOT NULL,
    at VARCHAR NOT NULL
);
CREATE INDEX ix_draft_staff ON draft (staff);
CREATE INDEX ix_draft_reader ON draft (reader);

CREATE TABLE reader (
    serial INTEGER NOT NULL PRIMARY KEY,
    subject VARCHAR NOT NULL UNIQUE,
    type VARCHAR,
    college VARCHAR,
    number VARCHAR,
    name VARCHAR,
    major VARCHAR,
    class VARCHAR,
    phone VARCHAR,
    mail VARCHAR,
    valid_until VARCHAR
);
CREATE INDEX ix_reader_number ON reader (number);

CREATE TABLE identifier (
    subject VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    since VARCHAR NOT NULL,
    until VARCHAR,
    lost VARCHAR,
    PRIMARY KEY (subject, value),
    FOREIGN KEY (subject) REFERENCES reader (subject)
);
CREATE INDEX ix_identifier_value ON identifier (value);

CREATE TABLE reader_term (
    term VARCHAR NOT NULL,
    reader INTEGER NOT NULL,
    PRIMARY KEY (term, reader)
) WITHOUT ROWID;

CREATE TABLE request (
    serial INTEGER NOT NULL PRIMARY KEY,
    subject VARCHAR NOT NULL UNIQUE,
    desk VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    received_at VARCHAR NOT NULL,
    logged_at VARCHAR NOT NULL,
    backdated INTEGER NOT NULL,
    channel VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    department VARCHAR NOT NULL,
    scope VARCHAR,
    patron VARCHAR,
    patron_type VARCHAR,
    contact VARCHAR,
    question VARCHAR,
    first_responder VARCHAR NOT NULL,
    responsible VARCHAR NOT NULL,
    confirmed INTEGER NOT NULL,
    status VARCHAR NOT NULL,
    due_at VARCHAR NOT NULL,
    offer VARCHAR,
    offer_to VARCHAR,
    offer_department VARCHAR,
    offer_by VARCHAR,
    offer_at VARCHAR,
    offer_until VARCHAR,
    offer_reason VARCHAR,
    taken VARCHAR,
    back VARCHAR,
    closed_at VARCHAR,
    closed_by VARCHAR,
    result VARCHAR,
    outcome VARCHAR,
    answer VARCHAR,
    alternative VARCHAR,
    referred_to VARCHAR,
    lead VARCHAR,
    lead_how VARCHAR,
    minutes INTEGER,
    effort INTEGER,
    reopened INTEGER NOT NULL
);
CREATE INDEX request_mine ON request (responsible, status, due_at, serial);
CREATE INDEX request_first ON request (first_responder, status, due_at, serial);
CREATE INDEX request_open ON request (status, due_at, serial);
CREATE INDEX request_department ON request (department, status, due_at, serial);
CREATE INDEX request_offer ON request (offer_until) WHERE offer IS NOT NULL;
CREATE INDEX request_patron ON request (patron, serial);
CREATE INDEX request_number ON request (desk, year, number);

CREATE VIRTUAL TABLE request_text USING fts5(body, content='', tokenize='unicode61');
