-- Violations, bans, exemption windows, queues for full zones.

CREATE TABLE violation (
    subject VARCHAR NOT NULL PRIMARY KEY,
    desk VARCHAR NOT NULL,
    patron VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    zone VARCHAR NOT NULL,
    seat VARCHAR,
    since VARCHAR,
    due VARCHAR,
    at VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    note VARCHAR,
    noted_at VARCHAR NOT NULL,
    noted_by VARCHAR,
    confirmed_at VARCHAR,
    confirmed_by VARCHAR,
    appeal VARCHAR,
    appealed_at VARCHAR,
    decided_at VARCHAR,
    decided_by VARCHAR,
    reason VARCHAR
);
CREATE INDEX violation_patron ON violation (patron, at);
CREATE INDEX violation_status ON violation (status, at);

CREATE TABLE ban (
    subject VARCHAR NOT NULL PRIMARY KEY,
    desk VARCHAR NOT NULL,
    patron VARCHAR NOT NULL,
    since VARCHAR NOT NULL,
    until VARCHAR NOT NULL,
    needed INTEGER NOT NULL,
    violations VARCHAR NOT NULL,
    zones VARCHAR,
    why VARCHAR,
    imposed_by VARCHAR,
    lifted_at VARCHAR,
    lifted_by VARCHAR,
    reason VARCHAR
);
CREATE INDEX ban_patron ON ban (patron, until);
CREATE INDEX ban_until ON ban (until);

CREATE TABLE exemption (
    subject VARCHAR NOT NULL PRIMARY KEY,
    desk VARCHAR NOT NULL,
    since VARCHAR NOT NULL,
    until VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    zones VARCHAR,
    declared_at VARCHAR NOT NULL,
    declared_by VARCHAR,
    ended_by VARCHAR,
    withdrawn_at VARCHAR,
    withdrawn_by VARCHAR
);
CREATE INDEX exemption_until ON exemption (until);

CREATE TABLE queueing (
    subject VARCHAR NOT NULL PRIMARY KEY,
    desk VARCHAR NOT NULL,
    patron VARCHAR NOT NULL,
    zone VARCHAR NOT NULL,
    day VARCHAR NOT NULL,
    joined_at VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    called_at VARCHAR,
    called_by VARCHAR,
    seat VARCHAR,
    sitting VARCHAR,
    until VARCHAR,
    ended_at VARCHAR,
    how VARCHAR
);
CREATE INDEX queueing_zone ON queueing (zone, day, joined_at) WHERE ended_at IS NULL;
CREATE INDEX queueing_patron ON queueing (patron) WHERE ended_at IS NULL;
