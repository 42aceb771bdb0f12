// Package modeltest plays the services that the back ends talk to, on a loopback
// server, for tests: it writes streams in the formats that the services
// document, event by event, with all the fields that they send and the back ends
// do not read, and the services' ways of failing.
package modeltest

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/specls/specls/commands/model"
)

// Reply is what a service is to answer.
type Reply struct {
	Thinking, Text            []string // in pieces, as it streams them
	Finish                    model.Finish
	PromptTokens, ReplyTokens int
}

// Vendor is a kind of service.
type Vendor struct {
	// Name is the back end's.
	Name string
	// Path is where the service is asked, and BasePath what a configured address
	// ends in.
	Path, BasePath string
	ContentType    string
	// KeyHeader returns the header that a key is sent in, and its value.
	KeyHeader func(key string) (name, value string)
	// Stream is the whole stream of a reply, as the service documents it.
	Stream func(Reply) string
	// Finishes are the service's words for why a reply ended.
	Finishes map[model.Finish]string
	// Error is the body of an error with a status, and ErrorEvent the event with
	// which the service reports one in mid-stream.
	Error      func(status int, message string) string
	ErrorEvent func(status int, message string) string
	// Malformed is an event that the format does not allow.
	Malformed string
	// Models is the answer to the question for the service's models; empty where
	// it is not asked.
	Models string
}

// Vendors are all services.
var Vendors = []Vendor{Anthropic, OpenAI, Ollama}

var (
	anthropicFinishes = map[model.Finish]string{model.Stop: "end_turn", model.Length: "max_tokens", model.Filter: "refusal"}
	openAIFinishes    = map[model.Finish]string{model.Stop: "stop", model.Length: "length", model.Filter: "content_filter"}
	ollamaFinishes    = map[model.Finish]string{model.Stop: "stop", model.Length: "length"}
)

// Anthropic is the Messages API.
var Anthropic = Vendor{
	Name: "anthropic", Path: "/v1/messages", ContentType: "text/event-stream; charset=utf-8",
	KeyHeader: func(key string) (string, string) { return "X-Api-Key", key },
	Finishes:  anthropicFinishes,
	Stream:    anthropicStream,
	Error: func(status int, message string) string {
		return fmt.Sprintf(`{"type":"error","error":{"type":%q,"message":%s},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}`, anthropicTypes[status], quote(message))
	},
	ErrorEvent: func(status int, message string) string {
		return fmt.Sprintf("event: error\ndata: {\"type\": \"error\", \"error\": {\"type\": %q, \"message\": %s}}\n\n", anthropicTypes[status], quote(message))
	},
	Malformed: "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\n\n",
}

var anthropicTypes = map[int]string{
	400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
	413: "request_too_large", 429: "rate_limit_error", 500: "api_error", 529: "overloaded_error",
}

func anthropicStream(r Reply) string {
	var s strings.Builder
	event := func(name, format string, args ...any) {
		fmt.Fprintf(&s, "event: %s\ndata: {\"type\":%q%s}\n\n", name, name, fmt.Sprintf(format, args...))
	}
	event("message_start", `,"message":{"id":"msg_01EXAMPLE","type":"message","role":"assistant","model":"claude-test-20260101","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":%d,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1,"service_tier":"standard"}}`, r.PromptTokens)
	index := 0
	if len(r.Thinking) > 0 {
		event("content_block_start", `,"index":0,"content_block":{"type":"thinking","thinking":"","signature":""}`)
		event("ping", "")
		for _, piece := range r.Thinking {
			event("content_block_delta", `,"index":0,"delta":{"type":"thinking_delta","thinking":%s}`, quote(piece))
		}
		event("content_block_delta", `,"index":0,"delta":{"type":"signature_delta","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3h"}`)
		event("content_block_stop", `,"index":0`)
		index = 1
	}
	event("content_block_start", `,"index":%d,"content_block":{"type":"text","text":""}`, index)
	event("ping", "")
	for _, piece := range r.Text {
		event("content_block_delta", `,"index":%d,"delta":{"type":"text_delta","text":%s}`, index, quote(piece))
	}
	event("content_block_stop", `,"index":%d`, index)
	event("message_delta", `,"delta":{"stop_reason":%q,"stop_sequence":null},"usage":{"output_tokens":%d}`, anthropicFinishes[r.Finish], r.ReplyTokens)
	event("message_stop", "")
	return s.String()
}

