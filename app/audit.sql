-- Who did what: only ever added to. Each entry's chain is a digest of the one before it and of
-- what the entry says, so that one that was changed or taken out is seen.

CREATE TABLE entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,                   -- UTC, ISO 8601
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    about TEXT NOT NULL,
    chain TEXT NOT NULL
) STRICT;
CREATE INDEX entries_at ON entries (at);

CREATE TRIGGER entries_stay BEFORE DELETE ON entries
BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
CREATE TRIGGER entries_are_final BEFORE UPDATE ON entries
BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
