-- Loans, rolls of honour, awards and their certificates, the keys that sign them, and seals.

CREATE TABLE loan (
    subject VARCHAR NOT NULL,
    patron VARCHAR NOT NULL,
    day VARCHAR NOT NULL,
    count INTEGER NOT NULL,
    lendings VARCHAR NOT NULL,
    PRIMARY KEY (subject)
);
CREATE INDEX loan_day ON loan (day, patron);
CREATE INDEX loan_patron ON loan (patron, day);

CREATE TABLE roll (
    subject VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    template VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    issuers VARCHAR NOT NULL,
    signatory VARCHAR NOT NULL,
    day VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    seal VARCHAR,
    department VARCHAR NOT NULL,
    opened_at VARCHAR NOT NULL,
    opened_by VARCHAR,
    closed_at VARCHAR,
    asked_at VARCHAR,
    asked_by VARCHAR,
    asked_for INTEGER,
    PRIMARY KEY (subject)
);
CREATE INDEX roll_number ON roll (desk, number);
CREATE INDEX roll_opened ON roll (opened_at);

CREATE TABLE award (
    subject VARCHAR NOT NULL,
    roll VARCHAR NOT NULL,
    patron VARCHAR,
    name VARCHAR,
    prize VARCHAR,
    rank INTEGER,
    amount FLOAT,
    rests VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    granted_at VARCHAR NOT NULL,
    granted_by VARCHAR,
    ended_at VARCHAR,
    why VARCHAR,
    gift VARCHAR,
    gift_at VARCHAR,
    gift_by VARCHAR,
    gift_to VARCHAR,
    PRIMARY KEY (subject)
);
CREATE INDEX award_patron ON award (patron);
CREATE INDEX award_roll ON award (roll);

CREATE TABLE certificate (
    subject VARCHAR NOT NULL,
    serial VARCHAR NOT NULL,
    issued VARCHAR NOT NULL,
    signer VARCHAR NOT NULL,
    day VARCHAR NOT NULL,
    paper VARCHAR NOT NULL,
    holder VARCHAR,
    body VARCHAR,
    token VARCHAR,
    replaces VARCHAR,
    issued_at VARCHAR NOT NULL,
    issued_by VARCHAR,
    approved_by VARCHAR,
    copies INTEGER NOT NULL,
    printed_at VARCHAR,
    revoked_at VARCHAR,
    revoked_by VARCHAR,
    reason VARCHAR,
    why VARCHAR,
    handed_at VARCHAR,
    handed_by VARCHAR,
    handed_to VARCHAR,
    PRIMARY KEY (subject, serial)
);
CREATE INDEX certificate_issued ON certificate (issued);
CREATE INDEX certificate_serial ON certificate (serial);

CREATE TABLE signer (
    subject VARCHAR NOT NULL,
    public VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    made_at VARCHAR NOT NULL,
    made_by VARCHAR,
    retired_at VARCHAR,
    lost_since VARCHAR,
    lost_at VARCHAR,
    lost_by VARCHAR,
    PRIMARY KEY (subject)
);

CREATE TABLE seal (
    subject VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    until VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    permitted_at VARCHAR NOT NULL,
    permitted_by VARCHAR,
    withdrawn_at VARCHAR,
    PRIMARY KEY (subject)
);

-- How far a day's records of a gate reach, so that whoever has most is found among everybody.
ALTER TABLE visit ADD COLUMN reach INTEGER NOT NULL DEFAULT 0;
ALTER TABLE visit ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
UPDATE visit SET (reach, open) = (
    SELECT coalesce(max(at) - min(at) + 1, 0), coalesce(max(CASE way WHEN 0 THEN at END) = max(at), 0)
    FROM (
        SELECT way.key AS way, CAST(coalesce(strftime('%s', way.value), 0) AS INTEGER) AS at
        FROM json_each(passages) AS record, json_each(record.value) AS way
        WHERE way.key < 2 AND way.value IS NOT NULL
    )
);

-- Who wants to be on no ranking.
ALTER TABLE reader ADD COLUMN opted_out VARCHAR;
