-- What the queue is asked by, out of the record, so that both databases answer the same question.
ALTER TABLE contact ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
ALTER TABLE contact ADD COLUMN level TEXT NOT NULL DEFAULT 'none';
ALTER TABLE contact ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
UPDATE contact SET state = record::json ->> 'state', level = record::json ->> 'level', since = (record::json ->> 'since')::bigint;
CREATE INDEX contact_state ON contact (state, since);
