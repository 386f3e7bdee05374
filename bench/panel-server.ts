import { createServer } from 'node:http';

/** A fake panel for measuring: answers after a fixed time, counts every kind of call, and stores what is pushed. Latency in argv. */
const latencyMs = Number(process.argv[2] ?? 0);
const stored = new Map<string, string>();
const counts = { read: 0, push: 0, check: 0, refused: 0 };
const pushes = new Map<string, number>();

function act(method: string, id: string, body: string): { status: number; text: string } {
  if (method === 'POST') {
    counts.push += 1;
    pushes.set(id, (pushes.get(id) ?? 0) + 1);
    stored.set(id, body);
    return { status: 200, text: 'ok' };
  }
  if (id.startsWith('check-')) {
    counts.check += 1;
    const ok = stored.get(id.slice('check-'.length)) === 'new';
    if (!ok) counts.refused += 1;
    return { status: ok ? 200 : 401, text: '' };
  }
  counts.read += 1;
  return { status: 200, text: stored.get(id) ?? 'old' };
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    const id = (request.url ?? '/').slice(1);
    if (id === 'counts') {
      response.end(JSON.stringify({ ...counts, mostPushes: Math.max(0, ...pushes.values()), held: stored.size }));
      return;
    }
    const { status, text } = act(request.method ?? 'GET', id, body);
    function answer(): void {
      response.statusCode = status;
      response.end(text);
    }
    if (latencyMs > 0) setTimeout(answer, latencyMs);
    else answer();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
});
process.on('disconnect', () => process.exit(0));
