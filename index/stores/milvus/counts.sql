-- In how many of a home's passages each token stands, which BM25 weighs it by.

CREATE TABLE counted (
    key INTEGER PRIMARY KEY              -- of the passages whose tokens are counted
) STRICT;

CREATE TABLE counts (
    field INTEGER NOT NULL,
    token TEXT NOT NULL,
    passages INTEGER NOT NULL,
    PRIMARY KEY (field, token)
) STRICT, WITHOUT ROWID;
