package doctor

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"

	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/config"
)

// models examines which model a conversion would use, what the others lack, and
// whether their hosts can be reached.
func models(ctx context.Context, m Machine) []Finding {
	c, _ := config.Load(m.ConfigDir) // its mistakes are told under Configuration
	registry := &commands.Registry{Config: c, Environment: m.Environment}
	selected, chosen := registry.Selected("")
	findings := []Finding{{State: OK, Text: "conversions use " + selected}}
	if !chosen {
		findings[0].Text += ", since no model is chosen"
	}
	if _, err := registry.New(""); err != nil {
		findings[0] = Finding{Mend, fmt.Sprintf("the chosen model cannot be used: %v", err), "see docs/models.md"}
	}
	return append(findings, reachable(ctx, registry.List(ctx))...)
}

// reachable asks each host once, all at the same time, for a connection.
func reachable(ctx context.Context, infos []commands.ModelInfo) []Finding {
	asked := map[string]error{}
	for _, info := range infos {
		if host := info.Host(); host != "" {
			asked[host] = nil
		}
	}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for _, host := range slices.Collect(maps.Keys(asked)) {
		wait.Go(func() {
			err := dial(ctx, host)
			mu.Lock()
			defer mu.Unlock()
			asked[host] = err
		})
	}
	wait.Wait()
	findings := make([]Finding, len(infos))
	for i, info := range infos {
		findings[i] = ofModel(info, asked[info.Host()])
	}
	return findings
}

// ofModel words what is known of a model. A back end that lacks something is no
// fault, unless it was chosen.
func ofModel(info commands.ModelInfo, unreachable error) Finding {
	switch {
	case !info.Usable():
		return Finding{State: Note, Text: fmt.Sprintf("%s is not set up: %v", info.Usage, info.Problem)}
	case info.Host() == "":
		return Finding{State: OK, Text: info.Usage + " needs no network"}
	case unreachable != nil:
		return Finding{Mend, fmt.Sprintf("%s: %s does not answer: %v", info.Usage, info.Host(), unreachable), "start the server, or look at the address and the network"}
	}
	return Finding{State: OK, Text: fmt.Sprintf("%s: %s answers; whether it takes the key shows with the first conversion", info.Usage, info.Host())}
}

// dial makes a connection to a host[:port] and closes it.
func dial(ctx context.Context, host string) error {
	address := host
	if _, _, err := net.SplitHostPort(host); err != nil {
		address = net.JoinHostPort(host, "443")
	}
	dialer := net.Dialer{Timeout: patience}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return connection.Close()
}
