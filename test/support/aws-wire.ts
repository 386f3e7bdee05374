import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** `reset` cuts the connection, `hang` never answers. */
export type WireAnswer =
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | 'reset'
  | 'hang';

export interface WireRequest {
  /** The API operation, such as `PutSecretValue`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The body as it came. */
  readonly text: string;
}

export interface AwsWire {
  readonly endpoint: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly WireRequest[];
  close(): Promise<void>;
}

/** A server with AWS's JSON protocol and no logic of its own: what it answers, well or badly, is the test's to say. */
export async function startAwsWire(answer: (request: WireRequest) => WireAnswer): Promise<AwsWire> {
  const requests: WireRequest[] = [];
  const server = createServer((message, response) => {
    void readRequest(message).then((request) => {
      requests.push(request);
      send(answer(request), response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** An answer with AWS's own error code. */
export function awsError(code: string, status = 400, message = 'text of AWS'): WireAnswer {
  return ok({ __type: code, Message: message }, status);
}

export function ok(body: object, status = 200): WireAnswer {
  return { status, body: JSON.stringify(body), headers: { 'content-type': 'application/x-amz-json-1.1' } };
}

async function readRequest(message: IncomingMessage): Promise<WireRequest> {
  const text = (await message.toArray()).join('');
  const operation = String(message.headers['x-amz-target']).replace('secretsmanager.', '');
  return { operation, input: JSON.parse(text) as Record<string, unknown>, text };
}

function send(answer: WireAnswer, response: ServerResponse): void {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
