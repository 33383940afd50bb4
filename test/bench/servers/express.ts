/** The same through express as its guide shows it. Arguments: port, certificate file, key file. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import express from 'express';
import { answer } from './mutate.ts';

const [port, cert, key] = process.argv.slice(2);

const app = express();
app.use(express.json({ limit: '20mb' }));
app.post('/mutate-pods', (request, response) => {
  response.json(answer(request.body));
});

const server = createServer({ cert: readFileSync(cert ?? ''), key: readFileSync(key ?? '') }, app);
server.keepAliveTimeout = 95_000;
server.listen(Number(port), '127.0.0.1');
