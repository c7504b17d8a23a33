package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"
)

// The bounds of a check run (REST description, "checks/create").
const (
	maxTitle       = 255
	maxText        = 65_535
	maxAnnotations = 50 // a request
	maxMessage     = 64 << 10
	maxActions     = 3
)

// checkRun is a check run as it stands.
type checkRun struct {
	id          int64
	repo        *repo
	head        string
	app         string // slug
	annotations []Annotation
	started     time.Time
	completed   time.Time
	runFields
}

// runFields are what a request sets of a check run.
type runFields struct {
	Name        string     `json:"name"`
	HeadSHA     string     `json:"head_sha"`
	Status      string     `json:"status"`
	Conclusion  string     `json:"conclusion"`
	DetailsURL  string     `json:"details_url"`
	ExternalID  string     `json:"external_id"`
	StartedAt   *time.Time `json:"started_at"`
	CompletedAt *time.Time `json:"completed_at"`
	Output      *runOutput `json:"output"`
	Actions     []action   `json:"actions"`
}

type runOutput struct {
	Title       *string      `json:"title"`
	Summary     *string      `json:"summary"`
	Text        *string      `json:"text"`
	Annotations []Annotation `json:"annotations"`
}

type action struct {
	Label       string `json:"label"`
	Description string `json:"description"`
	Identifier  string `json:"identifier"`
}

// Annotation is a remark of a check run at a place in a file.
type Annotation struct {
	Path        string `json:"path"`
	StartLine   int    `json:"start_line"`
	EndLine     int    `json:"end_line"`
	StartColumn *int   `json:"start_column"`
	EndColumn   *int   `json:"end_column"`
	Level       string `json:"annotation_level"`
	Message     string `json:"message"`
	Title       string `json:"title"`
	RawDetails  string `json:"raw_details"`
}

// refused says what GitHub would not take of want, nil where it takes all.
func (want *runFields) refused() *reply {
	bad := func(field, message string) *reply { return invalid("CheckRun", field, "invalid", message) }
	conclusions := []string{"", "action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"}
	statuses := []string{"", "queued", "in_progress", "completed"}
	switch {
	case !slices.Contains(conclusions, want.Conclusion):
		return bad("conclusion", want.Conclusion+" is not a conclusion that an App may set")
	case !slices.Contains(statuses, want.Status):
		return bad("status", want.Status+" is not a status that an App may set")
	case want.Status == "completed" && want.Conclusion == "":
		return bad("conclusion", "conclusion is required when status is completed")
	case len(want.Actions) > maxActions:
		return bad("actions", fmt.Sprintf("only %d actions are allowed", maxActions))
	}
	for _, a := range want.Actions {
		if over(a.Label, 20) || over(a.Description, 40) || over(a.Identifier, 20) || a.Label == "" || a.Description == "" || a.Identifier == "" {
			return bad("actions", "an action has a label of 20, a description of 40 and an identifier of 20 characters at most")
		}
	}
	if want.Output == nil {
		return nil
	}
	return want.Output.refused(bad)
}

func (o *runOutput) refused(bad func(field, message string) *reply) *reply {
	switch {
	case o.Summary == nil || o.Title == nil || *o.Title == "":
		return bad("output", "title and summary are required")
	case over(*o.Title, maxTitle):
		return bad("title", fmt.Sprintf("Only %d characters are allowed", maxTitle))
	case over(*o.Summary, maxText):
		return bad("summary", fmt.Sprintf("Only %d characters are allowed; %d were supplied.", maxText, utf8.RuneCountInString(*o.Summary)))
	case o.Text != nil && over(*o.Text, maxText):
		return bad("text", fmt.Sprintf("Only %d characters are allowed; %d were supplied.", maxText, utf8.RuneCountInString(*o.Text)))
	case len(o.Annotations) > maxAnnotations:
		return bad("annotations", fmt.Sprintf("Only %d annotations are allowed in a request; %d were supplied.", maxAnnotations, len(o.Annotations)))
	}
	for _, a := range o.Annotations {
		switch {
		case a.Path == "" || a.StartLine < 1 || a.EndLine < a.StartLine || a.Message == "":
			return bad("annotations", "an annotation has a path, a start line from 1, an end line not before it, and a message")
		case !slices.Contains([]string{"notice", "warning", "failure"}, a.Level):
			return bad("annotations", a.Level+" is not an annotation level")
		case len(a.Message) > maxMessage || len(a.RawDetails) > maxMessage || over(a.Title, maxTitle):
			return bad("annotations", "a message has 64 KB, a title 255 characters at most")
		case (a.StartColumn != nil || a.EndColumn != nil) && a.StartLine != a.EndLine:
			return bad("annotations", "columns stand only where the annotation is on one line")
		}
	}
	return nil
}

