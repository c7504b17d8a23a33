package custom

import (
	"fmt"
	"testing"
)

// What loops over the files in a loop over the files is found; one loop is not.
func TestDear(t *testing.T) {
	cases := []struct {
		must, more string
		dear       bool
	}{
		{"files.all(f, files.exists(g, g.path == f.path))", "", true},
		{"files.all(f, commits.exists(c, c.message.contains(f.path)))", "", true},
		{"!files.exists(g, g.path == file.path && g.status == 'added')", "each: file", true},
		{"files.exists(f, glob(f.path, 'src/**')) && files.exists(f, glob(f.path, 'test/**'))", "", false},
		{"files.filter(f, f.kind == 'code').all(f, f.added < 100)", "", false},
		{"!file.added_text.matches('(?m)^\\\\s*fmt\\\\.Print')", "each: file", false},
		{"files.all(f, f.path in pull.labels)", "", false},
		{"pull.body.matches('(?i)\\\\bticket\\\\b') || pull.title.split(' ').exists(w, w.startsWith('#'))", "", false},
		{"commits.all(c, c.author.email.endsWith('@acme.example'))", "", false},
		{"files.all(f, files.exists(g, g.path == f.path))", "level: 'off'", false},
	}
	for _, c := range cases {
		t.Run(c.must+c.more, func(t *testing.T) {
			text := fmt.Sprintf("rules:\n- name: a\n  must: %q\n", c.must)
			if c.more != "" {
				text += "  " + c.more
			}
			o, problems := configured(text)
			if problems != "" {
				t.Fatal(problems)
			}
			if got := o.Dear(); (len(got) > 0) != c.dear {
				t.Errorf("got %v, at most %d", got, o.Rules[0].Must.most(o.Rules[0].Each))
			}
		})
	}
}
