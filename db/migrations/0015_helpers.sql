-- Volunteers' shifts, results of contests and their confirmed lists, feedback.

CREATE TABLE stint (
    subject VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    patron VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    begins VARCHAR NOT NULL,
    until VARCHAR NOT NULL,
    grace INTEGER NOT NULL,
    planned_at VARCHAR NOT NULL,
    planned_by VARCHAR,
    dropped_at VARCHAR,
    in_at VARCHAR,
    left_at VARCHAR,
    out_at VARCHAR,
    out_by VARCHAR,
    out_why VARCHAR,
    leave_at VARCHAR,
    leave_in_time BOOLEAN,
    leave_why VARCHAR,
    excused_at VARCHAR,
    excused_by VARCHAR,
    excused_why VARCHAR,
    PRIMARY KEY (subject, id)
);
CREATE INDEX stint_begins ON stint (begins);
CREATE INDEX stint_event ON stint (event, begins);
CREATE INDEX stint_patron ON stint (patron, begins);

CREATE TABLE result (
    subject VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    patron VARCHAR,
    name VARCHAR,
    members VARCHAR NOT NULL,
    score FLOAT,
    rank INTEGER,
    note VARCHAR,
    source VARCHAR NOT NULL,
    entered_at VARCHAR NOT NULL,
    entered_by VARCHAR,
    withdrawn_at VARCHAR,
    why VARCHAR,
    PRIMARY KEY (subject)
);
CREATE INDEX result_event ON result (event);
CREATE INDEX result_patron ON result (patron);

CREATE TABLE ranking (
    subject VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    lowest BOOLEAN,
    prizes VARCHAR,
    confirmed_at VARCHAR,
    confirmed_by VARCHAR,
    fact VARCHAR,
    corrected_at VARCHAR,
    corrected_by VARCHAR,
    why VARCHAR,
    PRIMARY KEY (subject)
);

CREATE TABLE ranked (
    subject VARCHAR NOT NULL,
    result VARCHAR NOT NULL,
    rank INTEGER,
    prize VARCHAR,
    score FLOAT,
    was VARCHAR,
    PRIMARY KEY (subject, result)
);
CREATE INDEX ranked_result ON ranked (result);

CREATE TABLE feedback (
    subject VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    ones INTEGER NOT NULL,
    twos INTEGER NOT NULL,
    threes INTEGER NOT NULL,
    fours INTEGER NOT NULL,
    fives INTEGER NOT NULL,
    word VARCHAR,
    source VARCHAR NOT NULL,
    taken_at VARCHAR NOT NULL,
    taken_by VARCHAR,
    withdrawn_at VARCHAR,
    PRIMARY KEY (subject)
);
CREATE INDEX feedback_event ON feedback (event, taken_at);
