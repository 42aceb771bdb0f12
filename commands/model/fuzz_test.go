package model_test

import (
	"errors"
	"net/http"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/modeltest"
	"github.com/specls/specls/commands/model/wire"
)

// FuzzStreams has services send anything at all: a call then returns a reply of
// whole characters, or an error in words.
func FuzzStreams(f *testing.F) {
	for i, v := range modeltest.Vendors {
		f.Add(i, v.Stream(reply))
		f.Add(i, v.ErrorEvent(529, "Overloaded"))
		f.Add(i, v.Error(404, "no"))
		f.Add(i, v.Malformed)
	}
	f.Fuzz(func(t *testing.T, which int, stream string) {
		v := modeltest.Vendors[uint(which)%uint(len(modeltest.Vendors))]
		server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { v.Send(stream)(w, r) })
		m := newModel(t, v, server.URL, func(o *wire.Options) { o.Pause = time.Microsecond })
		got, err := generate(t, t.Context(), m, request)
		server.CloseClientConnections()
		var me *model.Error
		if err != nil && !errors.As(err, &me) {
			t.Errorf("got the error %v", err)
		}
		if !utf8.ValidString(got.Text) || !utf8.ValidString(got.Reasoning) {
			t.Errorf("got %q, %q", got.Text, got.Reasoning)
		}
	})
}
