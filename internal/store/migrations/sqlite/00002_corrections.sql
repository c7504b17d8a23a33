-- +goose Up

-- What people say of who wrote a pull request, in the order in which they said it. Rows are settled once and stay.
CREATE TABLE corrections (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    repo       TEXT NOT NULL,
    number     INTEGER NOT NULL,
    by_login   TEXT NOT NULL,
    by_id      INTEGER NOT NULL,
    by_type    TEXT NOT NULL,
    via        TEXT NOT NULL,
    withdraw   INTEGER NOT NULL,
    agent      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    asked_at   INTEGER NOT NULL,
    state      TEXT NOT NULL,
    settled_at INTEGER NOT NULL
) STRICT;
CREATE INDEX corrections_pull ON corrections (repo, number, id);

-- +goose Down
DROP TABLE corrections;
