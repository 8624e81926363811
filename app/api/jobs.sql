-- Loads under way and the last to end, told by the processes that do them to all over one library.

CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    beat REAL NOT NULL,                  -- when its process last spoke of it: seconds since 1970
    ended INTEGER NOT NULL,
    unwanted INTEGER NOT NULL,           -- somebody has cancelled it, elsewhere
    told TEXT NOT NULL                   -- JSON, see app/api/board.py
) STRICT;
