import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlestaPanel } from '../../providers/panels/blesta/index.ts';
import { blestaSchemas } from '../../providers/panels/blesta/options.ts';
import { createClientexecPanel } from '../../providers/panels/clientexec/index.ts';
import { clientexecSchemas } from '../../providers/panels/clientexec/options.ts';
import { createFossbillingPanel } from '../../providers/panels/fossbilling/index.ts';
import { fossbillingSchemas } from '../../providers/panels/fossbilling/options.ts';
import { createHostbillPanel } from '../../providers/panels/hostbill/index.ts';
import { hostbillSchemas } from '../../providers/panels/hostbill/options.ts';
import { createWhmcsPanel } from '../../providers/panels/whmcs/index.ts';
import { whmcsSchemas } from '../../providers/panels/whmcs/options.ts';
import { createWisecpPanel } from '../../providers/panels/wisecp/index.ts';
import { wisecpSchemas } from '../../providers/panels/wisecp/options.ts';
import type { HttpClient, HttpResponse } from '../../providers/shared/http.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import { KeyturnError } from '../../src/core/errors.ts';
import { bindingIdOf } from '../../src/core/model.ts';
import type { PanelIntegration } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { PAIRING, replyLetter } from '../support/connector-reply.ts';
import { testFingerprint } from '../support/provider-deps.ts';

const never = new AbortController().signal;
const UPSTREAM_TEXT = 'words-of-the-panel-itself';
const KEY = 'a-new-api-key-0123456789';

/** Words that the APIs use, so that random answers get past the first look. */
const word = fc.constantFrom(
  'success',
  'error',
  'domainnameapi',
  '1',
  'true',
  'Unauthorized',
  `Invalid IP ${UPSTREAM_TEXT}`,
  UPSTREAM_TEXT,
  'successful',
  'unknown_group',
  'insufficient_scope',
  // A letter that is signed, but answers another one.
  replyLetter({ nonce: 'f'.repeat(32), ok: true, body: '{"changed":true}' }),
  replyLetter({ nonce: 'f'.repeat(32), ok: false, body: '{"code":"by-hand"}', signature: null }),
);
const name = fc.constantFrom(
  'result',
  'message',
  'error',
  'errors',
  'response',
  'registrars',
  'parameters',
  'domains',
  'id',
  'meta',
  'user',
  'key',
  'sandbox',
  'version',
  'registrar',
  'parameters[0][name]',
  'code',
  'label',
  'config',
  'form',
  'test_mode',
  'Username',
  'Password',
  'keyturn',
  'data',
  'status',
  'success',
  'call',
  'settings',
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(name, tie('json'), { maxKeys: 4 }),
  ),
}));
const body = fc.oneof(
  json.map((value) => JSON.stringify(value)),
  fc.string(),
  fc.constantFrom('', '<html>', '{', '[]', 'null'),
);
const response: fc.Arbitrary<HttpResponse> = fc.record({
  status: fc.constantFrom(200, 200, 200, 204, 301, 400, 401, 403, 404, 418, 429, 500, 503),
  headers: fc.constant({}),
  text: body,
});

function depsAnswering(answers: readonly HttpResponse[]): ProviderDeps {
  let at = 0;
  const http: HttpClient = {
    async send() {
      const answer = answers[at++ % answers.length];
      if (!answer) throw new Error('no answer');
      return answer;
    },
    close: async () => {},
  };
  return {
    http,
    clock: { now: () => 0, sleep: async () => {} },
    fingerprint: testFingerprint,
    resolveSecret: async (reference) => new SecretValue(reference === 'env:PAIRING' ? PAIRING : 'access-to-the-panel'),
  };
}

const connector = { pairing: 'env:PAIRING' };

function wisecpOptions(generation: 'v5' | 'v3') {
  return wisecpSchemas.panel.parse({ url: 'https://p.example.com', generation, apiKey: 'env:A', connector });
}

const kinds: Readonly<Record<string, (deps: ProviderDeps) => PanelIntegration>> = {
  whmcs: (deps) =>
    createWhmcsPanel(
      whmcsSchemas.panel.parse({ url: 'https://p.example.com', identifier: 'env:A', secret: 'env:B' }),
      deps,
    ),
  blesta: (deps) =>
    createBlestaPanel(blestaSchemas.panel.parse({ url: 'https://p.example.com', user: 'u', key: 'env:A' }), deps),
  'whmcs with a connector': (deps) =>
    createWhmcsPanel(
      whmcsSchemas.panel.parse({ url: 'https://p.example.com', identifier: 'env:A', secret: 'env:B', connector }),
      deps,
    ),
  'blesta with a connector': (deps) =>
    createBlestaPanel(blestaSchemas.panel.parse({ url: 'https://p.example.com', connector }), deps),
  "blesta with a connector, through Blesta's API": (deps) =>
    createBlestaPanel(
      blestaSchemas.panel.parse({ url: 'https://p.example.com', user: 'u', key: 'env:A', connector }),
      deps,
    ),
  'wisecp 5': (deps) => createWisecpPanel(wisecpOptions('v5'), deps),
  'wisecp 3': (deps) => createWisecpPanel(wisecpOptions('v3'), deps),
  hostbill: (deps) =>
    createHostbillPanel(
      hostbillSchemas.panel.parse({ url: 'https://p.example.com/admin', apiId: 'env:A', apiKey: 'env:B', connector }),
      deps,
    ),
  clientexec: (deps) =>
    createClientexecPanel(clientexecSchemas.panel.parse({ url: 'https://p.example.com', connector }), deps),
  fossbilling: (deps) =>
    createFossbillingPanel(fossbillingSchemas.panel.parse({ url: 'https://p.example.com', token: 'env:A' }), deps),
};

const options: Readonly<Record<string, object>> = {
  whmcs: { canaryDomainId: 1 },
  fossbilling: { registrarId: 1, canaryTld: '.com' },
};

describe.each(Object.entries(kinds))('%s, whatever the panel answers', (kind, create) => {
  const target = {
    bindingId: bindingIdOf('p', 'a', 'live'),
    environment: 'live',
    options: options[kind] ?? {},
  } as const;
  const credential = { resellerId: '11111111-2222-4333-8444-555555555555', apiKey: new SecretValue(KEY) };

  /** Runs one step; anything but a result or an expected error of ours fails the property. */
  async function outcome(step: Promise<unknown>): Promise<unknown> {
    try {
      return await step;
    } catch (error) {
      expect(error).toBeInstanceOf(KeyturnError);
      if (!(error instanceof KeyturnError)) return undefined;
      expect(error.code).not.toBe('INVARIANT_BROKEN');
      return [error.safeMessage, error.fix, error.untouched, error.context];
    }
  }

  it('never breaks, never proves, and repeats none of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(response, { minLength: 1, maxLength: 4 }), async (answers) => {
        const panel = create(depsAnswering(answers));
        const identity = { resellerId: credential.resellerId, environment: 'live' } as const;
        const check = await outcome(panel.check(target, identity, never));
        expect(check).not.toMatchObject({ verdict: 'valid' });
        const all = JSON.stringify([
          check,
          await outcome(panel.preflight(target, never)),
          await outcome(panel.observe(target, never)),
          await outcome(panel.apply(target, credential, { token: 't' }, never)),
        ]);
        expect(all).not.toContain(UPSTREAM_TEXT);
        expect(all).not.toContain(KEY);
        expect(all).not.toContain('access-to-the-panel');
      }),
      { numRuns: 400 },
    );
  });
});
