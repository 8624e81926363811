-- What the forms of pages are marked by, so that each process knows those that another gave out.
CREATE TABLE form_keys (
    number INTEGER PRIMARY KEY,         -- 1: there is one
    key TEXT NOT NULL
) STRICT;
