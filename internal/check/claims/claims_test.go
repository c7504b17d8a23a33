package claims

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/check/checktest"
	"github.com/sluicegate/sluice/internal/markdown"
	"github.com/sluicegate/sluice/internal/pull"
)

func TestCases(t *testing.T) { checktest.Run(t, Check) }

// keys are what a description claims.
func keys(body string) string {
	doc := markdown.Parse(body)
	said := statements(doc, markdown.OwnWords(doc, nil))
	found, _ := find(newChange(&check.Input{Pull: &pull.Request{}}), said)
	var all []string
	for _, c := range found {
		all = append(all, c.key)
	}
	return strings.Join(all, ", ")
}

func TestClaims(t *testing.T) {
	cases := []struct{ body, want string }{
		// Paths.
		{"Updates `src/a.go`.", "path changes src/a.go"},
		{"Updated src/a.go and src/b.go to retry.", "path changes src/a.go, path changes src/b.go"},
		{"This PR modifies the file `src/a.go`", "path changes src/a.go"},
		{"- `src/a.go`: adds a retry", "path changes src/a.go"},
		{"- **`src/a.go`** - Added a retry", "path changes src/a.go"},
		{"Adds retries in `src/a.go`.", "path changes src/a.go"},
		{"Removes `src/old.go`.", "path removes src/old.go"},
		{"Renames `a/old.go` to `a/new.go`", "path renames a/old.go, path renames a/new.go"},
		{"## Files changed\n\n- `src/a.go`\n- src/b.go (new)", "path changes src/a.go, path changes src/b.go"},
		{"Modified files:\n- `src/a.go`", "path changes src/a.go"},
		{"New files:\n* src/a.go - the client", "path adds src/a.go"},
		{"See docs/x.md.", ""},
		{"Works like in `foo.py`.", ""},
		{"Unlike src/a.go, this retries.", ""},
		{"Updates the parser, see `src/a.go`.", ""},
		{"Updates the parser as described in docs/x.md.", ""},
		{"Removes the flag from `src/a.go`.", ""},
		{"Removes `src/a.go` from the build.", ""},
		{"Updates `src/a.go`'s callers.", ""},
		{"Doesn't update `src/a.go`.", ""},
		{"Does this update `src/a.go`?", ""},
		{"We should update `src/a.go` too.", ""},
		{"A follow-up updates `src/a.go`.", ""},
		{"#41 added `src/a.go`.", ""},
		{"Updated Node.js and Vue.js.", ""},
		{"Adds client/server and/or helpers.", ""},
		{"> Updates `src/a.go`", ""},
		{"```\nUpdates src/a.go\n```", ""},
		{"<!-- Updates `src/a.go` -->", ""},
		{"- [ ] Updates `src/a.go`", ""},
		{"- [x] Updates `src/a.go`", "path changes src/a.go"},
		{"## Next steps\n\nUpdate `src/a.go`.", ""},
		{"To reproduce:\n\n1. Remove `src/a.go`", ""},
		{"If you remove `src/a.go` it fails.", ""},
		{`Somebody said "this removes src/a.go".`, ""},
		{"<details><summary>Release notes</summary>\n\n- Adds `Foo`\n\n</details>", ""},
		// Symbols.
		{"Adds `Retry`.", "symbol adds retry"},
		{"Adds a new `Retry` method to `Client`", "symbol adds retry"},
		{"Adds `startEditing`, `saveEditing`, and `cancelEditing` functions.", "symbol adds startediting, symbol adds saveediting, symbol adds cancelediting"},
		{"Removes the unused `legacyCheck()` helper.", "symbol removes legacycheck"},
		{"Renames `oldName` to `newName`.", "symbol removes oldname, symbol adds newname"},
		{"- **Client**: adds `Client.Retry`", "symbol adds retry"},
		{"We removed `pay_rate` and added `pay_amount`.", "symbol removes payrate, symbol adds payamount"},
		{"Adds `Retry` handling.", ""},
		{"Adds support for `Retry`.", ""},
		{"The server adds `Trace` to answers.", ""},
		{"When the flag is on, it removes `Trace`.", ""},
		{"`cgi` was removed in Python 3.13.", ""},
		{"Fixes a crash when the linter removes `Trace`.", ""},
		{"Adds `X-Request-ID` to answers.", ""},
		{"Drops `null` values.", ""},
		{"Previously we added `Trace`.", ""},
		// Tests.
		{"Adds tests.", "tests added"},
		{"Added unit tests for the parser", "tests added"},
		{"- [x] I have added tests that prove my fix is effective", "tests added"},
		{"Tests added for the retry.", "tests added"},
		{"Unit tests have been added.", "tests added"},
		{"The retry is covered by new tests.", "tests added"},
		{"Adds retries, and adds regression tests for them.", "tests added"},
		{"Added comprehensive unit tests covering:\n- a", "tests added"},
		{"Adding a comprehensive test case in `test_flow.py`", "path changes test_flow.py, tests added"},
		{"Add tests for Button component (6 tests)", "tests added"},
		{"Wrote 12 new unit tests.", "tests added, count of tests"},
		{"## How was this tested?\n\nAdded unit tests.", "tests added"},
		{"## Test plan\n\n- [x] Added a test file for sessions", "tests added"},
		{"## Tests that are missing\n\n- Add tests for sessions", ""},
		{"No tests added.", ""},
		{"No tests were added.", ""},
		{"Tests will be added later.", ""},
		{"All tests pass.", ""},
		{"Existing tests cover this.", ""},
		{"Adds test IDs to the buttons.", ""},
		{"Adds a test helper.", ""},
		{"Should add tests.", ""},
		{"We need to add tests.", ""},
		{"TODO: add tests", ""},
		{"I did not add tests.", ""},
		{"- [x] Tests added (if applicable)", ""},
		{"Adds a button that runs tests.", ""},
		{"Please add tests.", ""},
		{"Updates the existing unit tests.", "tests updated"},
		// The nature of the change.
		{"Docs only.", "nature documentation"},
		{"This is a documentation-only change.", "nature documentation"},
		{"This PR only updates the docs.", "nature documentation, document document"},
		{"Comment-only change.", "nature comments"},
		{"Formatting only, no functional changes.", "nature formatting, nature behaviour"},
		{"Pure refactoring.", "nature behaviour"},
		{"Refactor only; no behaviour change.", "nature behaviour"},
		{"No functional changes.", "nature behaviour"},
		{"No functional changes intended.", "nature behaviour"},
		{"Pure rename.", "nature behaviour"},
		{"No code changes.", "nature no code"},
		{"Test-only change.", "nature tests"},
		{"Skips CI for docs-only changes.", ""},
		{"Adds a docs-only mode.", ""},
		{"No functional changes to the export.", ""},
		{"Not a docs-only change.", ""},
		{"No code changes needed by callers.", ""},
		{"### `packages/a`\n\nDocs only.", ""},
		{"- `packages/a`\n  - docs only", ""},
		{"Mostly refactoring only.", ""},
		// Documents.
		{"Updates the changelog.", "document changelog"},
		{"- [x] Changelog updated", "document changelog"},
		{"Add an entry to the changelog", "document changelog"},
		{"Adds a section to the README.", "document README"},
		{"Updated the docs.", "document document"},
		{"Docs will be updated later.", ""},
		{"The changelog is not updated.", ""},
		{"Updates the docs on the website.", ""},
		{"Updates README badges.", ""},
		// Dependencies and areas.
		{"No new dependencies.", "no new dependencies"},
		{"Retries without any new dependencies.", "no new dependencies"},
		{"- New dependencies: none", "no new dependencies"},
		{"There are no new dependencies", "no new dependencies"},
		{"Has no dependencies on global state.", ""},
		{"No database changes.", "no migration"},
		{"No migrations.", "no migration"},
		{"No migration is needed.", ""},
		{"No changes to CI.", "no CI"},
		{"No config changes required.", ""},
		{"No breaking changes.", "no breaking"},
		{"Breaking changes: None", "no breaking"},
		{"No UI changes", "no UI"},
		{"There should be no breaking changes.", ""},
		{"No database changes?", ""},
		// Counts.
		{"3 files changed.", "count of files"},
		{"Adds two new files.", "count of new files"},
		{"Adds 5 tests.", "tests added, count of tests"},
		{"Adds two new endpoints.", "count of endpoints"},
		{"All 2209 unit tests pass.", ""},
		// Said in other forms.
		{"A new `LimitError` class was introduced in `src/modes.ts`.", "symbol adds limiterror"},
		{"Comprehensive tests were added to `src/modes.spec.ts` to check it.", "path changes src/modes.spec.ts, tests added"},
		{"The `src/modes.ts` file has been updated to check it.", "path changes src/modes.ts"},
		{"Files changed: `src/a.go`, `src/b.go`", "path changes src/a.go, path changes src/b.go"},
		{"**New files:** src/a.go", "path adds src/a.go"},
		{"| File | Change |\n|---|---|\n| `src/a.go` | Adds a retry |\n| src/b.go | unchanged |", "path changes src/a.go"},
		{"| File | Coverage |\n|---|---|\n| `src/a.go` | 80% |", ""},
		{"Implements a `useRetry` hook.", "symbol adds useretry"},
		{"Implements the `io.Reader` interface.", ""},
		{"Extracts the `parseRow` helper.", "symbol adds parserow"},
		{"Replaces `setTimeout` with `requestFrame`.", "symbol removes settimeout, symbol adds requestframe"},
		{"Add retries with unit tests.", "tests added"},
		{"Fix flakiness with unit tests.", ""},
		{"The bug was added in `src/a.go`.", ""},
		{"`src/a.go` was removed in v3.", ""},
		{"Nothing was added to `src/a.go`", ""},
		{"No CSS changes", "no styling"},
		{"This PR adds no new dependencies.", "no new dependencies"},
		{"Only documentation was changed.", "nature documentation"},
		{"No changes to CI/CD.", "no CI"},
		{"CI configuration is untouched.", "no CI"},
		{"No changes to the database schema.", "no migration"},
		{"Unit tests included.", "tests added"},
		{"New tests cover the retry.", "tests added"},
		{"- Removed: `src/old.go`", "path removes src/old.go"},
		{"- **Added**: `src/new.go`", "path adds src/new.go"},
		{"- New file `src/new.go` for helpers", "path adds src/new.go"},
		{"- New `Retry` function", "symbol adds retry"},
		{"- `Retry`: new function", "symbol adds retry"},
		{"src/old.go deleted", "path removes src/old.go"},
		{"Moved `src/a.go` to `src/b.go`.", "path renames src/a.go, path renames src/b.go"},
		{"Changed 3 files.", "count of files"},
		{"This PR only touches `src/a.go`.", "only files"},
		{"Only touches `src/a.go` callers.", ""},
		{"Tests included in the nightly run are slow.", ""},
		{"New `Retry` semantics.", ""},
		{"New tests are needed.", ""},
		{"CI is untouched by flags.", ""},
		{"Adds no tests.", ""},
		{"No code changes, just the release script.", ""},
		{"Tests have been added to the main repo.", ""},
		{"This adds no `Retry`.", ""},
		// Nobody's claims.
		{"Adds `docs/a.md` to the sidebar.", ""},
		{"Delete `node_modules` and run npm install.", ""},
		{"Typo fixes only.", ""},
		{"Please review that I added `Foo`.", ""},
		{"It is like the code that adds `Foo`.", ""},
		{"The old code removed `Foo`, which broke callers.", ""},
		{"Instead of adding `Foo`, callers pass it.", ""},
		{"Rather than updating `src/a.go`, the caller checks.", ""},
		{"This avoids adding tests.", ""},
		{"I forgot to add tests.", ""},
		{"Removed `console.log` calls", ""},
		{"Fixes TypeError when `Foo` is removed.", ""},
		{"Steps:\n\n1. Add `Foo` to your config\n2. Run it", ""},
		{"Usage: add `Foo` to your config.", ""},
		{"To migrate, remove `Foo` from your code.", ""},
		{"Users can now remove `Foo`.", ""},
		{"Allows adding tests to a suite.", ""},
		{"Reverts the commit that added `Foo`.", ""},
		{"Revert \"Adds `Foo`\"", ""},
		{"Without this, the job deletes `src/a.go`.", ""},
		{"The job deletes `src/a.go`.", ""},
		{"A bug that removes `src/a.go`.", ""},
		{"| `src/a.go` | adds `Foo` |\n|---|---|\n| x | y |", ""},
		{"Closes #12, which removed `Foo`.", ""},
		{"`Foo` adds `Bar` to each call.", ""},
		{"Add-on for `Foo`.", ""},
		{"Added in v1.2: `Foo`.", ""},
		{"Bumps x from 1.0 to 2.0.\n\n## Changelog\n\n- Adds `Foo`\n- Removes `Bar`", ""},
		{"## Commits\n\n- adds `Foo`", ""},
		{"Not tested. No tests, sorry.", ""},
		{"No functional changes were tested.", ""},
		{"Changes the docs-only label.", ""},
		{"The docs only mention `Foo`.", ""},
		{"Only the docs mention `Foo`.", ""},
		{"Formatting only happens on save.", ""},
		{"Tests only run on Linux.", ""},
		{"Test only on staging.", ""},
		{"Comments only show up for admins.", ""},
		{"Documentation only covers the API.", ""},
		{"Refactoring only starts when it is cheap.", ""},
		{"No code changes are detected by the watcher.", ""},
		{"No new dependencies are allowed by the policy.", ""},
		{"Fixes the error \"no new dependencies\".", ""},
		{"No migrations run on start.", ""},
		{"No migrations found is no error now.", ""},
		{"3 files changed since the last run are kept.", ""},
		// Other languages.
		{"Ajoute des tests pour `Foo`.", ""},
		{"Fügt `src/a.go` hinzu.", ""},
	}
	for _, c := range cases {
		if diff := cmp.Diff(keys(c.body), c.want); diff != "" {
			t.Errorf("%q (-got +want)\n%s", c.body, diff)
		}
	}
}