func over(text string, most int) bool { return utf8.RuneCountInString(text) > most }

// apply takes over what want says; what it does not say stays, and annotations are added to those there.
func (run *checkRun) apply(want *runFields, now time.Time) {
	run.Name = orElse(want.Name, run.Name)
	run.DetailsURL = orElse(want.DetailsURL, run.DetailsURL)
	run.ExternalID = orElse(want.ExternalID, run.ExternalID)
	run.Status = orElse(want.Status, run.Status)
	if want.Conclusion != "" {
		run.Status, run.Conclusion = "completed", want.Conclusion
	} else if want.Status != "" {
		run.Conclusion, run.completed = "", time.Time{}
	}
	if want.StartedAt != nil {
		run.started = *want.StartedAt
	}
	if run.Status == "completed" {
		if want.CompletedAt != nil {
			run.completed = *want.CompletedAt
		} else if run.completed.IsZero() {
			run.completed = now
		}
	}
	if want.Actions != nil {
		run.Actions = want.Actions
	}
	if want.Output != nil {
		run.annotations = append(run.annotations, want.Output.Annotations...)
		run.Output = want.Output
	}
}

// makeRun makes a check run of an App on a commit.
func (s *Sandbox) makeRun(r *repo, app string, want *runFields) (*checkRun, *reply) {
	if want.Name == "" || want.HeadSHA == "" {
		return nil, invalid("CheckRun", "name", "missing_field", "name and head_sha are required")
	}
	at := s.objects.commits[want.HeadSHA]
	if at == nil || !at.in(r.network) {
		return nil, refuse(http.StatusUnprocessableEntity, "No commit found for SHA: "+want.HeadSHA)
	}
	if rep := want.refused(); rep != nil {
		return nil, rep
	}
	run := &checkRun{id: s.id(), repo: r, head: want.HeadSHA, app: app, started: s.now()}
	run.Status = "queued"
	run.apply(want, s.now())
	s.runs[run.id] = run
	r.runs[run.head] = append(r.runs[run.head], run)
	if run.app == s.opts.Slug {
		s.suite(r, run.head)
		s.send(r, "check_run", "created", s.runEvent(run, s.account(s.opts.Slug+"[bot]"), nil))
	}
	return run, nil
}

// changeRun changes a check run of the App.
func (s *Sandbox) changeRun(run *checkRun, want *runFields) *reply {
	if rep := want.refused(); rep != nil {
		return rep
	}
	run.apply(want, s.now())
	if want.Conclusion != "" {
		s.send(run.repo, "check_run", "completed", s.runEvent(run, s.account(s.opts.Slug+"[bot]"), nil))
	}
	return nil
}

// runsAt lists the check runs on a commit, newest first. Of runs with one name and App the newest alone is kept, unless
// all are asked for: that is the one that counts.
func (*Sandbox) runsAt(r *repo, head string, all bool) []*checkRun {
	out := slices.Clone(r.runs[head])
	slices.SortFunc(out, func(a, b *checkRun) int { return int(b.id - a.id) })
	if all {
		return out
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(run *checkRun) bool {
		key := run.app + "\x00" + run.Name
		was := seen[key]
		seen[key] = true
		return was
	})
}

// suite is the number of the App's check suite on a commit.
func (s *Sandbox) suite(r *repo, head string) int64 {
	if r.suites[head] == 0 {
		r.suites[head] = s.id()
	}
	return r.suites[head]
}

func (run *checkRun) text(field string) string {
	if run.Output == nil {
		return ""
	}
	value := map[string]*string{"title": run.Output.Title, "summary": run.Output.Summary, "text": run.Output.Text}[field]
	if value == nil {
		return ""
	}
	return *value
}
