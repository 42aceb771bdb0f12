//go:build unix

package main

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/specls/specls/commands"
)

// kills is at how many moments a conversion is killed.
const kills = 50

// slowChat is a model that first writes a module with a mistake and mends it when
// it is told, a little at a time. Asked to go on, it goes on where the reply ends
// that it is shown.
type slowChat struct{ requests atomic.Int32 }

func (s *slowChat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	var request struct {
		Messages []struct{ Role, Content string }
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	text := undefined
	messages := request.Messages
	for _, m := range messages {
		if strings.HasPrefix(m.Content, "Your module was checked.") {
			text = goodModule
		}
	}
	if n := len(messages); n > 1 && strings.HasPrefix(messages[n-1].Content, "Your reply was cut off") {
		text = strings.TrimPrefix(text, messages[n-2].Content)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for len(text) > 0 {
		n := min(len(text), 12)
		writePiece(w, text[:n])
		text = text[n:]
		w.(http.Flusher).Flush()
		time.Sleep(2 * time.Millisecond)
	}
	writeEnd(w, "stop")
}

// TestKill kills the process at random moments of a conversion with a round of
// repair. The file has then either its old text or the new one, and the same
// command, given again, comes to the same end without asking again for what had
// arrived.
func TestKill(t *testing.T) {
	const old = "---- MODULE etcdraft ----\n====\n"
	chat := &slowChat{}
	server := httptest.NewServer(chat)
	defer server.Close()
	dir := t.TempDir()
	source, target, state := filepath.Join(dir, "raft.go"), filepath.Join(dir, "etcdraft.tla"), filepath.Join(dir, "state")
	command := func() *exec.Cmd {
		cmd := exec.Command("specls", "convert", "--profile", "etcd", "--model", "openai:slow", "--force", source)
		cmd.Env = append(os.Environ(), "OPENAI_BASE_URL="+server.URL, "OPENAI_API_KEY=", "XDG_STATE_HOME="+state, "XDG_CONFIG_HOME="+dir)
		return cmd
	}
	begin := func() {
		t.Helper()
		must(t, os.RemoveAll(state))
		must(t, os.WriteFile(target, []byte(old), 0o644))
		chat.requests.Store(0)
	}
	must(t, os.WriteFile(source, []byte("package raft\n\nconst StatePreCandidate = 1\n"), 0o644))
	begin()
	start := time.Now()
	if out, err := command().CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	whole := time.Since(start)

	outcomes := map[string]int{}
	for range kills {
		begin()
		cmd := command()
		must(t, cmd.Start())
		after := rand.N(whole)
		time.Sleep(after)
		must(t, cmd.Process.Signal(syscall.SIGKILL))
		_ = cmd.Wait() // killed, or done before

		text, err := os.ReadFile(target)
		if err != nil || string(text) != old && string(text) != goodModule {
			t.Fatalf("killed after %v: the file has %q, %v", after, text, err)
		}
		complete, status := 0, commands.Status("none")
		records, err := commands.History(filepath.Join(state, "specls"))
		if err != nil || len(records) > 1 {
			t.Fatalf("killed after %v: %d records, %v", after, len(records), err)
		}
		for _, r := range records {
			status = r.Status
			for _, c := range r.Calls {
				if c.Complete {
					complete++
				}
			}
		}
		outcomes[string(status)]++
		if status == commands.Written {
			continue // it was too late to kill
		}
		chat.requests.Store(0)
		if out, err := command().CombinedOutput(); err != nil {
			t.Fatalf("killed after %v, then: %v: %s", after, err, out)
		}
		if text, err := os.ReadFile(target); err != nil || string(text) != goodModule {
			t.Errorf("killed after %v and taken up: the file has %q, %v", after, text, err)
		}
		// A reply may be whole though the process had no time to note that it was.
		if asked := int(chat.requests.Load()); asked > 2-complete {
			t.Errorf("killed after %v with %d of 2 replies: taking it up asked %d times", after, complete, asked)
		}
		if again, err := commands.History(filepath.Join(state, "specls")); err != nil || len(again) != 1 || again[0].Status != commands.Written {
			t.Errorf("killed after %v and taken up: records %+v, %v", after, again, err)
		}
	}
	t.Logf("killed %d times in %v; how the record was found: %v", kills, whole, outcomes)
}
