package analysis

import (
	"strings"
	"testing"

	"github.com/specls/specls/analysis/profile"
)

func TestFixAll(t *testing.T) {
	for _, test := range []struct {
		name, profile, text, want string
		fixes                     int
	}{
		{"clean", "", clean, clean, 0},
		{"empty", "", "", "", 0},
		{"form", "", "Here it is:\n```tla\n" + strings.Replace(clean, "etcdraft", "EtcdRaft", 1) + "```\n", clean, 3},
		{"one mend after the other", "", strings.Replace(strings.Replace(strings.Replace(clean, "Spec", "MySpec", 1),
			"x = 0", "x == 0 \\* zero", 1), ` /\ WF_x(Next)`, "", 1), clean, 4},
		{"without the module's name", "etcd", strings.Replace(clean, "---- MODULE etcdraft ----", "", 1), clean, 1},
		{"nothing safe", "", strings.Replace(clean, "Init ==", "TypeOK == x \\in Nat\nInit ==", 1),
			strings.Replace(clean, "Init ==", "TypeOK == x \\in Nat\nInit ==", 1), 0},
		{"cut off", "etcd", clean[:len(clean)-28], clean[:len(clean)-28], 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, fixes, err := FixAll(Input{Path: "etcdraft.tla", Text: test.text, Profiles: profile.Builtin(), Profile: test.profile})
			if err != nil || got != test.want || len(fixes) != test.fixes {
				t.Errorf("%d fixes, want %d; error %v; fixes %v; got\n%s\nwant\n%s", len(fixes), test.fixes, err, fixes, got, test.want)
			}
		})
	}
	if text, _, err := FixAll(Input{Text: "x", Profile: "nowhere"}); err == nil || text != "x" {
		t.Errorf("an unknown profile: %q, %v", text, err)
	}
}
