-- Time in the library: what its gates have recorded of a reader, a day at a time.

CREATE TABLE visit (
    subject VARCHAR NOT NULL PRIMARY KEY,
    patron VARCHAR NOT NULL,
    day VARCHAR NOT NULL,
    passages VARCHAR NOT NULL
);
CREATE INDEX visit_patron ON visit (patron, day);
CREATE INDEX visit_day ON visit (day, patron);
