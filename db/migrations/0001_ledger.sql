-- The ledger, and what a desk knows of itself.

CREATE TABLE fact (
    n INTEGER NOT NULL PRIMARY KEY,
    id VARCHAR NOT NULL UNIQUE,
    act VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    timeline INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    subject VARCHAR NOT NULL,
    base INTEGER NOT NULL,
    beyond VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    actor VARCHAR,
    data VARCHAR NOT NULL,
    person VARCHAR,
    scope VARCHAR,
    private VARCHAR,
    salt BLOB,
    seal BLOB,
    digest BLOB NOT NULL,
    epoch INTEGER,
    seq INTEGER,
    chain BLOB,
    pos INTEGER UNIQUE,
    skew INTEGER
);
CREATE UNIQUE INDEX fact_place ON fact (desk, epoch, seq);
CREATE INDEX fact_subject ON fact (subject, pos, id);
CREATE INDEX fact_person ON fact (person) WHERE person IS NOT NULL;
CREATE INDEX fact_scope ON fact (scope, pos) WHERE scope IS NOT NULL;

CREATE TABLE place (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    desk VARCHAR NOT NULL,
    library_key BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    timeline INTEGER NOT NULL,
    forks VARCHAR NOT NULL,
    cursor INTEGER NOT NULL,
    cursor_link BLOB,
    acked_epoch INTEGER NOT NULL,
    acked_seq INTEGER NOT NULL,
    acked_chain BLOB
);

CREATE TABLE setting (name VARCHAR NOT NULL PRIMARY KEY, value VARCHAR NOT NULL);

CREATE TABLE fault (id VARCHAR NOT NULL PRIMARY KEY, subject VARCHAR NOT NULL, reason VARCHAR NOT NULL);
CREATE INDEX fault_subject ON fault (subject);

CREATE TABLE erased (subject VARCHAR NOT NULL PRIMARY KEY, person VARCHAR NOT NULL, at VARCHAR NOT NULL);
CREATE INDEX erased_person ON erased (person);

CREATE TABLE clash (
    subject VARCHAR NOT NULL,
    first VARCHAR NOT NULL,
    second VARCHAR NOT NULL,
    settled_by VARCHAR,
    PRIMARY KEY (first, second)
);
CREATE INDEX clash_subject ON clash (subject);
CREATE INDEX clash_open ON clash (subject) WHERE settled_by IS NULL;
