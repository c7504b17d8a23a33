package jobs

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/database"
	"github.com/sluicegate/sluice/internal/database/databasetest"
	"github.com/sluicegate/sluice/internal/gate"
)

const victimURL, victimWorks = "SLUICE_TEST_VICTIM_URL", "SLUICE_TEST_VICTIM_WORKS"

// TestMain makes the test binary, started as a victim, a server that is there to be killed.
func TestMain(m *testing.M) {
	if url := os.Getenv(victimURL); url != "" {
		victim(url, os.Getenv(victimWorks) != "")
		return
	}
	os.Exit(m.Run())
}

// victim serves until it is killed. Where it doesn't work, it never finishes a job.
func victim(url string, works bool) {
	ctx := context.Background()
	db, err := database.Open(ctx, url)
	if err != nil {
		panic(err)
	}
	h := nothing()
	h.Pull = func(_ context.Context, t gate.Target, _ int) error {
		fmt.Println("began", t.Number)
		select {}
	}
	if works {
		h.Pull = judging(db)
	}
	q, err := New(db, counter{}, h, Options{Look: 50 * time.Millisecond})
	if err != nil {
		panic(err)
	}
	if err := q.Start(ctx); err != nil {
		panic(err)
	}
	if works {
		fmt.Println("serving")
	}
	select {}
}

// A process that is killed loses nothing: what it was at is done by the next one, or by another one that runs.
func TestKill(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		db := prepare(t, url)
		h, calls := nothing(), seen{}
		h.Pull = func(_ context.Context, p gate.Target, _ int) error {
			calls.add(strconv.Itoa(p.Number))
			return nil
		}
		q := newQueue(t, db, h, Options{Look: 50 * time.Millisecond})
		ask(t, q, pulls(1, 2, 3))
		victim, out := startVictim(t, victimURL+"="+url)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if calls.add(lines.Text()); len(calls.n) == 3 {
				break
			}
		}
		if db.Engine() == database.Postgres {
			started(t, q) // beside it
			time.Sleep(200 * time.Millisecond)
			if calls.of("1") != 0 {
				t.Error("a job was taken from a server that is alive")
			}
		} else if err := q.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "another server") {
			t.Errorf("error %v, want one that says that another server has the file", err)
		}
		kill(t, victim)
		if db.Engine() == database.SQLite {
			started(t, q)
		}
		idle(t, q)
		for _, n := range []string{"1", "2", "3"} {
			if calls.of("began "+n) != 1 || calls.of(n) != 1 {
				t.Errorf("pull request %s: begun %d times before the kill and done %d times after it, want once each",
					n, calls.of("began "+n), calls.of(n))
			}
		}
	})
}

func startVictim(t *testing.T, env ...string) (*exec.Cmd, io.Reader) {
	t.Helper()
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), env...)
	victim.Stderr = os.Stderr
	out, err := victim.StdoutPipe()
	if err == nil {
		err = victim.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return victim, out
}

func kill(t *testing.T, victim *exec.Cmd) {
	t.Helper()
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = victim.Wait() // it was killed
}

