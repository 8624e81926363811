-- Fields can be corrected by hand: see schema.sql.

ALTER TABLE replies ADD COLUMN parsed TEXT;

CREATE TABLE corrections (
    reply_id TEXT NOT NULL REFERENCES replies (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    correction TEXT NOT NULL,            -- JSON: the values, and those found then
    content_hash TEXT NOT NULL,          -- of the text and question that it was decided for
    corrected_at TEXT NOT NULL,
    holds INTEGER NOT NULL,              -- 0 where the text has changed too much since
    PRIMARY KEY (reply_id, name)
) STRICT, WITHOUT ROWID;
