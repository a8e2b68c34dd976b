-- Home says how many are to be told something: whoever moved up from a waiting list is found by
-- this, among all who signed up. Nobody else stands in it, and nobody at a door waits for it.

CREATE INDEX signup_promoted ON signup (event, session) WHERE promoted_at IS NOT NULL;
