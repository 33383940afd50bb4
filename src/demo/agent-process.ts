import { createServer, type IncomingMessage, request as post, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// A process of its own: the agent of `demo` where there is no Collector. It answers when the backend has answered, so that
// it never holds anything that could be lost with it. The program that started it sends the backend's URL, and is told the port.

const server = createServer({ keepAlive: false }, (request, response) => {
  response.shouldKeepAlive = false; // As the agent of the manifests does it.
  forward(request, response);
});
let backend = '';

process.once('message', (url: string) => {
  backend = url;
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
process.once('SIGTERM', () => server.close(() => process.exit()));
process.once('disconnect', () => process.exit());
process.on('SIGINT', () => {}); // A terminal sends it to all; whoever started this one ends it.

function forward(request: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = request;
  const names = ['content-type', 'content-encoding'] as const;
  const kept = Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  const onward = post(backend + request.url, { method, headers: kept }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] ?? '' });
    answer.pipe(response);
  });
  onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(503).end()));
  request.pipe(onward);
}
