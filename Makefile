# Everything that a contributor runs. "make test" is the one to remember: it sets up what the tests need and runs them all.

GO ?= go
BIN := $(CURDIR)/.cache/bin
GOLANGCI_VERSION := v2.15.0

# GitHub's description of its REST API, for the tests that hold our requests against it. The tests skip without it.
SLUICE_OPENAPI ?= $(wildcard $(abspath $(CURDIR)/../shared/data/openapi.json))
export SLUICE_OPENAPI

.PHONY: build test short chaos bench benchmarks fuzz generate lint fmt demo clean

build: ## build the binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o sluice ./cmd/sluice

test: ## run every test with the race detector, on SQLite and on Postgres
	.ci/setup
	.ci/postgres run $(GO) test -race -timeout 20m ./...

short: ## run the tests without Postgres and the race detector
	$(GO) test ./...

chaos: ## kill the server and all that it stands on, on both engines: 0 lost, 0 doubled. CHAOS="-seed 2 -pulls 500"
	$(GO) run ./internal/chaos -engine sqlite $(CHAOS)
	.ci/postgres run $(GO) run ./internal/chaos -engine postgres $(CHAOS)

bench: ## measure the whole server on both engines, beside the last kept run. BENCH="-keep -note ..." keeps this one
	.ci/postgres run $(GO) run ./internal/bench $(BENCH)

benchmarks: ## run the benchmarks of the packages
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## run every fuzz test for FUZZTIME
	.ci/fuzz $(or $(FUZZTIME),1m)

generate: ## write the generated files anew
	$(GO) generate ./...

lint: $(BIN)/golangci-lint-$(GOLANGCI_VERSION) ## check style and formatting
	$< run ./...
	$< fmt --diff ./...

fmt: $(BIN)/golangci-lint-$(GOLANGCI_VERSION) ## format the code
	$< fmt ./...

demo: ## the whole product on this machine
	$(GO) run ./cmd/sluice demo

$(BIN)/golangci-lint-$(GOLANGCI_VERSION):
	mkdir -p $(BIN)
	GOBIN=$(BIN) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(BIN)/golangci-lint $@

clean:
	rm -rf .cache sluice
