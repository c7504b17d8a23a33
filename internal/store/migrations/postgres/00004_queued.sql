-- +goose Up

-- The merge groups that a pull request is in.
CREATE TABLE queued (
    repo         TEXT NOT NULL,
    number       BIGINT NOT NULL,
    head         TEXT NOT NULL, -- the group's
    installation BIGINT NOT NULL,
    base         TEXT NOT NULL,
    base_sha     TEXT NOT NULL,
    head_ref     TEXT NOT NULL,
    kept_at      BIGINT NOT NULL,
    PRIMARY KEY (repo, number, head)
);
CREATE INDEX queued_head ON queued (repo, head);
CREATE INDEX queued_kept ON queued (kept_at);

-- +goose Down
DROP TABLE queued;
