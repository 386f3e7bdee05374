import { request as httpRequest, type IncomingMessage } from 'node:http';

export interface Answer {
  readonly status: number;
  /** Name, value, name, value ... */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** These belong to one connection, not to the message. */
const PER_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'expect',
  'upgrade',
]);

/** The whole body; null if it is larger than a web server would take. */
export async function readBody(message: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? null : Buffer.concat(chunks);
}

/**
 * Hands a request on to PHP on a connection that begins at the caller's own address, so that the panel sees who called. Loopback
 * addresses can all be bound. `scheme` tells the router whether the request came over TLS.
 */
export function forward(
  message: IncomingMessage,
  body: Buffer,
  to: { readonly host: string; readonly port: number; readonly scheme: 'http' | 'https' },
): Promise<Answer> {
  const headers = { ...Object.fromEntries(kept(message.rawHeaders)), 'x-host-scheme': to.scheme };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: to.host,
        port: to.port,
        localAddress: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
        method: message.method,
        path: message.url,
        headers: { ...headers, 'content-length': String(body.length), connection: 'close' },
        agent: false,
      },
      (response) => {
        readBody(response, Number.POSITIVE_INFINITY).then((answer) => {
          const answered = kept(response.rawHeaders).flat();
          resolve({ status: response.statusCode ?? 502, headers: answered, body: answer ?? Buffer.alloc(0) });
        }, reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function kept(raw: readonly string[]): [string, string][] {
  return raw
    .flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name, raw[at + 1] ?? '']] : []))
    .filter(([name]) => !PER_CONNECTION.has(name.toLowerCase()));
}
