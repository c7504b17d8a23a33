package sandbox

import (
	"fmt"
	"net/http"
)

// nullable is a text, or null where it is empty.
func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// runShape is a "check-run".
func (s *Sandbox) runShape(run *checkRun) obj {
	url := s.api("/repos/%s/check-runs/%d", run.repo.full(), run.id)
	app := s.appShape()
	if run.app != s.opts.Slug {
		app["slug"], app["name"], app["id"] = run.app, run.app, s.account(run.app+"[bot]").id
	}
	return obj{
		"id": run.id, "node_id": node("CR", run.id), "name": run.Name, "head_sha": run.head, "external_id": run.ExternalID, "url": url,
		"html_url": s.web("/%s/runs/%d", run.repo.full(), run.id), "details_url": orElse(run.DetailsURL, s.base), "status": run.Status,
		"conclusion": nullable(run.Conclusion), "started_at": stamp(run.started), "completed_at": stamp(run.completed),
		"output": obj{
			"title": nullable(run.text("title")), "summary": nullable(run.text("summary")), "text": nullable(run.text("text")),
			"annotations_count": len(run.annotations), "annotations_url": url + "/annotations",
		},
		"check_suite": obj{"id": s.suite(run.repo, run.head)}, "app": app, "pull_requests": list(headed(run.repo, run.head), s.pullMinimal),
	}
}

func (s *Sandbox) createRun(c *call) *reply {
	var want runFields
	if rep := c.into(&want); rep != nil {
		return rep
	}
	if c.token.in == nil {
		return refuse(http.StatusForbidden, "You must authenticate via a GitHub App.")
	}
	run, rep := s.makeRun(c.repo, s.opts.Slug, &want)
	if rep != nil {
		return rep
	}
	return &reply{http.StatusCreated, s.runShape(run)}
}

// theirRun is the check run of a call's path, nil where the repository has none of that number.
func (s *Sandbox) theirRun(c *call) *checkRun {
	run := s.runs[int64(c.number("check_run_id"))]
	if run == nil || run.repo != c.repo {
		return nil
	}
	return run
}

func (s *Sandbox) getRun(c *call) *reply {
	run := s.theirRun(c)
	if run == nil {
		return notFound()
	}
	return ok(s.runShape(run))
}

func (s *Sandbox) updateRun(c *call) *reply {
	run := s.theirRun(c)
	if run == nil {
		return notFound()
	}
	if c.token.in == nil || run.app != s.opts.Slug {
		return refuse(http.StatusForbidden, "Invalid app_id `"+run.app+"` - check run can only be modified by the GitHub App that created it.")
	}
	var want runFields
	if rep := c.into(&want); rep != nil {
		return rep
	}
	if rep := s.changeRun(run, &want); rep != nil {
		return rep
	}
	return ok(s.runShape(run))
}

func (s *Sandbox) listRuns(c *call) *reply {
	at := s.commit(c.repo, c.params["ref"])
	if at == nil {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: "+c.params["ref"])
	}
	return s.answerRuns(c, at.sha)
}

func (s *Sandbox) listSuite(c *call) *reply {
	id := int64(c.number("check_suite_id"))
	for head, suite := range c.repo.suites {
		if suite == id {
			return s.answerRuns(c, head)
		}
	}
	return notFound()
}

func (s *Sandbox) answerRuns(c *call, head string) *reply {
	var out []*checkRun
	for _, run := range s.runsAt(c.repo, head, c.query.Get("filter") == "all") {
		name, status, app := c.query.Get("check_name"), c.query.Get("status"), c.query.Get("app_id")
		if name != "" && run.Name != name || status != "" && run.Status != status || app != "" && (run.app != s.opts.Slug || app != decimal(s.app)) {
			continue
		}
		out = append(out, run)
	}
	return ok(obj{"total_count": len(out), "check_runs": list(paged(s, c, out), s.runShape)})
}

func (s *Sandbox) listAnnotations(c *call) *reply {
	run := s.theirRun(c)
	if run == nil {
		return notFound()
	}
	return ok(list(paged(s, c, run.annotations), func(a Annotation) obj {
		o := obj{
			"path": a.Path, "blob_href": s.web("/%s/blob/%s/%s", c.repo.full(), run.head, urlPath(a.Path)), "start_line": a.StartLine,
			"end_line": a.EndLine, "start_column": nil, "end_column": nil, "annotation_level": a.Level, "title": nullable(a.Title),
			"message": a.Message, "raw_details": nullable(a.RawDetails),
		}
		if a.StartColumn != nil {
			o["start_column"] = *a.StartColumn
		}
		if a.EndColumn != nil {
			o["end_column"] = *a.EndColumn
		}
		return o
	}))
}

// Rerequest asks for a check run again as login, as the button does, and sends "check_run rerequested".
func (s *Sandbox) Rerequest(id int64, login string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.runs[id]
	if run == nil {
		return fmt.Errorf("the sandbox has no check run %d", id)
	}
	s.send(run.repo, "check_run", "rerequested", s.runEvent(run, s.account(login), nil))
	return nil
}

// Press presses a button of a check run as login and sends "check_run requested_action".
func (s *Sandbox) Press(id int64, login, identifier string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.runs[id]
	if run == nil {
		return fmt.Errorf("the sandbox has no check run %d", id)
	}
	s.send(run.repo, "check_run", "requested_action", s.runEvent(run, s.account(login), obj{"requested_action": obj{"identifier": identifier}}))
	return nil
}

// RerequestSuite asks for all check runs on a commit again as login and sends "check_suite rerequested".
func (s *Sandbox) RerequestSuite(repo, head, login string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(repo)
	if err != nil {
		return err
	}
	s.send(r, "check_suite", "rerequested", s.event(r, s.account(login), obj{"check_suite": s.suiteShape(r, head)}))
	return nil
}

// ForeignRun puts a check run of another App onto a commit, as a completed one. Its name may be the same as ours.
func (s *Sandbox) ForeignRun(repo, head, app, name, conclusion string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.repo(repo)
	if err != nil {
		return err
	}
	_, rep := s.makeRun(r, app, &runFields{Name: name, HeadSHA: head, Conclusion: conclusion})
	if rep != nil {
		return fmt.Errorf("check run %q of %s: %v", name, app, rep.body)
	}
	return nil
}
