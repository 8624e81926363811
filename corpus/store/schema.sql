-- The truth of a home: replies and their passages, and which files they came from.
-- Raise the version of LIBRARY in corpus/store/form.py with every change here, and say in a file
-- beside this one how a library of the version before becomes one of this.

CREATE TABLE replies (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    question TEXT NOT NULL,
    source TEXT NOT NULL,
    fields TEXT NOT NULL,                -- JSON, see corpus/store/encoding.py
    redactions TEXT NOT NULL,            -- JSON
    date TEXT,                           -- the first date field
    year INTEGER,
    characters INTEGER NOT NULL,
    content_hash TEXT NOT NULL UNIQUE,   -- of text and question: no reply stands here twice
    loaded_at TEXT NOT NULL,
    parsed TEXT                          -- JSON: what was found in it, where `corrections` has any
) STRICT;

CREATE INDEX replies_by_date ON replies (date DESC, id);

-- The values that replies are filtered and looked up by; personal data is left out.
CREATE TABLE field_values (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    reply_id TEXT NOT NULL REFERENCES replies (id) ON DELETE CASCADE,
    PRIMARY KEY (name, value, reply_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX field_values_of_reply ON field_values (reply_id);

-- A passage never changes and its key is never given again, so that an index holds what it should
-- exactly when it holds the same keys.
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    reply_id TEXT NOT NULL REFERENCES replies (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    heading_path TEXT NOT NULL,          -- JSON
    role TEXT NOT NULL,
    CHECK (0 <= start AND start < stop)
) STRICT;

CREATE INDEX passages_of_reply ON passages (reply_id, start);

-- Which passages of substance went, in their order: an index that knows the last it followed need not
-- compare all keys to follow on.
CREATE TABLE gone (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key INTEGER NOT NULL
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

CREATE TABLE files (
    uri TEXT PRIMARY KEY,
    hash TEXT,                           -- NULL: to be read again whatever it holds
    load INTEGER NOT NULL,               -- how often it was read
    loaded_at TEXT NOT NULL
) STRICT;

-- Where replies came from: a file, or a row of a table.
CREATE TABLE sources (
    number INTEGER PRIMARY KEY,
    file TEXT NOT NULL REFERENCES files (uri),
    uri TEXT NOT NULL,
    declared_id TEXT NOT NULL,           -- the id it asked for
    parse_hash TEXT NOT NULL,
    reply_id TEXT NOT NULL REFERENCES replies (id) DEFERRABLE INITIALLY DEFERRED,
    parse TEXT,                          -- JSON for a duplicate of another source, else NULL
    load INTEGER NOT NULL,               -- the last load of the file in which it was seen
    loaded_at TEXT NOT NULL
) STRICT;

CREATE INDEX sources_of_file ON sources (file, declared_id);
CREATE INDEX sources_by_parse ON sources (file, parse_hash);
CREATE INDEX sources_of_reply ON sources (reply_id);

-- What people decided about fields, over what was parsed. They outlast the row of their reply, which
-- is written anew when its text changes, and go when the reply goes.
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
