package commands

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands/model"
)

// recordVersion is the version of the form in which records are written. A
// record of a later version is not read.
const recordVersion = 1

// recordLimit is how many records are kept, and sourceLimit how many copies of
// sources; older ones are removed.
var (
	recordLimit = limit{files: 2000, bytes: 256 << 20}
	sourceLimit = limit{files: 2000, bytes: 128 << 20}
)

// Record says where a module came from. It is in the user's state, for the
// module itself may hold no comment. It holds no source text, only hashes; the
// sources are kept beside the records, once for all records that have them.
//
// A record is written before anything is sent and again at every step, each
// time whole or not at all, so that what was paid for can be used after a crash.
type Record struct {
	Version int    `json:"version"`
	ID      string `json:"id"`
	Kind    Kind   `json:"kind"`
	Status  Status `json:"status"`
	// Error says why there is no module, or why work on it ended early.
	Error   string    `json:"error,omitempty"`
	Started time.Time `json:"started"`
	Updated time.Time `json:"updated"`
	// Profile is the profile's name, and ProfileHash that of all it says.
	Profile     string `json:"profile"`
	ProfileHash string `json:"profileHash"`
	Focus       string `json:"focus"`
	// Model is what selects the model, Host where the prompt went, AnsweredBy
	// the model as the service names it.
	Model      string `json:"model"`
	Host       string `json:"host,omitempty"`
	AnsweredBy string `json:"answeredBy,omitempty"`
	// Parameters are what the model was asked for besides the prompt.
	Parameters model.Parameters `json:"parameters,omitempty"`
	// MaxRounds and TokenBudget are as they were asked for.
	MaxRounds   int              `json:"maxRounds"`
	TokenBudget int              `json:"tokenBudget,omitempty"`
	Sources     []RecordedSource `json:"sources"`
	// Start is the hash of the module that a repair began with.
	Start string `json:"start,omitempty"`
	// Calls are what was asked of the model, in order, and Rounds what became
	// of the module.
	Calls  []Call  `json:"calls,omitempty"`
	Rounds []Round `json:"rounds,omitempty"`
	// Before and After count the findings on the module of the first reply and on
	// the one that came of it.
	Before Tally `json:"before"`
	After  Tally `json:"after"`
	// Output is the absolute path of the file that the module is for, and
	// ModuleHash the hash of the module.
	Output     string `json:"output,omitempty"`
	ModuleHash string `json:"moduleHash,omitempty"`
	// Missing are the requirements of the contract that the module does not meet.
	Missing []string `json:"missing,omitempty"`
}

// Kind says what a record is of.
type Kind string

// The kinds of records.
const (
	KindConversion Kind = "conversion"
	KindRepair     Kind = "repair"
)

// Status says how far a conversion came.
type Status string

// The statuses. Running is one that is under way, and Interrupted one that was
// and whose process is gone; only Running is ever written.
const (
	Running     Status = "running"
	Interrupted Status = "interrupted"
	CutOff      Status = "cut off" // the reply is; the rest can be asked for
	Cancelled   Status = "cancelled"
	Failed      Status = "failed"
	Ready       Status = "ready"   // there is a module, which is not known to be written
	Written     Status = "written" // the module is in Output
)

// Resumable reports whether work that was begun can be taken up again, without
// paying twice for what has arrived.
func (s Status) Resumable() bool { return s != Running && s != Written }

// RecordedSource is a Go file that a module was made from.
type RecordedSource struct {
	Path string `json:"path"` // as it was given
	Hash string `json:"hash"` // SHA-256 of the text, in hexadecimal
	// Declarations are the hashes of what the file declares, by which a change
	// can be told from a new comment; see [gosource.Outline].
	Declarations []gosource.Outlined `json:"declarations,omitempty"`
}

