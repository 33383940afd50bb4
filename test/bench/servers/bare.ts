/** node:https alone. Arguments: port, certificate file, key file. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { answer } from './mutate.ts';

const [port, cert, key] = process.argv.slice(2);

const server = createServer({ cert: readFileSync(cert ?? ''), key: readFileSync(key ?? '') }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.stringify(answer(JSON.parse(Buffer.concat(chunks).toString())));
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  });
});
server.keepAliveTimeout = 95_000;
server.listen(Number(port), '127.0.0.1');
