package profile

// SchemaURL is where the JSON schema of profile.toml is published. A
// profile.toml whose first line is "#:schema " and this is completed and checked
// by editors with Taplo in them.
const SchemaURL = "https://raw.githubusercontent.com/specls/specls/main/docs/profile.schema.json"

// object is a JSON object.
type object = map[string]any

// Schema returns the JSON schema (draft 7, which TOML editors read) of
// profile.toml, for encoding/json. rule says in a sentence what the rule of an
// id wants. What the schema lets through, Parse may still refuse: globs that are
// malformed, strings that are blank.
func Schema(rule func(id string) string) any {
	root := object{}
	for _, s := range sections {
		table := s.schema(rule)
		if s.name == "" {
			root = table
			continue
		}
		table["description"] = s.about
		root["properties"].(object)[s.name] = table
	}
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["$id"] = SchemaURL
	root["title"] = "A profile of specls"
	root["description"] = "profile.toml: what a prompt, which stands beside it in prompt.txt, asks for, and the contract that the specification made with it must keep."
	return root
}

func (s section) schema(rule func(id string) string) object {
	properties := object{}
	var required []string
	for _, k := range s.keys {
		schema := k.value.schema()
		schema["description"] = k.about
		if _, ok := k.value.(ruleValue); ok {
			schema["description"] = rule(k.name)
		}
		properties[k.name] = schema
		if k.required {
			required = append(required, k.name)
		}
	}
	table := object{"type": "object", "properties": properties, "additionalProperties": false}
	if required != nil {
		table["required"] = required
	}
	return table
}

func (v textValue) schema() object {
	schema := object{"type": "string", "minLength": 1}
	if v.pattern != nil {
		schema["pattern"] = v.pattern.String()
	}
	return schema
}

func (v listValue) schema() object { return listSchema() }

func listSchema() object {
	return object{"type": "array", "items": object{"type": "string", "minLength": 1}}
}

func (v listsValue) schema() object {
	return object{"type": "object", "additionalProperties": listSchema()}
}

func (v truthValue) schema() object { return object{"type": "boolean"} }

func (v ruleValue) schema() object {
	severity := object{"type": "string", "enum": SeverityWords()}
	return object{"anyOf": []any{severity, tableOf(severity, v.options)}}
}

// tableOf returns the schema of a rule's table.
func tableOf(severity object, options []option) object {
	properties := object{severityKey: severity}
	for _, o := range options {
		schema := listSchema()
		schema["description"] = o.about
		properties[o.name] = schema
	}
	return object{"type": "object", "properties": properties, "required": []string{severityKey}, "additionalProperties": false}
}
