package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/model"
)

const companionsHelp = "send the files along that the profile names as companions, as many as fit the model"

// withCompanions returns the sources' files and, where asked for, the companions
// that the profile names for the first; it tells on standard error what goes
// along and what does not.
func withCompanions(t *terminal, wanted bool, sources []commands.Source, p *profile.Profile, focus string, m model.Model) ([]gosource.File, error) {
	files := commands.Files(sources)
	if !wanted {
		return files, nil
	}
	room := commands.Room(m, commands.EstimateTokens(commands.Render(p, focus, files)))
	company, err := commands.FindCompanions(p, files, sources[0].Found, room, nil)
	if err != nil {
		return nil, err
	}
	said := company.String()
	if said == "" {
		said = "the profile " + p.Name + " names no companions that there are"
	}
	fmt.Fprintln(t.err, said)
	return append(files, company.Files...), nil
}

// sending is what is about to leave the process.
type sending struct {
	model  model.Model
	named  bool            // on the command line, which is consent enough
	files  []gosource.File // none where a conversation goes on that was agreed to
	tokens int             // about
}

// agree makes sure that the person agrees to send, and says what is sent and
// where to. A model that the person has not named in this command needs a
// consent, for this or an earlier one; see [commands.Consent].
func (t *terminal) agree(s sending) error {
	host := s.model.Host()
	if host == "" {
		return nil
	}
	var paths []string
	for _, f := range s.files {
		paths = append(paths, f.Path)
	}
	if len(paths) == 0 { // of a record; see --resume
		fmt.Fprintf(t.err, "going on with %s\n", host)
		return nil
	}
	if s.named || (commands.Consent{}).Given(workspaceDir, host) {
		fmt.Fprintf(t.err, "sending %s, about %s tokens with the prompt, to %s\n", strings.Join(paths, ", "), commands.Thousands(s.tokens), host)
		return nil
	}
	if !t.interactive {
		return fmt.Errorf("nothing was sent: nobody has agreed yet to send the source in this directory to %s; name the model, by --model %s, or start specls in a terminal to be asked", host, s.model.Name())
	}
	switch t.ask(commands.ConsentQuestion(paths, s.tokens, host) + " [y]es, [a]lways in this directory, [N]o: ") {
	case "y", "yes":
		return nil
	case "a", "always":
		return commands.Consent{}.Give(workspaceDir, host)
	}
	return errors.New("nothing was sent")
}

// ask asks the person at the terminal and returns the answer in lower case.
func (t *terminal) ask(question string) string {
	fmt.Fprint(t.err, question)
	// Where nothing can be read, nothing is answered.
	answer, _ := bufio.NewReader(t.in).ReadString('\n')
	return strings.ToLower(strings.TrimSpace(answer))
}
