-- Fields can be corrected by hand, and what was removed is noted: see schema.sql.

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

-- What was removed, for the proof that nothing of it is left: no text of it, but digests.
CREATE TABLE removed (
    reply_id TEXT PRIMARY KEY,
    content_hash TEXT NOT NULL,
    removed_at TEXT NOT NULL,
    traces TEXT NOT NULL,                -- JSON: digests of pieces of it, see app/keeping/traces.py
    erased INTEGER NOT NULL              -- 0 until nothing of it is left
) STRICT, WITHOUT ROWID;

CREATE INDEX removed_by_content ON removed (content_hash);
