import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { VersionId } from '../../src/core/model.ts';
import type { Clock } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import {
  type AzureStore,
  type AzureTrust,
  CLIENT_SECRET,
  createAzureTrust,
  openAzureStore,
  useTestClientSecret,
} from '../support/azure.ts';
import { type AzureVault, createAzureVault } from '../support/azure-vault.ts';
import {
  type Answer,
  type AzureWire,
  azureError,
  json,
  startAzureWire,
  type WireAnswer,
  type WireRequest,
} from '../support/azure-wire.ts';
import { realClock } from '../support/provider-deps.ts';
import { refusal } from '../support/refusal.ts';

const NEVER = new AbortController().signal;
const NAME = 'keyturn-main';
const STAGING = 'keyturn-main-keyturn-pending';
const API_KEY = `key-${randomUUID()}`;
const VALUE = new SecretValue(JSON.stringify({ resellerId: randomUUID(), apiKey: API_KEY }));
const [A, B] = [randomUUID().replaceAll('-', '') as VersionId, randomUUID() as VersionId];
const SECRETS = [API_KEY, CLIENT_SECRET, 'token-of-the-test', 'text of Azure'];
/** Pauses take no time here. */
const hastyClock: Clock = { ...realClock, sleep: async () => {} };

useTestClientSecret();
let trust: AzureTrust;
beforeAll(async () => {
  trust = await createAzureTrust();
});
afterAll(() => trust.remove());
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of opened.splice(0)) await resource.close();
});

async function against(answer: Answer, options: object = {}): Promise<{ store: AzureStore; wire: AzureWire }> {
  const wire = await startAzureWire({ certificate: trust.certificate, answer });
  const store = openAzureStore(wire.url, trust, { maxAttempts: 1, requestTimeoutMs: 400, ...options }, hastyClock);
  opened.push(store, wire);
  return { store, wire };
}

const html = '<html><body>from a proxy</body></html>';
function page(status: number): WireAnswer {
  return { status, body: html, headers: { 'content-type': 'text/html' } };
}

const FAULTS: readonly [string, WireAnswer, ErrorCode][] = [
  ['a token that is not taken any more', azureError(401, 'Unauthorized'), 'SIGN_IN_EXPIRED'],
  ['a token of another tenant', azureError(401, 'Unauthorized', undefined, 'AKV10032: issuer'), 'CONFIG_INVALID'],
  ['a role that is missing', azureError(403, 'Forbidden', 'ForbiddenByRbac'), 'PERMISSION_DENIED'],
  ['an access policy that is missing', azureError(403, 'Forbidden', 'AccessDenied'), 'PERMISSION_DENIED'],
  ["the vault's firewall", azureError(403, 'Forbidden', 'ForbiddenByFirewall'), 'PERMISSION_DENIED'],
  ['a private endpoint passed by', azureError(403, 'Forbidden', 'ForbiddenByConnection'), 'PERMISSION_DENIED'],
  ['an Azure Policy', azureError(403, 'RequestDisallowedByPolicy'), 'PERMISSION_DENIED'],
  ['a disabled version', azureError(403, 'Forbidden', 'SecretDisabled'), 'SECRET_NOT_FOUND'],
  ['a deleted secret', azureError(409, 'Conflict', 'ObjectIsDeletedButRecoverable'), 'SECRET_NOT_FOUND'],
  ['a secret being deleted', azureError(409, 'Conflict', 'ObjectIsBeingDeleted'), 'UPSTREAM_UNAVAILABLE'],
  ['a secret being recovered', azureError(409, 'Conflict', 'ObjectIsBeingRecovered'), 'UPSTREAM_UNAVAILABLE'],
  ['a refused parameter', azureError(400, 'BadParameter'), 'UNEXPECTED_RESPONSE'],
  ['throttling', azureError(429, 'Throttled'), 'RATE_LIMITED'],
  ['an internal error', azureError(500, 'InternalServerError'), 'UPSTREAM_UNAVAILABLE'],
  ['a code nobody documented', azureError(418, 'SomethingNew'), 'UNEXPECTED_RESPONSE'],
  ['a 404 that is no "not found"', azureError(404, 'SomethingNew'), 'UNEXPECTED_RESPONSE'],
  ['HTML with 401', page(401), 'SIGN_IN_EXPIRED'],
  ['HTML with 403', page(403), 'PERMISSION_DENIED'],
  ['HTML with 404', page(404), 'UNEXPECTED_RESPONSE'],
  ['HTML with 429', page(429), 'RATE_LIMITED'],
  ['HTML with 502', page(502), 'UPSTREAM_UNAVAILABLE'],
  ['HTML with 200', page(200), 'UNEXPECTED_RESPONSE'],
  ['JSON that is cut off', { status: 200, body: '{"value":"' }, 'UNEXPECTED_RESPONSE'],
  ['JSON that is nothing', { status: 200, body: 'null' }, 'UNEXPECTED_RESPONSE'],
  ['a version without an id', json({ value: '{}', attributes: {} }), 'UNEXPECTED_RESPONSE'],
  ['a redirect', { status: 302, body: '', headers: { location: 'https://127.0.0.1:1/' } }, 'UNEXPECTED_RESPONSE'],
  ['a connection that is cut', 'reset', 'UPSTREAM_UNAVAILABLE'],
  ['no answer', 'hang', 'TIMEOUT'],
];

