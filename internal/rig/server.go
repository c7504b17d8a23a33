// Package rig runs the real binary against the sandbox, as a process that can be killed: chaos and the benchmark stand
// on it. It is no part of the product.
package rig

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/sluicegate/sluice/internal/sandbox"
)

// Build builds the binary into a folder and answers its path.
func Build(ctx context.Context, folder string) (string, error) {
	path := filepath.Join(folder, "sluice")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", path, "github.com/sluicegate/sluice/cmd/sluice") //nolint:gosec // the folder is ours
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// Environment is what the binary has to know of a sandbox and a database.
func Environment(box *sandbox.Sandbox, database string) []string {
	return []string{
		"GITHUB_WEB_URL=" + box.WebURL(), "GITHUB_V3_API_URL=" + box.APIURL(), "GITHUB_V4_API_URL=" + box.GraphQLURL(),
		"GITHUB_APP_INTEGRATION_ID=" + strconv.FormatInt(box.AppID(), 10), "GITHUB_APP_WEBHOOK_SECRET=" + box.Secret(),
		"GITHUB_APP_PRIVATE_KEY=" + string(box.PrivateKey()), "SLUICE_DATABASE_URL=" + database, "SLUICE_LISTEN=127.0.0.1:0",
	}
}

// Server is one process of "sluice serve".
type Server struct {
	cmd     *exec.Cmd
	address string
	ended   chan struct{}
	err     error // how it ended, when it has
}

// startPatience is how long a server may take until it listens.
const startPatience = 60 * time.Second

// Start runs the binary with an environment besides ours, and returns when it listens. Its log goes to log, whole lines
// at a time, as it comes.
func Start(ctx context.Context, binary string, environment []string, log io.Writer) (*Server, error) {
	s := &Server{cmd: exec.Command(binary, "serve"), ended: make(chan struct{})} //nolint:noctx // our own binary, killed by Kill and Stop alone
	s.cmd.Env = append(os.Environ(), environment...)
	out, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	address := make(chan string, 1)
	go s.follow(out, log, address)
	timeout := time.NewTimer(startPatience)
	defer timeout.Stop()
	select {
	case s.address = <-address:
		return s, nil
	case <-s.ended:
		return nil, fmt.Errorf("the server did not start: %w", s.err)
	case <-timeout.C:
		err = fmt.Errorf("the server does not listen after %s", startPatience)
	case <-ctx.Done():
		err = ctx.Err()
	}
	return nil, errors.Join(err, s.Kill())
}

// follow copies the log until the process ends, and tells the address that the log names.
func (s *Server) follow(out io.Reader, log io.Writer, address chan<- string) {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadBytes('\n')
		if bytes.Contains(line, []byte(`"message":"listening"`)) {
			var said struct{ Address string }
			if json.Unmarshal(line, &said) == nil {
				select {
				case address <- said.Address:
				default:
				}
			}
		}
		_, _ = log.Write(line) // the log is for whoever looks for a mistake
		if err != nil {
			break
		}
	}
	s.err = s.cmd.Wait()
	close(s.ended)
}

// URL is the server's address.
func (s *Server) URL() string { return "http://" + s.address }

// Hook is where deliveries go.
func (s *Server) Hook() string { return s.URL() + "/api/github/hook" }

// Kill ends the process as kill -9 does and waits until it is gone.
func (s *Server) Kill() error {
	err := s.cmd.Process.Kill()
	<-s.ended
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// Stop asks the process to end and waits for it.
func (s *Server) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.ended:
		return s.err
	case <-time.After(40 * time.Second):
		return errors.Join(errors.New("the server did not stop within 40 seconds"), s.Kill())
	}
}

// Ready asks /readyz whether a delivery would be taken now. The text says why not.
func (s *Server) Ready(ctx context.Context) (ready bool, text string, err error) {
	resp, err := s.get(ctx, "/readyz")
	if err != nil {
		return false, "", err
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	said, err := io.ReadAll(resp.Body)
	return resp.StatusCode == http.StatusOK, strings.TrimSpace(string(said)), err
}

func (s *Server) get(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(req)
}

// Metrics reads /metrics: the sum of each name's series.
func (s *Server) Metrics(ctx context.Context) (map[string]float64, error) {
	resp, err := s.get(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	out := map[string]float64{}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, ok := cutLast(lines.Text())
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		name, _, _ = strings.Cut(name, "{")
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			out[name] += n
		}
	}
	return out, lines.Err()
}

func cutLast(line string) (before, after string, ok bool) {
	i := strings.LastIndexByte(line, ' ')
	if i < 0 {
		return "", "", false
	}
	return line[:i], line[i+1:], true
}

// Log keeps what servers say, for the time when something is wrong.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to the log.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// Lines are those that contain a word; all where it is empty.
func (l *Log) Lines(word string) (out []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, word) {
			out = append(out, line)
		}
	}
	return out
}
