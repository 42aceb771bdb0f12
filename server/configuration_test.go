package server

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/adrg/xdg"
	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/profile"
)

// stateHome gives a test a state directory of its own.
func stateHome(t *testing.T) {
	t.Helper()
	t.Cleanup(xdg.Reload) // runs after Setenv has put the old value back
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	xdg.Reload()
}

func TestParseConfig(t *testing.T) {
	for _, test := range []struct {
		raw string
		// want changes the defaults to what is expected.
		want     func(*settings)
		problems []string
	}{
		{``, func(*settings) {}, nil},
		{`null`, func(*settings) {}, nil},
		{`{"model": "builtin", "libraryPaths": ["a", "b"]}`, func(c *settings) { c.Model, c.LibraryPaths = "builtin", []string{"a", "b"} }, nil},
		{`{"specls": {"profile": "none", "outputDirectory": null}, "other": 1}`, func(c *settings) { c.Profile = "none" }, nil},
		{`{"model": 7, "profile": "etcd"}`, func(c *settings) { c.Profile = "etcd" }, []string{"specls.model must be a string"}},
		{`{"libraryPaths": "a"}`, func(*settings) {}, []string{"specls.libraryPaths must be a list of strings"}},
		{`{"companions": "yes"}`, func(*settings) {}, []string{"specls.companions must be true or false"}},
		{`{"repair": {"rounds": 0, "tokenBudget": 9}}`, func(c *settings) { c.RepairRounds, c.TokenBudget = ptr(0), ptr(9) }, nil},
		{`{"repair.rounds": 1}`, func(c *settings) { c.RepairRounds = ptr(1) }, nil},
		{`{"repair": 1}`, func(*settings) {}, []string{"Unknown setting specls.repair; there are specls.model, specls.profile, "}},
		{`{"repair": {"rounds": 1000}}`, func(*settings) {}, []string{"specls.repair.rounds must lie between 0 and 10"}},
		{`{"repair": {"rounds": 1.5}}`, func(*settings) {}, []string{"specls.repair.rounds must be a whole number"}},
		{`{"rules": {"comments": "off"}}`, func(c *settings) { c.Rules = map[string]string{"comments": "off"} }, nil},
		{`{"rules": {"coments": "off"}}`, func(*settings) {}, []string{`specls.rules names "coments"; what it names must be one of syntax, `}},
		{`{"rules": {"comments": "no"}}`, func(*settings) {}, []string{`specls.rules sets comments to "no", which must be one of error, warning, information, hint, off`}},
		{`{"rules": {"comments": false}}`, func(*settings) {}, []string{"specls.rules must be an object of strings"}},
		{`{"openai": {"baseUrl": "http://example.invalid"}}`, func(*settings) {}, []string{"Unknown setting specls.openai; there are specls.model, specls.profile, "}},
		{`{"profile": "paxos", "model": "builtin"}`, func(c *settings) { c.Model = "builtin" }, []string{"the profiles are etcd, raftkvs, none"}},
		{`[1]`, func(*settings) {}, []string{"not a JSON object"}},
	} {
		want := defaultSettings()
		test.want(want)
		got, problems := parseSettings(protocol.LSPAny(test.raw), profile.Builtin())
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", test.raw, *got, *want)
		}
		if len(problems) != len(test.problems) {
			t.Errorf("%s: got problems %q, want %q", test.raw, problems, test.problems)
			continue
		}
		for i, want := range test.problems {
			if !strings.Contains(problems[i], want) {
				t.Errorf("%s: got problem %q, want %q", test.raw, problems[i], want)
			}
		}
	}
}

// Settings are asked for where the client answers such requests, at the start
// and whenever they change, and otherwise come with the notification.
func TestConfigurationReachesTheServer(t *testing.T) {
	reached := func(t *testing.T, c *testClient, want string) {
		t.Helper()
		c.waitLast("window/showMessage", func(raw json.RawMessage) bool { return strings.Contains(string(raw), want) })
	}
	t.Run("initializationOptions", func(t *testing.T) {
		c := startServer(t, nil)
		c.initialize(t.TempDir(), object{}, object{"first": 1})
		reached(t, c, "specls.first")
	})
	t.Run("pulled", func(t *testing.T) {
		c := startServer(t, nil)
		answer := object{"first": 1}
		c.on("workspace/configuration", func(json.RawMessage) any { return []object{answer} })
		c.initialize(t.TempDir(), object{"workspace": object{"configuration": true}}, nil)
		reached(t, c, "specls.first")
		c.on("workspace/configuration", func(json.RawMessage) any { return []object{{"second": 1}} })
		c.notify("workspace/didChangeConfiguration", object{"settings": nil})
		reached(t, c, "specls.second")
	})
	t.Run("pushed", func(t *testing.T) {
		c, _ := openClient(t, object{}, nil)
		c.notify("workspace/didChangeConfiguration", object{"settings": object{"specls": object{"third": 1}}})
		reached(t, c, "specls.third")
	})
}
