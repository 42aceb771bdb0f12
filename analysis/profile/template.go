package profile

// Template is a prompt with the placeholders {focus}, {file_path} and
// {source_code}.
type Template struct {
	text string
}

// Text returns the template as it was written.
func (t *Template) Text() string { return t.text }
