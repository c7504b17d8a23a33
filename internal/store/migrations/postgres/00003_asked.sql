-- +goose Up

-- What people asked for beside corrections: waivers, their end, a recheck. One table keeps all of it, in the order in
-- which it was said.
ALTER TABLE corrections RENAME TO asked;
ALTER TABLE asked ADD COLUMN verb TEXT NOT NULL DEFAULT 'correct';
ALTER TABLE asked ADD COLUMN comment BIGINT NOT NULL DEFAULT 0;
ALTER TABLE asked ADD COLUMN check_name TEXT NOT NULL DEFAULT '';
ALTER TABLE asked ADD COLUMN until_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE asked ADD COLUMN wrong TEXT NOT NULL DEFAULT '';
ALTER TABLE asked ADD COLUMN head TEXT NOT NULL DEFAULT '';
ALTER TABLE asked ADD COLUMN marks TEXT NOT NULL DEFAULT '';

-- When time alone changes what a pull request's report says; 0 where nothing does.
ALTER TABLE pulls ADD COLUMN next_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE pulls DROP COLUMN next_at;
ALTER TABLE asked DROP COLUMN marks;
ALTER TABLE asked DROP COLUMN head;
ALTER TABLE asked DROP COLUMN wrong;
ALTER TABLE asked DROP COLUMN until_at;
ALTER TABLE asked DROP COLUMN check_name;
ALTER TABLE asked DROP COLUMN comment;
ALTER TABLE asked DROP COLUMN verb;
ALTER TABLE asked RENAME TO corrections;