// Call is one request to a model.
type Call struct {
	// Request is the hash of the whole text that was sent.
	Request string `json:"request"`
	// Reply is the path of the file that holds what arrived; empty for nothing.
	Reply string `json:"reply,omitempty"`
	// Complete says that the reply arrived until its end; Hash is then that of
	// its text.
	Complete bool   `json:"complete"`
	Hash     string `json:"hash,omitempty"`
	Finish   string `json:"finish,omitempty"`
	// AnsweredBy and the tokens are as the service tells, 0 where it does not;
	// Cost is at the configured price, and Attempts is how often the request was
	// sent.
	AnsweredBy   string    `json:"answeredBy,omitempty"`
	PromptTokens int       `json:"promptTokens,omitempty"`
	ReplyTokens  int       `json:"replyTokens,omitempty"`
	Cost         float64   `json:"cost,omitempty"`
	Currency     string    `json:"currency,omitempty"`
	Attempts     int       `json:"attempts,omitempty"`
	Started      time.Time `json:"started"`
	Seconds      float64   `json:"seconds,omitempty"`
	Report       []string  `json:"report,omitempty"`
	Error        string    `json:"error,omitempty"`
}

// PromptTokens and ReplyTokens are those of all calls, as the service counted
// them.
func (r Record) PromptTokens() int { return r.sum(func(c Call) int { return c.PromptTokens }) }

// ReplyTokens: see PromptTokens.
func (r Record) ReplyTokens() int { return r.sum(func(c Call) int { return c.ReplyTokens }) }

// sentAgain is how often requests were sent again because they had been turned
// away.
func (r Record) sentAgain() int { return r.sum(func(c Call) int { return max(0, c.Attempts-1) }) }

func (r Record) sum(of func(Call) int) int {
	n := 0
	for _, c := range r.Calls {
		n += of(c)
	}
	return n
}

// Cost is what all calls cost at the configured price, and in which currency; 0
// where none is configured.
func (r Record) Cost() (cost float64, currency string) {
	for _, c := range r.Calls {
		cost += c.Cost
		currency = cmp.Or(c.Currency, currency)
	}
	return cost, currency
}

// Seconds is how long the calls took together.
func (r Record) Seconds() float64 {
	s := 0.0
	for _, c := range r.Calls {
		s += c.Seconds
	}
	return s
}

// sameWork reports whether two records are of the same request: then what
// arrived for one can be used for the other.
func (r *Record) sameWork(o *Record) bool {
	return r.Kind == o.Kind && r.ProfileHash == o.ProfileHash && r.Focus == o.Focus && r.Model == o.Model && r.Host == o.Host &&
		r.Start == o.Start && r.Output == o.Output &&
		slices.EqualFunc(r.Sources, o.Sources, func(a, b RecordedSource) bool { return a.Path == b.Path && a.Hash == b.Hash })
}

// records is where records are kept, below a state directory. In the user's own
// the oldest are removed; another one is that of a batch, which needs them all.
type records struct {
	dir     string
	limited bool
}

func recordsIn(stateDir string) records {
	if stateDir == "" {
		return records{StateDir(), true}
	}
	return records{dir: stateDir}
}

var (
	recordName = regexp.MustCompile(`^\d{8}T\d{6}-[a-z0-9.-]+\.json$`)
	sourceName = regexp.MustCompile(`^[0-9a-f]{64}\.txt$`)
)

func (s records) path(id string) string     { return filepath.Join(s.dir, "records", id+".json") }
func (s records) source(h string) string    { return filepath.Join(s.dir, "sources", h+".txt") }
func (s records) lockPath(id string) string { return filepath.Join(s.dir, "records", id+".lock") }

// newRecordID returns an id that sorts by time and that no other record has.
func newRecordID(now time.Time, profileName string) string {
	label := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(profileName), "-"), "-.")
	return now.Format("20060102T150405") + "-" + cmp.Or(label, "profile") + "-" + strings.ToLower(rand.Text()[:6])
}

// begin makes the record's directory, takes its lock, which ends with the
// process at the latest, and keeps a copy of the sources.
func (s records) begin(r *Record, files []gosource.File) (unlock func(), err error) {
	for _, dir := range []string{filepath.Dir(s.path(r.ID)), filepath.Dir(s.source(""))} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		removeLeftovers(dir, "")
	}
	unlock, ok, err := s.lock(r.ID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%s is under way in another process", r.ID)
	}
	for _, f := range files {
		if err := s.keepSource(f.Text); err != nil {
			unlock()
			return nil, err
		}
	}
	if s.limited {
		removeOld(filepath.Dir(s.source("")), sourceName, sourceLimit, os.Remove)
		removeOld(filepath.Dir(s.path("")), recordName, recordLimit, os.Remove)
	}
	return unlock, nil
}

