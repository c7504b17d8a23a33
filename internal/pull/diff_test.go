package pull

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// format writes hunks as "-1+1 section" and a line each, "+2 text" with the number on the side where it stands.
func format(hunks []Hunk) string {
	var b strings.Builder
	for _, h := range hunks {
		fmt.Fprintf(&b, "@%d,%d %d,%d %s\n", h.OldStart, h.OldLines, h.NewStart, h.NewLines, h.Section)
		for _, l := range h.Lines {
			fmt.Fprintf(&b, "%c%d/%d %q\n", l.Op, l.Old, l.New, l.Text)
		}
	}
	return b.String()
}

func TestHunks(t *testing.T) {
	cases := []struct {
		name string
		file File
		want string
	}{
		{
			"both sides are numbered",
			File{Patch: "@@ -3,3 +3,4 @@ func main() {\n a\n-b\n+c\n+d\n e"},
			"@3,3 3,4 func main() {\n 3/3 \"a\"\n-4/0 \"b\"\n+0/4 \"c\"\n+0/5 \"d\"\n 5/6 \"e\"\n",
		},
		{"a new file", File{Patch: "@@ -0,0 +1,2 @@\n+a\n+b"}, "@0,0 1,2 \n+0/1 \"a\"\n+0/2 \"b\"\n"},
		{"a removed file", File{Patch: "@@ -1 +0,0 @@\n-a"}, "@1,1 0,0 \n-1/0 \"a\"\n"},
		{"one line feed at the end is no line", File{Patch: "@@ -1 +0,0 @@\n-a\n"}, "@1,1 0,0 \n-1/0 \"a\"\n"},
		{
			"only the line feed at the end of the file changed",
			File{Patch: "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a"},
			"@1,1 1,1 \n-1/0 \"a\"\n+0/1 \"a\"\n",
		},
		{"a carriage return stays", File{Patch: "@@ -1 +1 @@\n-a\r\n+a"}, "@1,1 1,1 \n-1/0 \"a\\r\"\n+0/1 \"a\"\n"},
		{"a line that looks like a header", File{Patch: "@@ -1 +1 @@\n---- a/x\n++++ b/x"}, "@1,1 1,1 \n-1/0 \"--- a/x\"\n+0/1 \"+++ b/x\"\n"},
		{"an empty context line", File{Patch: "@@ -1,2 +1,2 @@\n\n-a\n+b"}, "@1,2 1,2 \n 1/1 \"\"\n-2/0 \"a\"\n+0/2 \"b\"\n"},
		{
			"a second hunk goes on below",
			File{Patch: "@@ -1 +1 @@\n-a\n+b\n@@ -9,0 +10 @@\n+c"},
			"@1,1 1,1 \n-1/0 \"a\"\n+0/1 \"b\"\n@9,0 10,1 \n+0/10 \"c\"\n",
		},
		{"hunks that touch, one of them empty on a side", File{Patch: "@@ -1,2 +0,0 @@\n-a\n-b\n@@ -2,0 +1 @@\n+c"}, "@1,2 0,0 \n-1/0 \"a\"\n-2/0 \"b\"\n@2,0 1,1 \n+0/1 \"c\"\n"},
		{"binary", File{NoPatch: Binary, Added: 0}, ""},
		{"a pure rename", File{NoPatch: SameContent}, ""},
		{"an empty new file", File{Status: Added}, ""},
		{"the numbers agree", File{Added: 1, Removed: 1, Patch: "@@ -1 +1 @@\n-a\n+b"}, "@1,1 1,1 \n-1/0 \"a\"\n+0/1 \"b\"\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			hunks, err := c.file.Hunks()
			if err != nil {
				t.Fatal(err)
			}
			if got := format(hunks); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestHunksRefuses(t *testing.T) {
	cases := []struct {
		name string
		file File
		want string
	}{
		{"too large", File{NoPatch: TooLarge}, "not read (too large)"},
		{"not asked for", File{NoPatch: NotRead}, "not read (not read)"},
		{"lines changed, and there is neither patch nor reason", File{Added: 3}, "not read"},
		{"lines changed in what is said to be the same", File{Added: 3, NoPatch: SameContent}, "not read"},
		{"no hunk", File{Patch: "hello"}, "not one file's hunks"},
		{"words before the hunk", File{Patch: "hello\n@@ -1 +1 @@\n-a\n+b"}, "without file header"},
		{"the hunk is cut off", File{Patch: "@@ -1,3 +1,3 @@\n a\n-b"}, "miscounts"},
		{"a line more than the header says", File{Patch: "@@ -1 +1 @@\n-a\n+b\n+c"}, "outside"},
		{"blank lines after the hunk", File{Patch: "@@ -1 +1 @@\n-a\n+b\n\n\n"}, "outside"},
		{"a second file", File{Patch: "@@ -1 +1 @@\n-a\n+b\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b"}, "not one file's hunks"},
		{"a second file in git's own form", File{Patch: "@@ -1 +1 @@\n-a\n+b\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b"}, "not one file's hunks"},
		{"whole hunks are missing", File{Added: 2, Removed: 1, Patch: "@@ -1 +1 @@\n-a\n+b"}, "cut off"},
		{"a hunk above the one before", File{Patch: "@@ -5 +5 @@\n-a\n+b\n@@ -1 +1 @@\n-a\n+b"}, "does not come after"},
		{"the same lines twice", File{Patch: "@@ -5 +5 @@\n-a\n+b\n@@ -5 +5 @@\n-a\n+b"}, "does not come after"},
		{"negative lines", File{Patch: "@@ --5 +5 @@\n-a\n+b"}, "no line"},
		{"a number beyond all files", File{Patch: "@@ -99999999999 +5 @@\n-a\n+b"}, "no line"},
		{"lines before the first", File{Patch: "@@ -0 +1 @@\n-a\n+b"}, "begin at line 0"},
		{"a merge's patch", File{Patch: "@@@ -1 -1 +1 @@@\n--a\n++b"}, "not one file's hunks"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			hunks, err := c.file.Hunks()
			if err == nil || !strings.Contains(err.Error(), c.want) || hunks != nil {
				t.Errorf("got %v, %v, want an error with %q", hunks, err, c.want)
			}
			if errors.Is(err, ErrNoPatch) != (c.file.Patch == "") {
				t.Errorf("got %v: ErrNoPatch is for a patch that is not there", err)
			}
		})
	}
}

func FuzzHunks(f *testing.F) {
	for _, seed := range []string{
		"", "@@ -1 +1 @@\n-a\n+b", "@@ -0,0 +1,2 @@ x\n+a\n+b\n\\ No newline at end of file",
		"@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n@@ -9 +9 @@\n-a\n+b", "@@ -1 +1 @@\n\n", "--- a\n+++ b\n", "GIT binary patch\nliteral 3\n",
		"@@ -1,9223372036854775807 +1 @@\n-a", "diff --git a/f b/f\nold mode 1\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, patch string) {
		file := File{Path: "x", Patch: patch}
		hunks, err := file.Hunks()
		if err != nil || patch == "" {
			return
		}
		// What was read is the patch: each line stands in it, in order, and is numbered without a gap.
		rest := slices.DeleteFunc(strings.Split(strings.TrimSuffix(patch, "\n"), "\n"), func(l string) bool { return strings.HasPrefix(l, `\`) })
		next := func() string {
			line := rest[0]
			rest = rest[1:]
			return line
		}
		for _, h := range hunks {
			if header := next(); !strings.HasPrefix(header, "@@ -") {
				t.Fatalf("got a hunk at %q", header)
			}
			old, now := h.OldStart, h.NewStart
			for _, l := range h.Lines {
				if line := next(); line != string(l.Op)+l.Text && (line != "" || l.Op != Context || l.Text != "") {
					t.Fatalf("got %q, want %q", l.Text, line)
				}
				if l.Op != Add {
					if l.Old != old {
						t.Fatalf("got old line %d, want %d", l.Old, old)
					}
					old++
				}
				if l.Op != Remove {
					if l.New != now {
						t.Fatalf("got new line %d, want %d", l.New, now)
					}
					now++
				}
			}
			if old != h.OldStart+h.OldLines || now != h.NewStart+h.NewLines {
				t.Fatalf("got lines up to %d and %d in a hunk of %d and %d", old, now, h.OldLines, h.NewLines)
			}
		}
		if len(rest) > 0 {
			t.Fatalf("%q is left", rest)
		}
	})
}

func BenchmarkHunks(b *testing.B) {
	var p strings.Builder
	p.WriteString("@@ -1,3 +1,36 @@ func x() {\n a\n")
	for i := range 33 {
		fmt.Fprintf(&p, "+\tif err := do(ctx, %d); err != nil {\n", i)
	}
	p.WriteString(" b\n c")
	f := File{Path: "x.go", Added: 33, Patch: p.String()}
	b.ReportAllocs()
	for b.Loop() {
		for range 3000 {
			if _, err := f.Hunks(); err != nil {
				b.Fatal(err)
			}
		}
	}
}
