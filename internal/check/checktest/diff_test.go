package checktest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluicegate/sluice/internal/pull"
)

func TestChanged(t *testing.T) {
	const diff = `diff --git a/a.go b/a.go
index 1..2 100755
--- a/a.go
+++ b/a.go
@@ -1,2 +1,3 @@ func a()
 x
-y
+z
+z
@@ -9 +10 @@
-a
+b
diff --git a/old b/new
similarity index 100%
rename from old
rename to new
diff --git a/empty b/empty
new file mode 100644
index 0000000..e69de29
diff --git a/gone b/gone
deleted file mode 100644
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-a
diff --git a/run b/run
old mode 100644
new mode 100755
diff --git a/link b/link
new file mode 120000
--- /dev/null
+++ b/link
@@ -0,0 +1 @@
+a.go
\ No newline at end of file
diff --git a/a.png b/a.png
index 1..2 100644
Binary files a/a.png and b/a.png differ
`
	got, err := changed([]byte(diff))
	if err != nil {
		t.Fatal(err)
	}
	want := []pull.File{
		{Path: "a.go", Status: pull.Modified, Mode: "100755", PreviousMode: "100755", Added: 3, Removed: 2, Patch: "@@ -1,2 +1,3 @@ func a()\n x\n-y\n+z\n+z\n@@ -9,1 +10,1 @@\n-a\n+b"},
		{Path: "new", Previous: "old", Status: pull.Renamed, Mode: "100644", PreviousMode: "100644", NoPatch: pull.SameContent},
		{Path: "empty", Status: pull.Added, Mode: "100644", NoPatch: pull.SameContent},
		{Path: "gone", Status: pull.Removed, PreviousMode: "100644", Removed: 1, Patch: "@@ -1,1 +0,0 @@\n-a"},
		{Path: "run", Status: pull.Modified, Mode: "100755", PreviousMode: "100644", NoPatch: pull.SameContent},
		{Path: "link", Status: pull.Added, Mode: "120000", Added: 1, Patch: "@@ -0,0 +1,1 @@\n+a.go\n\\ No newline at end of file"},
		{Path: "a.png", Status: pull.Modified, Mode: "100644", PreviousMode: "100644", NoPatch: pull.Binary},
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want)\n%s", diff)
	}
	for i := range got {
		if _, err := got[i].Hunks(); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "hello\n", "a: b\n" + diff, strings.Replace(diff, "+1,3", "+1,9", 1)} {
		if _, err := changed([]byte(bad)); err == nil {
			t.Errorf("%.20q: got no error", bad)
		}
	}
}