// keepSource keeps a copy of a source, or makes the one there is young again.
func (s records) keepSource(text string) error {
	hash := hashOf(text)
	if _, ok := s.keptSource(hash); ok {
		now := time.Now()
		return os.Chtimes(s.source(hash), now, now)
	}
	return replaceFile(s.source(hash), text, 0o600)
}

// lock takes the lock of a record; ok is false where another process has it.
func (s records) lock(id string) (unlock func(), ok bool, err error) {
	path := s.lockPath(id)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false, err
	}
	if !lockFile(file) {
		return nil, false, file.Close()
	}
	// The file goes first: who opens it in between has a lock on nothing, and
	// finds a record that is at rest.
	return func() { os.Remove(path); file.Close() }, true, nil
}

// save writes the record, whole or not at all.
func (s records) save(r *Record) error {
	r.Updated = time.Now().UTC()
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(s.path(r.ID), string(data)+"\n", 0o600)
}

// load reads a record. One that says it is running, though no process holds its
// lock, was interrupted.
func (s records) load(id string) (*Record, error) {
	if !recordName.MatchString(id + ".json") {
		return nil, fmt.Errorf("%q is no id of a conversion; \"specls history\" lists them", id)
	}
	data, err := os.ReadFile(s.path(id))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no record of a conversion %s; \"specls history\" lists them", id)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the record of a conversion: %w", err)
	}
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("reading the record of a conversion, %s: %w", s.path(id), err)
	}
	if r.Version > recordVersion {
		return nil, fmt.Errorf("the record %s was written by a later version of specls", s.path(id))
	}
	r.ID = id // what the file is called counts, not what it says
	if r.Status == Running {
		if unlock, ok, err := s.lock(id); err == nil && ok {
			unlock()
			r.Status = Interrupted
		}
	}
	return &r, nil
}

// all returns all records that can be read, the newest first.
func (s records) all() ([]Record, error) {
	files, err := keptFiles(filepath.Dir(s.path("")), recordName)
	if err != nil {
		return nil, fmt.Errorf("listing the records of conversions: %w", err)
	}
	var list []Record
	for _, f := range files {
		if r, err := s.load(strings.TrimSuffix(filepath.Base(f.path), ".json")); err == nil {
			list = append(list, *r)
		}
	}
	slices.SortStableFunc(list, func(a, b Record) int { return b.Started.Compare(a.Started) })
	return list, nil
}

// Unfinished returns the newest record of the same request whose module was not
// written: of work that was interrupted or cancelled, or of a module that is ready.
// A request can take it up, as Resume, and pays only for what has not arrived yet.
func Unfinished(req ConvertRequest) (Record, bool) {
	r, ok := recordOfSameWork(req)
	return r, ok && (r.Status == Interrupted || r.Status == Cancelled || r.Status == Ready)
}

// recordOfSameWork returns the newest record of the same request.
func recordOfSameWork(req ConvertRequest) (Record, bool) {
	w := &work{ConvertRequest: req}
	var wanted Record
	w.describe(&wanted, KindConversion, "")
	all, err := History(req.StateDir)
	if err != nil {
		return Record{}, false
	}
	i := slices.IndexFunc(all, func(r Record) bool { return r.sameWork(&wanted) })
	if i < 0 {
		return Record{}, false
	}
	return all[i], true
}

// RecordOf returns the record of the given id. The error says how to find the ids
// there are.
func RecordOf(stateDir, id string) (Record, error) {
	r, err := recordsIn(stateDir).load(id)
	if err != nil {
		return Record{}, err
	}
	return *r, nil
}

// History returns the records in a state directory, empty for the user's own,
// the newest first. Records that cannot be read are left out.
func History(stateDir string) ([]Record, error) { return recordsIn(stateDir).all() }

