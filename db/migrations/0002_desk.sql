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
    valid_until VARCHAR,
    merged_into VARCHAR
);
CREATE INDEX ix_reader_merged_into ON reader (merged_into);
CREATE INDEX ix_reader_number ON reader (number);

CREATE TABLE identifier (
    subject VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    since VARCHAR NOT NULL,
    until VARCHAR,
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
    urgent INTEGER NOT NULL,
    told VARCHAR,
    stage VARCHAR,
    involved VARCHAR,
    found_complex INTEGER NOT NULL,
    extended INTEGER NOT NULL,
    late INTEGER NOT NULL,
    waits VARCHAR,
    waiting VARCHAR,
    waits_since VARCHAR,
    chase_at VARCHAR,
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
    sign_by VARCHAR,
    sign_until VARCHAR,
    tell_by VARCHAR,
    told_at VARCHAR,
    told_channel VARCHAR,
    minutes INTEGER,
    effort INTEGER,
    satisfaction INTEGER,
    reopened INTEGER NOT NULL
);
CREATE INDEX request_mine ON request (responsible, status, due_at, serial);
CREATE INDEX request_first ON request (first_responder, status, due_at, serial);
CREATE INDEX request_open ON request (status, due_at, serial);
CREATE INDEX request_department ON request (department, status, due_at, serial);
CREATE INDEX request_joined ON request (status, due_at, serial) WHERE involved IS NOT NULL;
CREATE INDEX request_offer ON request (offer_until) WHERE offer IS NOT NULL;
CREATE INDEX request_chase ON request (chase_at) WHERE chase_at IS NOT NULL;
CREATE INDEX request_tell ON request (tell_by) WHERE tell_by IS NOT NULL;
CREATE INDEX request_sign ON request (sign_by) WHERE sign_by IS NOT NULL;
CREATE INDEX request_unsigned ON request (sign_until) WHERE sign_until IS NOT NULL;
CREATE INDEX request_patron ON request (patron, serial);
CREATE INDEX request_number ON request (desk, year, number);
CREATE INDEX request_day ON request (desk, logged_at) WHERE backdated = 0;

CREATE VIRTUAL TABLE request_text USING fts5(body, content='', tokenize='unicode61');

-- Registers: who looked at whose page.

CREATE TABLE look (
    subject VARCHAR NOT NULL PRIMARY KEY,
    patron VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    by VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    desk VARCHAR NOT NULL
);
CREATE INDEX look_patron ON look (patron, at);

-- Shifts of a desk.

CREATE TABLE shift (
    subject VARCHAR NOT NULL PRIMARY KEY,
    desk VARCHAR NOT NULL,
    opened_at VARCHAR NOT NULL,
    opened_by VARCHAR NOT NULL,
    rounds VARCHAR NOT NULL,
    closed_at VARCHAR,
    closed_by VARCHAR,
    absent INTEGER NOT NULL
);
CREATE INDEX shift_open ON shift (desk) WHERE closed_at IS NULL;
CREATE INDEX shift_last ON shift (desk, opened_at);

CREATE TABLE duty (
    subject VARCHAR NOT NULL,
    staff VARCHAR NOT NULL,
    since VARCHAR NOT NULL,
    until VARCHAR,
    ended_by VARCHAR,
    kept INTEGER,
    back VARCHAR,
    PRIMARY KEY (subject, staff)
);
CREATE INDEX duty_staff ON duty (staff, since);
CREATE INDEX duty_back ON duty (back) WHERE back IS NOT NULL;

CREATE TABLE shift_handover (
    subject VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    by VARCHAR NOT NULL,
    things VARCHAR NOT NULL,
    rounds VARCHAR NOT NULL,
    visitors INTEGER,
    other VARCHAR,
    faults VARCHAR,
    signed_by VARCHAR,
    signed_at VARCHAR,
    PRIMARY KEY (subject, id)
);
CREATE INDEX shift_unsigned ON shift_handover (subject) WHERE signed_by IS NULL;

CREATE TABLE shift_note (
    subject VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    by VARCHAR NOT NULL,
    words VARCHAR,
    PRIMARY KEY (subject, id)
);

-- Cards bound at a desk, cards reported lost.

CREATE TABLE card (
    subject VARCHAR NOT NULL PRIMARY KEY,
    reader VARCHAR NOT NULL,
    value VARCHAR,
    since VARCHAR,
    by VARCHAR,
    verified INTEGER NOT NULL,
    until VARCHAR,
    lost VARCHAR
);
CREATE INDEX card_unverified ON card (since) WHERE verified = 0 AND until IS NULL;
CREATE INDEX ix_card_reader ON card (reader);
CREATE INDEX ix_card_value ON card (value);

CREATE TABLE found_thing (
    serial INTEGER NOT NULL PRIMARY KEY,
    subject VARCHAR NOT NULL UNIQUE,
    desk VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    found_at VARCHAR NOT NULL,
    logged_at VARCHAR NOT NULL,
    what VARCHAR,
    place VARCHAR,
    finder VARCHAR,
    kept VARCHAR,
    patron VARCHAR,
    until VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    told_at VARCHAR,
    ended_at VARCHAR,
    ended_by VARCHAR,
    taker VARCHAR,
    taker_patron VARCHAR,
    checked VARCHAR,
    passed_to VARCHAR
);
CREATE INDEX found_status ON found_thing (status, until);
CREATE INDEX found_number ON found_thing (desk, year, number);
CREATE INDEX found_patron ON found_thing (patron);

-- Directional questions counted by the day.

CREATE TABLE tally (
    subject VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    day VARCHAR NOT NULL,
    count INTEGER NOT NULL,
    taken_back VARCHAR NOT NULL,
    PRIMARY KEY (subject, what)
);
CREATE INDEX ix_tally_day ON tally (day);

CREATE TABLE lent_thing (
    subject VARCHAR NOT NULL PRIMARY KEY,
    desk VARCHAR NOT NULL,
    thing VARCHAR NOT NULL,
    item VARCHAR,
    patron VARCHAR,
    name VARCHAR,
    lent_at VARCHAR NOT NULL,
    due_at VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    ended_at VARCHAR,
    ended_by VARCHAR
);
CREATE INDEX lent_status ON lent_thing (status, due_at);
CREATE INDEX lent_stock ON lent_thing (desk, thing, status);
CREATE INDEX lent_patron ON lent_thing (patron, status);
CREATE INDEX lent_at ON lent_thing (lent_at);

CREATE TABLE day_count (
    subject VARCHAR NOT NULL PRIMARY KEY,
    desk VARCHAR NOT NULL,
    day VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    entered_by VARCHAR,
    entered_at VARCHAR NOT NULL
);
CREATE INDEX count_day ON day_count (day, what);

CREATE TABLE crisis_call (
    subject VARCHAR NOT NULL PRIMARY KEY,
    desk VARCHAR NOT NULL,
    whom VARCHAR NOT NULL,
    at VARCHAR NOT NULL
);
CREATE INDEX ix_crisis_call_at ON crisis_call (at);

-- Entries that were logged in a hurry.

CREATE TABLE incomplete (
    subject VARCHAR NOT NULL PRIMARY KEY,
    request VARCHAR NOT NULL,
    by VARCHAR NOT NULL,
    noted_at VARCHAR NOT NULL,
    done_at VARCHAR
);
CREATE INDEX incomplete_open ON incomplete (by) WHERE done_at IS NULL;
CREATE INDEX ix_incomplete_request ON incomplete (request);
