package github_test

import (
	"testing"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// Who maintains a repository is GitHub's word at that moment, on the account and not on its name.
func TestMaintains(t *testing.T) {
	s, client := begin(t)
	ids := map[string]int64{}
	for login, role := range map[string]string{"ada": "admin", "mia": "maintain", "wes": "write", "tom": "triage", "rea": "read", "non": "none"} {
		must(t, s.SetRole("acme/api", login, role))
		ids[login] = s.AccountID(login)
	}
	must(t, s.SetRole("acme/api", "helper[bot]", "write"))
	target := gate.Target{Installation: s.Installation("acme"), Repo: "acme/api", Number: 12}
	for _, c := range []struct {
		why  string
		who  pull.Account
		want bool
	}{
		{"an administrator", pull.Account{Login: "ada", ID: ids["ada"]}, true},
		{"a maintainer", pull.Account{Login: "mia", ID: ids["mia"]}, true},
		{"one who may write", pull.Account{Login: "wes", ID: ids["wes"]}, true},
		{"one who may triage", pull.Account{Login: "tom", ID: ids["tom"]}, false},
		{"one who may read", pull.Account{Login: "rea", ID: ids["rea"]}, false},
		{"a stranger", pull.Account{Login: "non", ID: ids["non"]}, false},
		{"another account of that name", pull.Account{Login: "wes", ID: ids["ada"]}, false},
		{"nobody of that name", pull.Account{Login: "nobody-at-all", ID: 1}, false},
		{"a name that is a path", pull.Account{Login: "../../acme", ID: 1}, false},
		{"a bot", pull.Account{Login: "helper[bot]", ID: s.AccountID("helper[bot]")}, false},
	} {
		got, err := client.Maintains(t.Context(), target, c.who)
		if err != nil || got != c.want {
			t.Errorf("%s: got %t, %v; want %t", c.why, got, err, c.want)
		}
	}
}