describe('azure-key-vault: only the documented "not found" means absent', () => {
  it.each(FAULTS)('%s rejects every call', async (_, fault, code) => {
    const { store } = await against(() => fault);
    await refusal(store.read(NAME, 'current', NEVER), code, SECRETS);
    await refusal(store.read(NAME, { version: A }, NEVER), code, SECRETS);
    await refusal(store.stage(NAME, VALUE, { token: randomUUID() }, NEVER), code, SECRETS);
    await refusal(store.promote(NAME, B, { expectedCurrent: A }, NEVER), code, SECRETS);
    await refusal(store.discard(NAME, B, NEVER), code, SECRETS);
  });

  it.each(FAULTS)('%s on the write alone is reported, and nothing was written', async (_, fault, code) => {
    const vault = createAzureVault();
    const current = vault.write(NAME, '{}') as VersionId;
    let isFaulty = false;
    const { store } = await against((request) => (isFaulty && isWrite(request) ? fault : vault.answer(request)));
    const staged = await store.stage(NAME, VALUE, { token: randomUUID() }, NEVER);
    isFaulty = true;
    await refusal(store.stage(NAME, VALUE, { token: randomUUID() }, NEVER), code, SECRETS);
    await refusal(store.promote(NAME, staged, { expectedCurrent: current }, NEVER), code, SECRETS);
    await refusal(store.discard(NAME, staged, NEVER), code, SECRETS);
    expect(vault.newest(NAME)?.version).toBe(current);
    expect((await store.read(NAME, 'pending', NEVER))?.versionId).toBe(staged);
  });

  it('takes SecretNotFound as absent for a read', async () => {
    const { store } = await against(() => azureError(404, 'SecretNotFound'));
    expect(await store.read(NAME, 'current', NEVER)).toBeUndefined();
  });

  it('rejects when nobody listens', async () => {
    const { store, wire } = await against(() => 'hang');
    await wire.close();
    opened.pop();
    await refusal(store.read(NAME, 'current', NEVER), 'UPSTREAM_UNAVAILABLE', SECRETS);
  });

  it('tells how long to wait when Azure says so', async () => {
    const { store } = await against(() => ({ status: 429, body: '{}', headers: { 'retry-after': '7' } }));
    expect((await refusal(store.read(NAME, 'current', NEVER), 'RATE_LIMITED')).retryAfterMs).toBe(7000);
  });

  it('ends at once when it is cut off in the middle', async () => {
    const controller = new AbortController();
    const { store } = await against(
      () => {
        setImmediate(() => controller.abort());
        return 'hang';
      },
      { requestTimeoutMs: 60_000 },
    );
    await refusal(store.read(NAME, 'current', controller.signal), 'ABORTED');
  });

  it('asks again for what it only reads', async () => {
    const vault = createAzureVault();
    vault.write(NAME, '{}');
    let asked = 0;
    const { store } = await against(
      (request) => {
        asked += 1;
        return asked < 3 ? azureError(503, 'ServiceUnavailable') : vault.answer(request);
      },
      { maxAttempts: 3 },
    );
    expect((await store.read(NAME, 'current', NEVER))?.value.reveal()).toBe('{}');
    expect(asked).toBe(3);
  });

  it('shows nothing of an answer that repeats the request with the secret in it', async () => {
    const vault = createAzureVault();
    vault.write(NAME, '{}');
    const { store } = await against((request) =>
      isWrite(request)
        ? azureError(400, 'BadParameter', undefined, `refused: ${request.text} ${String(request.authorization)}`)
        : vault.answer(request),
    );
    await refusal(store.stage(NAME, VALUE, { token: randomUUID() }, NEVER), 'UNEXPECTED_RESPONSE', SECRETS);
  });
});

