-- What a load was given is kept until it has ended, so that another process can go on with it.

ALTER TABLE jobs ADD COLUMN holder TEXT NOT NULL DEFAULT '';

ALTER TABLE jobs ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;

ALTER TABLE jobs ADD COLUMN asked TEXT NOT NULL DEFAULT '';

CREATE TABLE pieces (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
    file INTEGER NOT NULL,
    content BLOB NOT NULL
) STRICT;

CREATE INDEX pieces_of_job ON pieces (job, file);
