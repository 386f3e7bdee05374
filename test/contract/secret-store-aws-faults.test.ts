import { randomUUID } from 'node:crypto';
import { env } from 'node:process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { VersionId } from '../../src/core/model.ts';
import type { Clock, SecretStore } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { openAwsStore, useTestCredentials } from '../support/aws.ts';
import { type AwsWire, awsError, ok, startAwsWire, type WireAnswer, type WireRequest } from '../support/aws-wire.ts';
import { realClock } from '../support/provider-deps.ts';
import { refusal } from '../support/refusal.ts';

const NEVER = new AbortController().signal;
const NAME = 'keyturn/main';
const API_KEY = `key-${randomUUID()}`;
const VALUE = new SecretValue(JSON.stringify({ resellerId: randomUUID(), apiKey: API_KEY }));
const [A, B] = [randomUUID() as VersionId, randomUUID() as VersionId];
/** Pauses take no time here. */
const hastyClock: Clock = { ...realClock, sleep: async () => {} };

useTestCredentials();
const SECRETS = [API_KEY, String(env['AWS_SECRET_ACCESS_KEY'])];

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const resource of opened.splice(0)) await resource.close();
});

async function against(
  answer: (request: WireRequest) => WireAnswer,
  options: object = {},
): Promise<{ store: SecretStore; wire: AwsWire }> {
  const wire = await startAwsWire(answer);
  const store = openAwsStore(wire.endpoint, { maxAttempts: 1, requestTimeoutMs: 300, ...options }, hastyClock);
  opened.push(store, wire);
  return { store, wire };
}

const html = '<html><body>502 from a proxy</body></html>';
const FAULTS: readonly [string, WireAnswer, ErrorCode][] = [
  ['access denied', awsError('AccessDeniedException'), 'PERMISSION_DENIED'],
  ['keys that AWS does not know', awsError('UnrecognizedClientException'), 'PERMISSION_DENIED'],
  ['a wrong signature', awsError('InvalidSignatureException'), 'PERMISSION_DENIED'],
  ['an expired sign-in', awsError('ExpiredTokenException'), 'SIGN_IN_EXPIRED'],
  ['a KMS key out of reach', awsError('DecryptionFailure'), 'PERMISSION_DENIED'],
  ['throttling', awsError('ThrottlingException'), 'RATE_LIMITED'],
  ['a deleted secret', awsError('InvalidRequestException'), 'SECRET_NOT_FOUND'],
  ['a refused parameter', awsError('InvalidParameterException'), 'UNEXPECTED_RESPONSE'],
  ['an internal error', awsError('InternalServiceError', 500), 'UPSTREAM_UNAVAILABLE'],
  ['a code nobody documented', awsError('SomethingNewException'), 'UNEXPECTED_RESPONSE'],
  ['a plain 401', { status: 401, body: '' }, 'PERMISSION_DENIED'],
  ['a plain 403', { status: 403, body: '{}' }, 'PERMISSION_DENIED'],
  ['a plain 404', { status: 404, body: '{}' }, 'UNEXPECTED_RESPONSE'],
  ['a plain 429', { status: 429, body: '{}' }, 'RATE_LIMITED'],
  ['a plain 500', { status: 500, body: '{}' }, 'UPSTREAM_UNAVAILABLE'],
  ['HTML with 403', { status: 403, body: html, headers: { 'content-type': 'text/html' } }, 'PERMISSION_DENIED'],
  ['HTML with 404', { status: 404, body: html, headers: { 'content-type': 'text/html' } }, 'UNEXPECTED_RESPONSE'],
  ['HTML with 502', { status: 502, body: html, headers: { 'content-type': 'text/html' } }, 'UPSTREAM_UNAVAILABLE'],
  ['HTML with 200', { status: 200, body: html, headers: { 'content-type': 'text/html' } }, 'UNEXPECTED_RESPONSE'],
  ['JSON that is cut off', { status: 200, body: '{"SecretString":"' }, 'UNEXPECTED_RESPONSE'],
  ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }, 'UNEXPECTED_RESPONSE'],
  ['a connection that is cut', 'reset', 'UPSTREAM_UNAVAILABLE'],
  ['no answer', 'hang', 'TIMEOUT'],
];