func FuzzRun(f *testing.F) {
	f.Add("Adds tests", "- `src/a.go`: adds `Retry`, \"x\"\n\nDocs only. No new dependencies; 3 files changed", "@@ -1 +1 @@\n-a = 1\n+a = 2", "src/a.py")
	f.Add("\ue000", "Removes `a`\ue001 and \uf76f.", "@@ -0,0 +1 @@\n+\"\"\"", "package.json")
	f.Fuzz(func(t *testing.T, title, body, patch, path string) {
		r := &pull.Request{
			Title: title, Body: body, Known: pull.AllFacts,
			Files: []pull.File{{Path: path, Status: pull.Modified, Patch: patch}, {Path: "go.mod", Status: pull.Renamed, Previous: path, Patch: patch}},
		}
		v := Check.Run(&check.Input{Pull: r, Attribution: &agent.Attribution{}})
		if v.Summary == "" || v.Outcome == check.Fail && len(v.Findings) == 0 {
			t.Errorf("%s without a word", v.Outcome)
		}
	})
}

func FuzzStatements(f *testing.F) {
	f.Add("- **`a/b.go`**: adds `Foo`. See x; no \"y\" e.g. z\n  - nested:\n\n| File | Change |\n|---|---|\n| a.go | b |\n\n## Out of scope\nwords")
	f.Add("\ue000 `\ue001` (a/b.go), a/b.go:12 [x](y) “q\n1) a\n\t- b\n> c\n<details>")
	f.Fuzz(func(t *testing.T, body string) {
		doc := markdown.Parse(body)
		for _, s := range statements(doc, markdown.OwnWords(doc, nil)) {
			if s.line < 1 || s.line > len(doc.Lines) || s.said == "" {
				t.Fatalf("line %d of %d says %q", s.line, len(doc.Lines), s.said)
			}
			for _, r := range s.text {
				if isObject(r) {
					s.object(r) // must be there
				}
			}
		}
	})
}
