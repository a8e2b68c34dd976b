-- The centre: every desk's facts in one order. Keys lead with the desk where there is one, and
-- nothing here needs one machine: no locks by number, no triggers, no sequences, no channels.

-- One row, from the first desk that says hello.
CREATE TABLE library (one integer PRIMARY KEY, mark text NOT NULL, key bytea NOT NULL);

-- maker: of an event's pack, the desk that made it and pushes for it. pulled: the position up to
-- which the desk has everything; -1 where its order is another than the centre's. skew: milliseconds
-- its clock is behind. faults: how many facts it could not fold.
CREATE TABLE desk (
    code text PRIMARY KEY, role text NOT NULL, maker text, revoked boolean NOT NULL DEFAULT false,
    seen timestamptz, pulled bigint NOT NULL DEFAULT 0, skew bigint,
    faults bigint NOT NULL DEFAULT 0
);
CREATE TABLE scope (desk text, department text, PRIMARY KEY (desk, department));

-- One row: the last position given, and the link there (see db/centre.py). Kept locked to the end
-- of a push, so that positions appear in their order and without gaps.
CREATE TABLE counter (one integer PRIMARY KEY, pos bigint NOT NULL, link bytea NOT NULL);
INSERT INTO counter VALUES (1, 0, decode(repeat('00', 32), 'hex'));

CREATE TABLE timeline (number bigint PRIMARY KEY, fork bigint NOT NULL);
INSERT INTO timeline VALUES (1, 0);

CREATE TABLE erased (person text PRIMARY KEY);
-- Positions whose words were taken out, until their part of the ledger has been written anew: the
-- server leaves in its files what it has deleted.
CREATE TABLE soiled (pos bigint PRIMARY KEY, at timestamptz NOT NULL);

CREATE TABLE ledger (
    pos bigint NOT NULL, id text COLLATE "C" NOT NULL, act text NOT NULL, desk text NOT NULL,
    timeline bigint NOT NULL, kind text NOT NULL, version bigint NOT NULL, subject text NOT NULL,
    base bigint NOT NULL, beyond text NOT NULL, at text NOT NULL, actor text, data text NOT NULL,
    person text, scope text, private text, salt bytea, seal bytea, digest bytea NOT NULL,
    epoch bigint NOT NULL, seq bigint NOT NULL, chain bytea NOT NULL, skew bigint NOT NULL,
    link bytea NOT NULL, PRIMARY KEY (pos)
) PARTITION BY RANGE (pos);
CREATE INDEX ledger_person ON ledger (person) WHERE private IS NOT NULL;

-- Which positions the places of each desk's chain have; a fact may stand in several epochs.
CREATE TABLE receipt (
    desk text NOT NULL, epoch bigint NOT NULL, seq bigint NOT NULL, id text COLLATE "C" NOT NULL,
    pos bigint NOT NULL, chain bytea NOT NULL, PRIMARY KEY (desk, epoch, seq)
) PARTITION BY HASH (desk);
CREATE INDEX receipt_id ON receipt (desk, id);