describe('aws-secrets-manager: only the documented "not found" means absent', () => {
  it.each(FAULTS)('%s rejects every call', async (_, fault, code) => {
    const { store } = await against(() => fault);
    await refusal(store.read(NAME, 'current', NEVER), code, SECRETS);
    await refusal(store.read(NAME, { version: A }, NEVER), code, SECRETS);
    await refusal(store.stage(NAME, VALUE, { token: randomUUID() }, NEVER), code, SECRETS);
    await refusal(store.promote(NAME, B, { expectedCurrent: A }, NEVER), code, SECRETS);
    await refusal(store.discard(NAME, B, NEVER), code, SECRETS);
  });

  it.each(FAULTS)('%s on the write alone is reported too', async (_, fault, code) => {
    const { store } = await against(({ operation }) => {
      if (operation === 'GetSecretValue') return awsError('ResourceNotFoundException');
      return operation === 'DescribeSecret' ? ok({ VersionIdsToStages: { [A]: ['AWSCURRENT'] } }) : fault;
    });
    await refusal(store.stage(NAME, VALUE, { token: randomUUID() }, NEVER), code, SECRETS);
  });

  it('takes ResourceNotFoundException as absent for a read', async () => {
    const { store } = await against(() => awsError('ResourceNotFoundException'));
    expect(await store.read(NAME, 'current', NEVER)).toBeUndefined();
  });

  it('rejects when nobody listens', async () => {
    const { store, wire } = await against(() => 'hang');
    await wire.close();
    opened.pop();
    await refusal(store.read(NAME, 'current', NEVER), 'UPSTREAM_UNAVAILABLE', SECRETS);
  });

  it('rejects an answer that lacks what was asked for', async () => {
    const { store } = await against(() => ok({ VersionId: A, VersionStages: ['AWSPREVIOUS'], SecretString: '{}' }));
    await refusal(store.read(NAME, 'current', NEVER), 'UNEXPECTED_RESPONSE');
    await refusal(store.read(NAME, { version: B }, NEVER), 'UNEXPECTED_RESPONSE');
  });
});

describe('aws-secrets-manager: what came of a write decides, not what it answered', () => {
  /** A secret whose A is current and B pending; `onMove` is the answer to a move after it has taken effect. */
  function secretThatMoves(onMove: WireAnswer): (request: WireRequest) => WireAnswer {
    let labels: Record<string, string[]> = { [A]: ['AWSCURRENT'], [B]: ['AWSPENDING'] };
    return ({ operation, input }) => {
      if (operation === 'DescribeSecret') return ok({ VersionIdsToStages: labels });
      if (operation === 'GetSecretValue') return ok({ VersionId: B, VersionStages: labels[B], SecretString: '{}' });
      labels =
        input['VersionStage'] === 'AWSCURRENT' ? { [A]: ['AWSPREVIOUS'], [B]: ['AWSCURRENT', 'AWSPENDING'] } : MOVED;
      return onMove;
    };
  }
  const MOVED = { [A]: ['AWSPREVIOUS'], [B]: ['AWSCURRENT'] };

  it.each([
    ['a reset', 'reset'],
    ['a timeout', 'hang'],
    ['a 500', awsError('InternalServiceError', 500)],
  ] as const)('promotes although the answer was lost to %s', async (_, answer) => {
    const { store } = await against(secretThatMoves(answer));
    await store.promote(NAME, B, { expectedCurrent: A }, NEVER);
  });

  it('does not repeat a move that took effect', async () => {
    const { store, wire } = await against(secretThatMoves('reset'));
    await store.promote(NAME, B, { expectedCurrent: A }, NEVER);
    const moves = wire.requests.filter(({ operation }) => operation === 'UpdateSecretVersionStage');
    expect(moves.map(({ input }) => input['VersionStage'])).toEqual(['AWSCURRENT', 'AWSPENDING']);
  });

  it('notices a store that says yes and did not write', async () => {
    const { store } = await against(({ operation, input }) => {
      if (operation === 'DescribeSecret')
        return ok({ VersionIdsToStages: { [A]: ['AWSCURRENT'], [B]: ['AWSPENDING'] } });
      if (operation !== 'GetSecretValue') return ok({});
      if (input['VersionId'] !== B) return awsError('ResourceNotFoundException');
      return ok({ VersionId: B, VersionStages: ['AWSPENDING'], SecretString: '{}' });
    });
    await refusal(store.promote(NAME, B, { expectedCurrent: A }, NEVER), 'UNEXPECTED_RESPONSE');
    await refusal(store.discard(NAME, B, NEVER), 'UNEXPECTED_RESPONSE');
    await refusal(store.stage(NAME, VALUE, { token: randomUUID() }, NEVER), 'UNEXPECTED_RESPONSE', SECRETS);
  });

  it('waits for a write that shows late', async () => {
    let looks = 0;
    const token = randomUUID();
    const { store } = await against(({ operation }) => {
      if (operation === 'GetSecretValue') return awsError('ResourceNotFoundException');
      if (operation !== 'DescribeSecret') return ok({});
      looks += 1;
      return ok({
        VersionIdsToStages: looks < 3 ? { [A]: ['AWSCURRENT'] } : { [A]: ['AWSCURRENT'], [token]: ['AWSPENDING'] },
      });
    });
    expect(await store.stage(NAME, VALUE, { token }, NEVER)).toBe(token);
    expect(looks).toBe(3);
  });

  it('says conflict when AWS refuses the move because the label went elsewhere meanwhile', async () => {
    let looks = 0;
    const { store } = await against(({ operation }) => {
      if (operation === 'GetSecretValue') return ok({ VersionId: B, VersionStages: [], SecretString: '{}' });
      if (operation !== 'DescribeSecret') return awsError('InvalidParameterException');
      looks += 1;
      return ok({ VersionIdsToStages: { [looks === 1 ? A : randomUUID()]: ['AWSCURRENT'] } });
    });
    await refusal(store.promote(NAME, B, { expectedCurrent: A }, NEVER), 'STORE_CONFLICT');
  });
});

