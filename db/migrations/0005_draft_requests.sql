-- Whose words a draft has: it goes when whoever asked that request is erased.

ALTER TABLE draft ADD COLUMN request VARCHAR;
CREATE INDEX ix_draft_request ON draft (request);
UPDATE draft SET request = json_extract(body, '$.completes');
