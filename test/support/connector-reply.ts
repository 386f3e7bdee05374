import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Carrier } from '../../providers/shared/connector/carrier.ts';
import { createConnectorPanel } from '../../providers/shared/connector/panel.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import { secretReference } from '../../providers/shared/secret-reference.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { testFingerprint } from './provider-deps.ts';
import { recordSecret } from './secret-ledger.ts';

/** Made here from docs/panels/connector.md alone, so that the worker's own code is not asked about itself. */
const KEY = randomBytes(32);
export const CONNECTOR = randomBytes(8).toString('hex');
/** A point that was made by scalar multiplication, or libsodium refuses to seal to it. */
const PUBLIC = Buffer.from('2fe57da347cd62431528daac5fbb290730fff684afc4cfc2ed90995f58cb3b74', 'hex');
export const PAIRING = `keyturn-pairing-1.${CONNECTOR}.${KEY.toString('base64url')}.${PUBLIC.toString('base64url')}`;
recordSecret(KEY.toString('base64url'));

export interface SeenLetter {
  readonly v: number;
  readonly connector: string;
  readonly operation: string;
  readonly time: number;
  readonly nonce: string;
  readonly body: string;
  readonly signature: string;
}

export function openLetter(text: string): SeenLetter {
  // A test's own view of what it sent itself: a wrong shape fails the test that looks at it.
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as SeenLetter;
}

export function hmacLines(lines: readonly (string | number)[]): string {
  const auth = createHmac('sha256', KEY).update('keyturn-auth-1').digest();
  return createHmac('sha256', auth).update(lines.join('\n')).digest('hex');
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export interface ReplyParts {
  readonly nonce: string;
  readonly ok: boolean;
  /** The JSON text of the reply's body. */
  readonly body: string;
  readonly signature?: string | null;
}

/** A reply letter, signed as the paired connector would unless a signature is given. */
export function replyLetter({ nonce, ok, body, signature }: ReplyParts): string {
  const own = hmacLines(['keyturn-reply-1', nonce, ok ? 'ok' : 'refused', sha256(body)]);
  const reply = { v: 1, nonce, ok, body, signature: signature === undefined ? own : signature };
  return Buffer.from(JSON.stringify(reply)).toString('base64url');
}

export const NOW = 1_800_000_000_000;

export function connectorDeps(): ProviderDeps {
  return {
    http: { send: () => Promise.reject(new Error('no wire here')), close: () => Promise.resolve() },
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    fingerprint: testFingerprint,
    resolveSecret: () => Promise.resolve(new SecretValue(PAIRING)),
  };
}

/** A connector panel whose carrier is a function: letter in, reply out. */
export function connectorPanel(answer: (letter: string) => string) {
  const carrier: Carrier = {
    where: 'Panel at p.example.com',
    path: '/entry',
    post: (letter) => Promise.resolve(answer(letter)),
  };
  return createConnectorPanel({
    kind: 'wisecp',
    title: 'WISECP',
    menuPath: 'Somewhere > Else',
    carrier,
    pairing: secretReference.parse('env:PAIRING'),
    deps: connectorDeps(),
  });
}