describe('aws-secrets-manager: calls', () => {
  it('tries again, with the same token, when a call failed once', async () => {
    const token = randomUUID();
    let puts = 0;
    const { store, wire } = await against(
      ({ operation }) => {
        if (operation === 'GetSecretValue') return awsError('ResourceNotFoundException');
        if (operation === 'DescribeSecret') return ok({ VersionIdsToStages: { [token]: ['AWSPENDING'] } });
        puts += 1;
        return puts === 1 ? awsError('InternalServiceError', 500) : ok({});
      },
      { maxAttempts: 2 },
    );
    await store.stage(NAME, VALUE, { token }, NEVER);
    const tokens = wire.requests
      .filter((request) => request.operation === 'PutSecretValue')
      .map(({ input }) => input['ClientRequestToken']);
    expect(tokens).toEqual([token, token]);
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

  it('shows nothing of an answer that repeats the request with the secret in it', async () => {
    const { store } = await against(({ operation, text }) =>
      operation === 'PutSecretValue'
        ? awsError('ValidationException', 400, `refused: ${text}`)
        : operation === 'DescribeSecret'
          ? ok({ VersionIdsToStages: {} })
          : awsError('ResourceNotFoundException'),
    );
    await refusal(store.stage(NAME, VALUE, { token: randomUUID() }, NEVER), 'UNEXPECTED_RESPONSE', SECRETS);
  });

  it('tells how long to wait when AWS says so', async () => {
    const { store } = await against(() => ({ status: 429, body: '{}', headers: { 'retry-after': '7' } }));
    expect((await refusal(store.read(NAME, 'current', NEVER), 'RATE_LIMITED')).retryAfterMs).toBe(7000);
  });
});

describe('aws-secrets-manager: sign-in', () => {
  it('says that there are no credentials', async () => {
    const { store } = await against(() => 'reset');
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials');
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config');
    const error = await refusal(store.read(NAME, 'current', NEVER), 'CONFIG_INVALID', SECRETS);
    expect(error.safeMessage).toContain('No AWS credentials');
  });

  it('says that there is no region', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config');
    const { store } = await against(() => 'reset', { region: undefined });
    const error = await refusal(store.read(NAME, 'current', NEVER), 'CONFIG_INVALID', SECRETS);
    expect(error.safeMessage).toContain('No AWS region');
  });

  it('finds credentials that come later', async () => {
    const { store } = await against(() => awsError('ResourceNotFoundException'));
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials');
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config');
    await refusal(store.read(NAME, 'current', NEVER), 'CONFIG_INVALID');
    vi.unstubAllEnvs();
    expect(await store.read(NAME, 'current', NEVER)).toBeUndefined();
  });
});
