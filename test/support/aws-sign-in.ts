import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { recordSecret } from './secret-ledger.ts';

export interface SignInRequest {
  /** `secrets`, `sts`, `container`, `imds`, `sso`, or the path for anything else. */
  readonly service: string;
  /** The access key that the request was signed with, if it was signed. */
  readonly signedBy: string | undefined;
  readonly url: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

/** Everything AWS that a sign-in may ask, on one loopback port: each source gives credentials of its own, so that one can see whose are used. */
export interface AwsSignIn {
  readonly endpoint: string;
  readonly requests: SignInRequest[];
  /** How long credentials last that are given from now on, in seconds. */
  lasts: number;
  /** Answers in place of the usual one, by service. */
  readonly instead: Map<string, Answer>;
  /** The services that were asked, in order. */
  asked(): readonly string[];
  close(): Promise<void>;
}

export function stsError(code: string, status = 403): Answer {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>text of AWS</Message></Error></ErrorResponse>`;
  return { status, body, type: 'text/xml' };
}

export async function startAwsSignIn(): Promise<AwsSignIn> {
  const requests: SignInRequest[] = [];
  const instead = new Map<string, Answer>();
  const server = createServer((message, response) => {
    void describe(message).then((request) => {
      requests.push(request);
      send(instead.get(request.service) ?? usual(request, signIn.lasts), response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const signIn: AwsSignIn = {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    lasts: 3600,
    instead,
    asked: () => requests.map(({ service }) => service),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return signIn;
}

async function describe(message: IncomingMessage): Promise<SignInRequest> {
  const body = (await message.toArray()).join('');
  const signedBy = /Credential=([^/]+)\//.exec(message.headers.authorization ?? '')?.[1];
  return { service: serviceOf(message), signedBy, url: message.url ?? '', body, headers: message.headers };
}

function serviceOf({ headers, url = '' }: IncomingMessage): string {
  if (headers['x-amz-target'] !== undefined) return 'secrets';
  if (url.startsWith('/container')) return 'container';
  if (url.startsWith('/latest/')) return 'imds';
  if (url.startsWith('/federation')) return 'sso';
  return url === '/' ? 'sts' : url;
}

function usual({ service, url, headers, body }: SignInRequest, lasts: number): Answer {
  switch (service) {
    case 'secrets':
      return { status: 400, body: JSON.stringify({ __type: 'ResourceNotFoundException' }) };
    case 'container':
      return json(keys('CONTAINER', lasts, 'Token'));
    case 'imds':
      return imds(url, headers, lasts);
    case 'sts':
      return sts(new URLSearchParams(body).get('Action') ?? '', lasts);
    default:
      return { status: 404, body: '' };
  }
}

function imds(url: string, headers: IncomingMessage['headers'], lasts: number): Answer {
  if (url === '/latest/api/token') return { status: 200, body: 'imds-token' };
  if (headers['x-aws-ec2-metadata-token'] !== 'imds-token') return { status: 401, body: '' };
  if (url.endsWith('/security-credentials/')) return { status: 200, body: 'keyturn-role' };
  return json({ Code: 'Success', Type: 'AWS-HMAC', LastUpdated: at(0), ...keys('INSTANCE', lasts, 'Token') });
}

function sts(action: string, lasts: number): Answer {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = keys(
    action === 'AssumeRole' ? 'ROLE' : 'WEB',
    lasts,
    'SessionToken',
  );
  const credentials = `<Credentials><AccessKeyId>${AccessKeyId}</AccessKeyId><SecretAccessKey>${SecretAccessKey}</SecretAccessKey><SessionToken>${String(SessionToken)}</SessionToken><Expiration>${Expiration}</Expiration></Credentials>`;
  const body = `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${credentials}</${action}Result></${action}Response>`;
  return { status: 200, body, type: 'text/xml' };
}

function keys(source: string, lasts: number, tokenName: 'Token' | 'SessionToken') {
  const secret = createHash('sha256').update(randomUUID()).digest('hex');
  recordSecret(secret);
  return {
    AccessKeyId: `ASIA${source}`,
    SecretAccessKey: secret,
    [tokenName]: `session-${source}`,
    Expiration: at(lasts),
  } as const;
}

function at(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

function json(body: object): Answer {
  return { status: 200, body: JSON.stringify(body) };
}

function send({ status, body, type = 'application/json' }: Answer, response: ServerResponse): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
