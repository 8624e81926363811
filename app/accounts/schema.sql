-- Accounts of a library: who may sign in, what was given to browsers and programs.
-- Times are UTC in ISO 8601, to the second, so that they sort as text.

CREATE TABLE accounts (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                 -- as it is shown
    key TEXT NOT NULL UNIQUE,           -- as it is compared: NFKC, without case
    role TEXT NOT NULL,
    password TEXT NOT NULL,             -- argon2id, with its salt and costs
    disabled INTEGER NOT NULL DEFAULT 0,
    made TEXT NOT NULL,
    signed_in TEXT                      -- the last time
) STRICT;

-- Of secrets only digests are kept: whoever reads this file can use none of them.
CREATE TABLE sessions (
    digest TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
    address TEXT NOT NULL,
    made TEXT NOT NULL,
    used TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of ON sessions (account);

CREATE TABLE tokens (
    number INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    account INTEGER NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
    label TEXT NOT NULL,                -- what it is for
    role TEXT NOT NULL,
    made TEXT NOT NULL,
    until TEXT NOT NULL,
    used TEXT
) STRICT;
CREATE INDEX tokens_of ON tokens (account);

-- Failed attempts to sign in, by what they are counted for.
CREATE TABLE failures (
    counted TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    last REAL NOT NULL                  -- seconds since 1970
) STRICT, WITHOUT ROWID;

-- Where each account has signed in from: others' failures do not keep it from doing so again.
CREATE TABLE places (
    account INTEGER NOT NULL REFERENCES accounts (number) ON DELETE CASCADE,
    address TEXT NOT NULL,
    PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;

-- What the forms of pages are marked by, so that each process knows those that another gave out.
CREATE TABLE form_keys (
    number INTEGER PRIMARY KEY,         -- 1: there is one
    key TEXT NOT NULL
) STRICT;
