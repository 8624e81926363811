-- Loads under way and the last to end, told by the processes that do them to all over one library.

CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    beat REAL NOT NULL,                  -- when its process last spoke of it: seconds since 1970
    ended INTEGER NOT NULL,
    unwanted INTEGER NOT NULL,           -- somebody has cancelled it, elsewhere
    told TEXT NOT NULL,                  -- JSON, see app/api/board.py
    holder TEXT NOT NULL DEFAULT '',     -- the process that does it
    tries INTEGER NOT NULL DEFAULT 0,    -- how often it was begun and not given back unharmed
    asked TEXT NOT NULL DEFAULT ''       -- JSON, see app/api/given.py; not before all is there, nor once it ended
) STRICT;

-- The content of files that are to be loaded, piece by piece, until that has ended.
CREATE TABLE pieces (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order in which they make a file
    job INTEGER NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
    file INTEGER NOT NULL,               -- which of its files, from 0
    content BLOB NOT NULL
) STRICT;

CREATE INDEX pieces_of_job ON pieces (job, file);
