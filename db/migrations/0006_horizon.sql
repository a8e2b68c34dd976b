-- Closed matters past the horizon: their rows stay here, what their facts say is at the centre.

CREATE TABLE dormant (
    subject VARCHAR NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    bare VARCHAR,
    state VARCHAR
);
CREATE INDEX dormant_state ON dormant (state) WHERE state IS NOT NULL;

CREATE TABLE milestone (pos INTEGER NOT NULL PRIMARY KEY, link BLOB NOT NULL);
