package wire

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
)

// maxListing bounds the bytes of an answer to [Model.Get].
const maxListing = 4 << 20

// Get asks the server for what it tells at a path below the base URL, and
// decodes the JSON into v. Nothing of the person's is sent but the key. The
// error is a *model.Error or ctx's.
func (m *Model) Get(ctx context.Context, path string, v any) error {
	request, err := m.request(ctx, http.MethodGet, path, nil)
	if err != nil {
		return m.explain(err, false, false).what
	}
	response, err := m.client.Do(request)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return m.explain(err, false, false).what
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return m.statusError(response, response.Body, "").what
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxListing)).Decode(v); err != nil {
		return (&Answer{model: m}).malformed(err).what
	}
	return nil
}
