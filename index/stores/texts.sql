-- What scoring reads of each passage, ready-made from the store; can be made again from it.

CREATE TABLE wholes (
    number INTEGER PRIMARY KEY,
    reply_id TEXT NOT NULL,
    region TEXT,
    whole TEXT NOT NULL
) STRICT;

CREATE INDEX wholes_of_reply ON wholes (reply_id);

-- Most texts stand in the whole, and contexts begin as it does: only what doesn't is kept twice.
CREATE TABLE passages (
    key INTEGER PRIMARY KEY,
    whole INTEGER NOT NULL,
    start INTEGER NOT NULL,              -- of the text in the whole; -1: `text` is the text
    stop INTEGER NOT NULL,
    text TEXT NOT NULL,
    shared INTEGER NOT NULL,             -- so many characters of the whole begin the context
    context TEXT NOT NULL                -- the rest of it
) STRICT;

CREATE INDEX passages_of_whole ON passages (whole);
