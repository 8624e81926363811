-- Fields can be corrected by hand, pages shown, what was removed is noted, and a bin: see schema.sql.

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

-- The pages that a reply was read from: where each of its lines stands on them.
CREATE TABLE originals (
    reply_id TEXT PRIMARY KEY REFERENCES replies (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,                -- of the file: another one may have other pages
    lines TEXT NOT NULL                  -- JSON
) STRICT;

-- What replies promise and cite, by `corpus.statements`; made of their texts again when these change.
CREATE TABLE statements_read (
    reply_id TEXT PRIMARY KEY REFERENCES replies (id) ON DELETE CASCADE,
    grammar TEXT NOT NULL                -- by which grammars it was read
) STRICT, WITHOUT ROWID;

CREATE TABLE promises (
    reply_id TEXT NOT NULL REFERENCES replies (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    what_start INTEGER NOT NULL,
    what_stop INTEGER NOT NULL,
    who_start INTEGER,
    who_stop INTEGER,
    term_start INTEGER,
    term_stop INTEGER,
    due TEXT                             -- the last day of the term
) STRICT;

CREATE INDEX promises_of_reply ON promises (reply_id);

CREATE TABLE citations (
    reply_id TEXT NOT NULL REFERENCES replies (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    name TEXT,                           -- of the policy, without personal data
    number TEXT
) STRICT;

CREATE INDEX citations_of_reply ON citations (reply_id);

-- By which names and numbers a reply is itself cited, as `corpus.statements.names` writes them.
CREATE TABLE cited_as (
    name TEXT NOT NULL,
    reply_id TEXT NOT NULL REFERENCES replies (id) ON DELETE CASCADE,
    PRIMARY KEY (name, reply_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cited_as_of_reply ON cited_as (reply_id);

-- What was removed, for the proof that nothing of it is left: no text of it, but digests.
CREATE TABLE removed (
    reply_id TEXT PRIMARY KEY,
    content_hash TEXT NOT NULL,
    removed_at TEXT NOT NULL,
    traces TEXT NOT NULL,                -- JSON: digests of pieces of it, see app/keeping/traces.py
    erased INTEGER NOT NULL              -- 0 until nothing of it is left
) STRICT, WITHOUT ROWID;

CREATE INDEX removed_by_content ON removed (content_hash);

-- What was put away, closed to everything, until it is brought back or removed for good.
CREATE TABLE bin (
    reply_id TEXT PRIMARY KEY,
    content_hash TEXT NOT NULL UNIQUE,
    put_away_at TEXT NOT NULL,
    files TEXT NOT NULL,                 -- JSON: the files that it came from
    kept TEXT NOT NULL                   -- JSON: its rows in the other tables
) STRICT;

-- What people corrected, change by change; `corrections` says where that has come to.
CREATE TABLE changes (
    number INTEGER PRIMARY KEY,
    reply_id TEXT NOT NULL REFERENCES replies (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    before TEXT NOT NULL,                -- JSON: the values before
    after TEXT                           -- JSON: those behind; NULL: the correction was taken back
) STRICT;

CREATE INDEX changes_of_reply ON changes (reply_id);

-- Which passages of substance went, in their order: an index that knows the last it followed need not
-- compare all keys to follow on.
CREATE TABLE gone (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key INTEGER NOT NULL
) STRICT;
