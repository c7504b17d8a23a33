-- Times are microseconds since 1970, UTC, in columns that end in _at: the same number on both engines. JSON is kept as the
-- text it was, so that its hash stays true.

-- +goose Up

-- What GitHub sent, once each.
CREATE TABLE deliveries (
    id           TEXT PRIMARY KEY,
    event        TEXT NOT NULL,
    action       TEXT NOT NULL,
    installation INTEGER NOT NULL,
    repo         TEXT NOT NULL,
    received_at  INTEGER NOT NULL,
    work         TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_received ON deliveries (received_at);

-- How often something was asked for that is to be looked at, "pull acme/api#12": a job that ends compares.
CREATE TABLE generations (
    subject    TEXT PRIMARY KEY,
    generation INTEGER NOT NULL
) STRICT;

-- Every report that said something new.
CREATE TABLE reports (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    repo      TEXT NOT NULL,
    number    INTEGER NOT NULL,
    head      TEXT NOT NULL,
    decision  TEXT NOT NULL,
    report    TEXT NOT NULL,
    hash      TEXT NOT NULL,
    made_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX reports_pull ON reports (repo, number, id);
CREATE INDEX reports_made ON reports (made_at);

-- Where each pull request stands: its newest report.
CREATE TABLE pulls (
    repo         TEXT NOT NULL,
    number       INTEGER NOT NULL,
    installation INTEGER NOT NULL,
    state        TEXT NOT NULL,
    head         TEXT NOT NULL,
    base         TEXT NOT NULL,
    decision     TEXT NOT NULL,
    report       INTEGER NOT NULL REFERENCES reports (id),
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (repo, number)
) STRICT;
CREATE INDEX pulls_head ON pulls (repo, head);
CREATE INDEX pulls_updated ON pulls (updated_at);

-- The issues that a pull request names.
CREATE TABLE specs (
    repo         TEXT NOT NULL,
    number       INTEGER NOT NULL,
    issue_repo   TEXT NOT NULL,
    issue_number INTEGER NOT NULL,
    PRIMARY KEY (repo, number, issue_repo, issue_number)
) STRICT;
CREATE INDEX specs_issue ON specs (issue_repo, issue_number);

-- What was put on GitHub, or was about to be.
CREATE TABLE published (
    key        TEXT PRIMARY KEY,
    value      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX published_updated ON published (updated_at);

-- The layers of the last policy that was valid.
CREATE TABLE policies (
    repo    TEXT NOT NULL,
    base    TEXT NOT NULL,
    layers  TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (repo, base)
) STRICT;

-- The record: rows are added, never changed, each with the hash of the one before.
CREATE TABLE ledger (
    seq      INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    repo     TEXT NOT NULL,
    number   INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    body     TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_pull ON ledger (repo, number, seq);

-- The ledger's end, in one row: who adds locks it, and a row that is missing at the end is missed.
CREATE TABLE ledger_end (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO ledger_end (one, seq, hash) VALUES (1, 0, '');

CREATE TABLE settings (
    key        TEXT PRIMARY KEY,
    value      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE settings;
DROP TABLE ledger_end;
DROP TABLE ledger;
DROP TABLE policies;
DROP TABLE published;
DROP TABLE specs;
DROP TABLE pulls;
DROP TABLE reports;
DROP TABLE generations;
DROP TABLE deliveries;
