-- What encoders have made of a library's passages, for all homes and workers over it; and who is reading
-- which. It can be made again, so no backup and no move needs it.

CREATE TABLE encoders (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    made_by TEXT NOT NULL UNIQUE,        -- what names a home's folder of vectors too
    used REAL NOT NULL                   -- when anybody last asked for its vectors: seconds since 1970
) STRICT;

CREATE TABLE vectors (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order in which they can be seen
    encoder INTEGER NOT NULL REFERENCES encoders (number),
    key INTEGER NOT NULL,                -- of the passage
    mark INTEGER NOT NULL,               -- of the passage, see corpus/store/marks.py
    halves BLOB NOT NULL,                -- float16, little-endian, as a home keeps it
    UNIQUE (key, encoder)
) STRICT;

-- What each of those who read together has taken to read.
CREATE TABLE claims (
    worker TEXT PRIMARY KEY,
    encoder INTEGER NOT NULL REFERENCES encoders (number) ON DELETE CASCADE,
    keys TEXT NOT NULL,                  -- JSON
    taken REAL NOT NULL                  -- when: seconds since 1970
) STRICT, WITHOUT ROWID;
