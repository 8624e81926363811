-- What people judged, and what they have yet to judge.
-- Raise the version of JUDGMENTS in eval/judging/store.py with every change here.

CREATE TABLE queries (
    id TEXT PRIMARY KEY,                 -- as in the topics they came from, if it was free
    text TEXT NOT NULL UNIQUE
) STRICT;

-- Spans of replies as they were when they were pooled or judged; found again by what they say.
CREATE TABLE places (
    number INTEGER PRIMARY KEY,
    reply_id TEXT NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    text TEXT NOT NULL,
    content_hash TEXT NOT NULL,          -- of the reply's text and question at that time
    UNIQUE (reply_id, start, stop, content_hash),
    CHECK (0 <= start AND start < stop)
) STRICT;

CREATE TABLE pools (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    made TEXT NOT NULL,
    settings TEXT NOT NULL               -- JSON
) STRICT;

CREATE TABLE pool_items (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    pool INTEGER NOT NULL REFERENCES pools (number) ON DELETE CASCADE,
    position INTEGER NOT NULL,           -- of the query among those of its pool
    query_id TEXT NOT NULL REFERENCES queries (id),
    place INTEGER NOT NULL REFERENCES places (number),
    UNIQUE (pool, query_id, place)
) STRICT;

-- Who changes their mind leaves no trace: what counts is what they think now.
CREATE TABLE judgments (
    number INTEGER PRIMARY KEY AUTOINCREMENT,   -- the later, the greater
    query_id TEXT NOT NULL REFERENCES queries (id),
    place INTEGER NOT NULL REFERENCES places (number),
    judge TEXT NOT NULL,
    origin TEXT NOT NULL,
    grade INTEGER NOT NULL CHECK (grade BETWEEN 0 AND 3),
    made TEXT NOT NULL,
    UNIQUE (query_id, place, judge)
) STRICT;
