// A model on this machine that speaks the OpenAI chat-completions protocol,
// streaming, and writes slowly: the first piece at once, and the rest when it
// is told to.

import { once } from 'node:events';
import http from 'node:http';

export class SlowModel {
  constructor(t, reply) {
    this.requests = []; // {url, authorization, body}
    this.hungUp = false;
    this.onHangUp = () => {};
    const go = new Promise((resolve) => { this.finish = resolve; });
    this.server = http.createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      this.requests.push({ url: request.url, authorization: request.headers.authorization, body: JSON.parse(body) });
      response.on('close', () => {
        this.hungUp ||= !response.writableEnded;
        this.onHangUp();
      });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (delta, finish = null) => response.write(`data: ${JSON.stringify({
        id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'slow',
        choices: [{ index: 0, delta, finish_reason: finish }],
      })}\n\n`);
      send({ role: 'assistant', content: reply.slice(0, 40) });
      await go;
      send({ content: reply.slice(40) });
      send({}, 'stop');
      response.end('data: [DONE]\n\n');
    });
    t.after(() => { this.server.closeAllConnections(); this.server.close(); });
  }

  // listen starts the model and returns the environment that points to it.
  async listen() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return {
      OPENAI_BASE_URL: `http://127.0.0.1:${this.server.address().port}/v1`,
      OPENAI_API_KEY: 'key-of-the-test',
    };
  }
}
