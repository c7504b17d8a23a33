-- +goose Up

-- The merge groups that a pull request is in.
CREATE TABLE queued (
    repo         TEXT NOT NULL,
    number       INTEGER NOT NULL,
    head         TEXT NOT NULL, -- the group's
    installation INTEGER NOT NULL,
    base         TEXT NOT NULL,
    base_sha     TEXT NOT NULL,
    head_ref     TEXT NOT NULL,
    kept_at      INTEGER NOT NULL,
    PRIMARY KEY (repo, number, head)
) STRICT;
CREATE INDEX queued_head ON queued (repo, head);
CREATE INDEX queued_kept ON queued (kept_at);

-- +goose Down
DROP TABLE queued;