// OpenAI is chat completions.
var OpenAI = Vendor{
	Name: "openai", Path: "/v1/chat/completions", BasePath: "/v1", ContentType: "text/event-stream; charset=utf-8",
	KeyHeader: func(key string) (string, string) { return "Authorization", "Bearer " + key },
	Finishes:  openAIFinishes,
	Stream:    openAIStream,
	Error: func(status int, message string) string {
		return fmt.Sprintf(`{"error":{"message":%s,"type":"%s","param":null,"code":null}}`, quote(message), openAITypes[status])
	},
	ErrorEvent: func(status int, message string) string {
		return fmt.Sprintf("data: {\"error\":{\"message\":%s,\"type\":%q,\"param\":null,\"code\":%d}}\n\n", quote(message), openAITypes[status], status)
	},
	Malformed: "data: {\"id\":\"chatcmpl-123\",\"choices\":[{\n\n",
}

var openAITypes = map[int]string{
	400: "invalid_request_error", 401: "invalid_request_error", 403: "invalid_request_error", 404: "invalid_request_error",
	413: "invalid_request_error", 429: "requests", 500: "server_error", 529: "server_error",
}

func openAIStream(r Reply) string {
	var s strings.Builder
	chunk := func(choices, usage string) {
		fmt.Fprintf(&s, "data: {\"id\":\"chatcmpl-123\",\"object\":\"chat.completion.chunk\",\"created\":1694268190,\"model\":\"gpt-test-2026-01-01\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[%s],\"usage\":%s,\"obfuscation\":\"a8Xm\"}\n\n", choices, usage)
	}
	delta := func(fields, finish string) {
		chunk(fmt.Sprintf(`{"index":0,"delta":{%s},"logprobs":null,"finish_reason":%s}`, fields, finish), "null")
	}
	delta(`"role":"assistant","content":"","refusal":null`, "null")
	for _, piece := range r.Thinking {
		delta(`"reasoning_content":`+quote(piece), "null")
	}
	for _, piece := range r.Text {
		delta(`"content":`+quote(piece), "null")
	}
	delta("", quote(openAIFinishes[r.Finish]))
	chunk("", fmt.Sprintf(`{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,"completion_tokens_details":{"reasoning_tokens":0}}`, r.PromptTokens, r.ReplyTokens, r.PromptTokens+r.ReplyTokens))
	s.WriteString("data: [DONE]\n\n")
	return s.String()
}

// Ollama is its own API. It has no content filter.
var Ollama = Vendor{
	Name: "ollama", Path: "/api/chat", ContentType: "application/x-ndjson",
	KeyHeader: func(key string) (string, string) { return "Authorization", "Bearer " + key },
	Finishes:  ollamaFinishes,
	Stream:    ollamaStream,
	Error: func(status int, message string) string {
		return fmt.Sprintf(`{"error":%s}`, quote(message))
	},
	ErrorEvent: func(status int, message string) string {
		return fmt.Sprintf("{\"error\":%s}\n", quote(message))
	},
	Malformed: "{\"model\":\"test\",\"message\":{\n",
	Models:    `{"models":[{"name":"qwen-test:7b","model":"qwen-test:7b","modified_at":"2026-01-01T00:00:00Z","size":4683087332,"digest":"845dbda0","details":{"family":"qwen"}},{"name":"other:latest","model":"other:latest"}]}`,
}

func ollamaStream(r Reply) string {
	var s strings.Builder
	line := func(fields string) {
		fmt.Fprintf(&s, "{\"model\":\"qwen-test:7b\",\"created_at\":\"2026-01-01T08:52:19.385406Z\",%s}\n", fields)
	}
	for _, piece := range r.Thinking {
		line(`"message":{"role":"assistant","content":"","thinking":` + quote(piece) + `},"done":false`)
	}
	for _, piece := range r.Text {
		line(`"message":{"role":"assistant","content":` + quote(piece) + `},"done":false`)
	}
	line(fmt.Sprintf(`"message":{"role":"assistant","content":""},"done_reason":%q,"done":true,"total_duration":4883583458,"load_duration":1334875,"prompt_eval_count":%d,"prompt_eval_duration":342546000,"eval_count":%d,"eval_duration":4535599000`,
		ollamaFinishes[r.Finish], r.PromptTokens, r.ReplyTokens))
	return s.String()
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string can always be encoded
	}
	return string(quoted)
}