describe('azure-key-vault: what came of a write decides, not what it answered', () => {
  const LOST = [
    ['a reset', 'reset'],
    ['a timeout', 'hang'],
    ['a 500', azureError(500, 'InternalServerError')],
    ['HTML with 502', page(502)],
  ] as const;

  async function seeded(onWrite: (request: WireRequest, vault: AzureVault) => WireAnswer) {
    const vault = createAzureVault();
    const current = vault.write(NAME, '{}') as VersionId;
    const { store, wire } = await against((request) =>
      isWrite(request) ? onWrite(request, vault) : vault.answer(request),
    );
    return { vault, current, store, wire };
  }

  it.each(LOST)('stages, promotes and discards once although every answer is lost to %s', async (_, lost) => {
    const { vault, current, store, wire } = await seeded((request, on) => {
      on.answer(request);
      return lost;
    });
    const staged = await store.stage(NAME, VALUE, { token: randomUUID() }, NEVER);
    await store.promote(NAME, staged, { expectedCurrent: current }, NEVER);
    const next = await store.stage(NAME, VALUE, { token: randomUUID() }, NEVER);
    await store.discard(NAME, next, NEVER);
    expect(vault.newest(NAME)?.value).toBe(VALUE.reveal());
    expect(vault.secrets.get(NAME)).toHaveLength(2);
    expect(wire.requests.filter(isWrite).map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PATCH', 'PUT', 'PATCH']);
  });

  it('notices a store that says yes and did not write', async () => {
    let isLying = false;
    const { current, store } = await seeded((request, vault) => {
      if (!isLying) return vault.answer(request);
      const { version, ...rest } = vault.newest(NAME) ?? expect.fail('no secret');
      return json({ id: `https://127.0.0.1/secrets/${NAME}/${version}`, ...rest });
    });
    const staged = await store.stage(NAME, VALUE, { token: randomUUID() }, NEVER);
    isLying = true;
    await refusal(store.stage(NAME, VALUE, { token: randomUUID() }, NEVER), 'UNEXPECTED_RESPONSE', SECRETS);
    await refusal(store.promote(NAME, staged, { expectedCurrent: current }, NEVER), 'UNEXPECTED_RESPONSE', SECRETS);
    await refusal(store.discard(NAME, staged, NEVER), 'UNEXPECTED_RESPONSE', SECRETS);
    expect((await store.read(NAME, 'current', NEVER))?.versionId).toBe(current);
  });

  it('finishes a promotion that was cut off before the staged version was marked', async () => {
    let isDown = false;
    const { current, store, vault } = await seeded((request, on) =>
      isDown && request.method === 'PATCH' ? azureError(503, 'ServiceUnavailable') : on.answer(request),
    );
    const staged = await store.stage(NAME, VALUE, { token: randomUUID() }, NEVER);
    isDown = true;
    await refusal(store.promote(NAME, staged, { expectedCurrent: current }, NEVER), 'UPSTREAM_UNAVAILABLE', SECRETS);
    expect(await store.read(NAME, 'pending', NEVER)).toBeUndefined();
    await store.discard(NAME, staged, NEVER);
    isDown = false;
    await store.promote(NAME, staged, { expectedCurrent: current }, NEVER);
    expect(vault.secrets.get(NAME)).toHaveLength(2);
    expect(vault.newest(STAGING)?.tags['keyturn-state']).toBe('promoted');
  });

  it('gives way to a version that somebody else wrote in the very moment of the promotion', async () => {
    let others = '';
    const { current, store, vault } = await seeded((request, on) => {
      if (request.path.endsWith(NAME) && others === '') others = on.write(NAME, '{"written":"by a person"}');
      return on.answer(request);
    });
    const staged = await store.stage(NAME, VALUE, { token: randomUUID() }, NEVER);
    const error = await refusal(store.promote(NAME, staged, { expectedCurrent: current }, NEVER), 'STORE_CONFLICT');
    expect(error.safeMessage).toContain('is the current one again');
    expect(vault.newest(NAME)?.value).toBe('{"written":"by a person"}');
    expect((await store.read(NAME, 'current', NEVER))?.versionId).toBe(others);
    expect((await store.read(NAME, 'previous', NEVER))?.versionId).toBe(current);
    expect((await store.read(NAME, 'pending', NEVER))?.versionId).toBe(staged);
  });
});

function isWrite({ method }: WireRequest): boolean {
  return method === 'PUT' || method === 'PATCH';
}
