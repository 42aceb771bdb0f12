// A model on this machine that speaks OpenAI's chat completions, streaming, and
// does to each request what the test says.

import { once } from 'node:events';
import http from 'node:http';

export class ScriptedModel {
  /** Starts a model; answer(exchange) is called with each request. */
  static async start(t, answer) {
    const model = new ScriptedModel();
    model.answer = answer;
    model.exchanges = [];
    model.server = http.createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const exchange = new Exchange(request, body, response);
      model.exchanges.push(exchange);
      await model.answer(exchange);
    });
    model.server.listen(0, '127.0.0.1');
    await once(model.server, 'listening');
    model.host = `127.0.0.1:${model.server.address().port}`;
    model.environment = { OPENAI_BASE_URL: `http://${model.host}/v1` };
    t.after(() => {
      model.server.closeAllConnections();
      model.server.close();
    });
    return model;
  }
}

class Exchange {
  constructor(request, body, response) {
    this.authorization = request.headers.authorization;
    this.messages = JSON.parse(body).messages;
    this.response = response;
    this.hungUp = false;
    response.on('close', () => { this.hungUp = !response.writableEnded; });
  }

  /** Sends a piece of the reply; finish says that it ends with it, and why. */
  send(content, finish = null) {
    if (!this.response.headersSent) this.response.writeHead(200, { 'content-type': 'text/event-stream' });
    const event = (delta, reason) => this.response.write(`data: ${JSON.stringify({
      id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'scripted',
      choices: [{ index: 0, delta, finish_reason: reason }],
    })}\n\n`);
    event({ role: 'assistant', content }, null);
    if (finish === null) return;
    event({}, finish);
    this.response.end('data: [DONE]\n\n');
  }

  fail(status, message) {
    this.response.writeHead(status, { 'content-type': 'application/json' });
    this.response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', code: 'invalid_api_key' } }));
  }
}
