package github

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// An answer that is no whole JSON is none: it is asked for again, and does not come back from the cache.
func TestOnlyWholeAnswers(t *testing.T) {
	const whole = `{"permission":"write","user":{"login":"ana","id":1,"type":"User"}}`
	for _, body := range []string{"", whole[:20], whole[:len(whole)-1], "<html>We're having a really bad day.</html>"} {
		f, c := newFake(t)
		answers := []string{body, whole}
		f.routes["GET /repos/acme/api/collaborators/ana/permission"] = func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"v1"`)
			w.Header().Set("Cache-Control", "private, max-age=60")
			w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
			if r.Header.Get("If-None-Match") == `"v1"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, answers[0])
			answers = answers[1:]
		}
		ask := func() (bool, error) {
			return c.Maintains(t.Context(), gate.Target{Installation: 3, Repo: "acme/api", Number: 7}, pull.Account{Login: "ana", ID: 1})
		}
		if may, err := ask(); may || !errors.As(err, new(*Temporary)) {
			t.Errorf("%q: got %v, %v; want a failure that passes", body, may, err)
		}
		for range 2 {
			if may, err := ask(); !may || err != nil {
				t.Errorf("after %q: got %v, %v", body, may, err)
			}
		}
	}
}
