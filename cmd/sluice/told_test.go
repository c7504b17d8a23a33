package main

import (
	"testing"
	"time"

	"github.com/sluicegate/sluice/internal/github"
)

// In whatever order deliveries come, the head that they tell of is the newest that can be known.
func TestTold(t *testing.T) {
	at := time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC)
	push := func(second int, before, head string) github.Delivery {
		return github.Delivery{Head: head, Before: before, Updated: at.Add(time.Duration(second) * time.Second)}
	}
	event := func(second int, head string) github.Delivery { return push(second, "", head) }
	for _, c := range []struct {
		why    string
		events []github.Delivery // every order of them ends the same
		shown  string            // heads that GitHub may show, each one letter
		behind string            // heads that it may not
	}{
		{"pushes", []github.Delivery{event(0, "a"), push(1, "a", "b"), push(2, "b", "c")}, "c", "ab"},
		{"pushes of one second", []github.Delivery{event(0, "a"), push(0, "a", "b"), push(0, "b", "c")}, "c", "ab"},
		{"what changes no head", []github.Delivery{push(1, "a", "b"), event(2, "b"), event(0, "a")}, "b", "a"},
		{"the same second, and nothing tells which was first", []github.Delivery{event(1, "a"), event(1, "b")}, "ab", "c"},
		{"to and fro in one second", []github.Delivery{push(1, "a", "b"), push(1, "b", "a")}, "ab", ""},
		{"to and fro", []github.Delivery{event(0, "a"), push(1, "a", "b"), push(2, "b", "a")}, "a", "b"},
	} {
		for _, order := range permutations(c.events) {
			var is told
			for i := range order {
				is = is.heard(&order[i], at)
			}
			for _, head := range c.shown {
				if !is.shown(string(head)) {
					t.Errorf("%s: after %+v got %+v, want %c as shown", c.why, order, is, head)
				}
			}
			for _, head := range c.behind {
				if is.shown(string(head)) {
					t.Errorf("%s: after %+v got %+v, want %c as behind", c.why, order, is, head)
				}
			}
		}
	}
}

// Deliveries that tell no time, and notes of an earlier Sluice, which have none, count as they come.
func TestToldWithoutTime(t *testing.T) {
	is := told{Head: "a", At: time.Now()}
	for _, d := range []github.Delivery{{Head: "b", Updated: time.Now()}, {Head: "c"}} {
		if is = is.heard(&d, time.Now()); !is.shown(d.Head) || is.shown("a") {
			t.Errorf("got %+v after %+v", is, d)
		}
	}
}

func permutations(list []github.Delivery) (out [][]github.Delivery) {
	if len(list) == 0 {
		return [][]github.Delivery{nil}
	}
	for i := range list {
		rest := append(append([]github.Delivery{}, list[:i]...), list[i+1:]...)
		for _, p := range permutations(rest) {
			out = append(out, append([]github.Delivery{list[i]}, p...))
		}
	}
	return out
}