// FindRecord returns the record of the conversion or repair that a
// specification came from: of those that wrote to the path the newest, or one
// that gave the very text, whose sources are known. It is false where none did.
// path is that of the file, text what it holds, or empty where that does not
// matter. It reads records from the newest on until it is found, so an answer is
// worth keeping.
func FindRecord(stateDir, path, text string) (Record, bool) {
	s := recordsIn(stateDir)
	files, err := keptFiles(filepath.Dir(s.path("")), recordName)
	path, hash := absolute(path), hashOf(text)
	quoted, quoteErr := json.Marshal(path)
	if err != nil || quoteErr != nil {
		return Record{}, false
	}
	for _, f := range files {
		// To look for the path is a hundred times as fast as to decode a record.
		data, err := os.ReadFile(f.path)
		if err != nil || !bytes.Contains(data, quoted) {
			continue
		}
		r, err := s.load(strings.TrimSuffix(filepath.Base(f.path), ".json"))
		if err == nil && r.Output == path && len(r.Sources) > 0 && (r.Status == Written || r.ModuleHash == hash) {
			return *r, true
		}
	}
	return Record{}, false
}

// Delivered notes in the record of a conversion that its module has been
// written to a file, which may hold it in another form by now. For an empty id it
// does nothing.
func Delivered(stateDir, id, path string) error {
	if id == "" {
		return nil
	}
	s := recordsIn(stateDir)
	r, err := s.load(id)
	if err != nil {
		return err
	}
	r.Status, r.Output = Written, absolute(path)
	if err := s.save(r); err != nil {
		return fmt.Errorf("noting where the module was written: %w", err)
	}
	return nil
}

// KeptSources returns the sources that a module was made from, as they were
// then. It is false where a copy is no longer kept.
func KeptSources(stateDir string, r Record) ([]gosource.File, bool) {
	s := recordsIn(stateDir)
	var files []gosource.File
	for _, source := range r.Sources {
		text, ok := s.keptSource(source.Hash)
		if !ok {
			return nil, false
		}
		files = append(files, gosource.File{Path: source.Path, Text: text})
	}
	return files, len(files) > 0
}

func (s records) keptSource(hash string) (string, bool) {
	if !sourceName.MatchString(hash + ".txt") {
		return "", false
	}
	data, err := os.ReadFile(s.source(hash))
	if err != nil || hashOf(string(data)) != hash {
		return "", false
	}
	return string(data), true
}

// ClearHistory removes the records in a state directory, empty for the user's
// own, but for those of conversions that are under way, and the copies of their
// sources. It says how many records are gone.
func ClearHistory(stateDir string) (removed int, err error) {
	s := recordsIn(stateDir)
	all, err := s.all()
	if err != nil {
		return 0, err
	}
	inUse := map[string]bool{}
	for _, r := range all {
		if r.Status == Running {
			for _, source := range r.Sources {
				inUse[s.source(source.Hash)] = true
			}
			continue
		}
		if err := os.Remove(s.path(r.ID)); err != nil {
			return removed, fmt.Errorf("removing a record: %w", err)
		}
		removed++
	}
	sources, err := keptFiles(filepath.Dir(s.source("")), sourceName)
	for _, f := range sources {
		if !inUse[f.path] {
			err = errors.Join(err, os.Remove(f.path))
		}
	}
	if err != nil {
		return removed, fmt.Errorf("removing the copies of sources: %w", err)
	}
	return removed, nil
}

// absolute returns a path in the form in which records have it: absolute, its
// directory without symbolic links; empty for an empty one.
func absolute(path string) string {
	if path == "" {
		return ""
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	return path
}

// hashOf returns the SHA-256 of a text, in hexadecimal.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// hashOfProfile returns the hash of all that a profile says.
func hashOfProfile(p *profile.Profile) string {
	var all strings.Builder
	fmt.Fprintf(&all, "%q %q %q %q %q %q %+v %+v %+v\n", p.Name, p.Module, p.DefaultFocus, p.Template.Text(), p.Extends, p.Vocabulary, p.Behaviour, p.Excluded, p.Reply)
	for _, id := range profile.RuleIDs() {
		severity, holds := p.Contract.Severity(id)
		if !holds {
			severity = finding.Severity(0)
		}
		fmt.Fprintf(&all, "%s %d\n", id, severity)
	}
	return hashOf(all.String())
}
