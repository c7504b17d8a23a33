package digest

import (
	"flag"
	"os"
	"testing"
)

// A run of the tests says the same twice: what is drawn is drawn from one seed, unless -rapid.seed or the fuzzer gives
// another.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.seed", "20261121"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