// judging is a handler that notes how often its pull request had been asked for when it began to look.
func judging(db *database.DB) func(context.Context, gate.Target, int) error {
	return func(ctx context.Context, p gate.Target, _ int) error {
		var asked int64
		err := db.View(ctx, func(tx database.Tx) (err error) {
			asked, err = counter{}.Generation(ctx, tx, pullSubject(p))
			return err
		})
		if err != nil {
			return err
		}
		time.Sleep(5 * time.Millisecond) // the work
		return db.Update(ctx, func(tx database.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO judged (number, at) VALUES ($1, $2) ON CONFLICT (number) DO UPDATE SET at = excluded.at`, p.Number, asked)
			return err
		})
	}
}

// Servers are killed under load, one after the other. In the end every pull request was judged as it was last.
func TestKills(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		db := prepare(t, url)
		err := db.Update(t.Context(), func(tx database.Tx) error {
			_, err := tx.Exec(t.Context(), `CREATE TABLE judged (number BIGINT PRIMARY KEY, at BIGINT NOT NULL)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h := nothing()
		h.Pull = judging(db)
		q := newQueue(t, db, h, Options{Look: 50 * time.Millisecond})
		ctx, end := context.WithCancel(t.Context())
		var load sync.WaitGroup
		load.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				ask(t, q, pulls(n*n%37, n*7%37))
				time.Sleep(2 * time.Millisecond)
			}
		})
		for i := range 5 {
			victim, out := startVictim(t, victimURL+"="+url, victimWorks+"=yes")
			bufio.NewScanner(out).Scan() // it serves now
			time.Sleep(time.Duration(100+i*37) * time.Millisecond)
			kill(t, victim)
		}
		end()
		load.Wait()
		var judged, late, all int
		err = db.View(t.Context(), func(tx database.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT count(*) FROM judged`).Scan(&judged)
		})
		if err != nil || judged == 0 {
			t.Errorf("%v: those that were killed had judged nothing", err)
		}
		started(t, q)
		idle(t, q)
		err = db.View(t.Context(), func(tx database.Tx) error {
			return tx.QueryRow(t.Context(), `
				SELECT count(*), coalesce(sum(CASE WHEN j.at = a.n THEN 0 ELSE 1 END), 0)
				FROM asked a LEFT JOIN judged j ON a.subject = 'pull acme/api#' || j.number`).Scan(&all, &late)
		})
		if err != nil || all != 37 || late != 0 {
			t.Errorf("%d of %d pull requests were judged before they were last asked for, %v; want none of 37", late, all, err)
		}
	})
}

// Stop waits for what runs. What doesn't end in time is interrupted, and done after the next start, as its first attempt.
func TestStop(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		h, calls := nothing(), seen{}
		began := make(chan bool)
		h.Pull = func(ctx context.Context, p gate.Target, attempt int) error {
			if attempt != 1 {
				t.Errorf("attempt %d, want 1: to be interrupted is no failure", attempt)
			}
			switch {
			case p.Number == 1:
				began <- true
				time.Sleep(50 * time.Millisecond)
			case calls.add("long") == 1:
				began <- true
				<-ctx.Done()
				return fmt.Errorf("acme/api#2: %w", ctx.Err())
			}
			calls.add("done")
			return nil
		}
		q := newQueue(t, prepare(t, url), h, Options{Grace: 100 * time.Millisecond})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := q.Start(t.Context()); err == nil {
			t.Error("started twice")
		}
		if !q.Running() {
			t.Error("it says that it does not run")
		}
		ask(t, q, pulls(1, 2))
		<-began
		<-began
		stop(t, q)
		stop(t, q) // twice changes nothing
		if q.Running() {
			t.Error("it says that it runs")
		}
		if got := calls.of("done"); got != 1 {
			t.Errorf("%d jobs done when it stopped, want the short one", got)
		}
		if d, err := q.Depth(t.Context()); err != nil || d.Ready != 1 || d.Running != 0 {
			t.Errorf("depth %+v, %v; want one that is ready", d, err)
		}
		started(t, q)
		idle(t, q)
		if got := calls.of("done"); got != 2 {
			t.Errorf("%d jobs done, want both", got)
		}
	})
}

// Several servers on one Postgres share the work, and no job is done twice.
func TestReplicas(t *testing.T) {
	url := databasetest.Postgres(t)
	var calls seen
	var queues []*Queue
	for i := range 3 {
		h := nothing()
		h.Pull = func(_ context.Context, p gate.Target, _ int) error {
			calls.add(fmt.Sprint("pull ", p.Number))
			calls.add(fmt.Sprint("server ", i))
			time.Sleep(time.Millisecond)
			return nil
		}
		queues = append(queues, started(t, newQueue(t, prepare(t, url), h, Options{Workers: 4})))
	}
	var all sync.WaitGroup
	for i, q := range queues {
		all.Go(func() {
			for n := range 20 {
				ask(t, q, pulls(100*i+n))
			}
		})
	}
	all.Wait()
	idle(t, queues[0])
	done := 0
	for name, n := range calls.n {
		if strings.HasPrefix(name, "pull ") {
			if done++; n != 1 {
				t.Errorf("%s: %d times, want once", name, n)
			}
		}
	}
	if done != 60 {
		t.Errorf("%d of 60 were done", done)
	}
	for i := range queues {
		if calls.of(fmt.Sprint("server ", i)) == 0 {
			t.Errorf("server %d did nothing", i)
		}
	}
}

// What a newer Sluice has made of the tables is left alone.
func TestNewerTables(t *testing.T) {
	databasetest.Each(t, func(t *testing.T, url string) {
		db := prepare(t, url)
		err := db.Update(t.Context(), func(tx database.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO river_migration (line, version) VALUES ('main', 9999)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := Migrate(t.Context(), db); err == nil || !strings.Contains(err.Error(), "newer Sluice") {
			t.Errorf("error %v, want one that says that the tables are newer", err)
		}
	})
}

// The database goes away for a moment, and with it every connection and the queue's lock: the work goes on.
func TestOutage(t *testing.T) {
	url := databasetest.Postgres(t)
	h, calls := nothing(), seen{}
	h.Pull = func(_ context.Context, p gate.Target, _ int) error {
		calls.add(strconv.Itoa(p.Number))
		return nil
	}
	q := started(t, newQueue(t, prepare(t, url), h, Options{Look: 20 * time.Millisecond}))
	ask(t, q, pulls(1))
	idle(t, q)
	_, err := q.db.Postgres().Exec(t.Context(), `
		SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()`)
	if err != nil {
		t.Fatal(err)
	}
	wait(t, func() bool {
		err := q.db.Update(t.Context(), func(tx database.Tx) error { return q.Insert(t.Context(), tx, pulls(2)) })
		return err == nil
	})
	idle(t, q)
	if calls.of("2") == 0 {
		t.Error("the second pull request was not looked at")
	}
	wait(t, func() bool { // it is known to be alive again
		var held int
		err := q.db.View(t.Context(), func(tx database.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid::bigint = $1`, int64(q.id)).Scan(&held)
		})
		return err == nil && held == 1
	})
}

// A job that ran when its server was killed is rescued by River too, where nothing else tells: another name's is not ours
// to judge.
func TestStrangersJobsAreLeft(t *testing.T) {
	for name, want := range map[string]bool{"sluice-0000002a": true, "sluice-2a": true, "host_2026": false, "sluice-": false, "": false} {
		id, ok := idOf(name)
		if ok != want || ok && id != 42 {
			t.Errorf("%q: %d, %v; want %v", name, id, ok, want)
		}
	}
	if id, ok := idOf(nameOf(42)); !ok || id != 42 {
		t.Errorf("%d, %v; want 42", id, ok)
	}
}
