import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { KeyturnError } from '../../src/core/errors.ts';
import { credentialFacts } from '../../src/core/field-facts.ts';
import { type BindingTarget, bindingIdOf, type Credential, type Environment } from '../../src/core/model.ts';
import { fingerprintsItself } from '../../src/core/panel-powers.ts';
import type { Fingerprinter, PanelIntegration } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import type { VendorSimulator } from '../simulators/start.ts';
import { createTestDeps, testFingerprint } from '../support/provider-deps.ts';
import { refusal } from '../support/refusal.ts';
import { abortingWhenSent, impatientClock, tellAll } from './panel-parts.ts';

/** What a panel holds, in the panel's own terms turned into ours. */
export interface Stored {
  readonly username: string;
  readonly password: string;
  readonly testMode: boolean;
  /** Settings of the module that are not Keyturn's. */
  readonly others: Readonly<Record<string, string>>;
}

export type Failure = 'html' | 'empty' | 'malformed' | '500' | '503' | '403' | 'reset' | 'hang' | 'reset-after-write';

/** One running simulated panel and how to reach around its API. `create` may be called often; nothing it makes needs closing. */
export interface PanelWorld {
  readonly vendor: VendorSimulator;
  /** Values that may never be seen: the secrets that Keyturn uses to get into the panel. */
  readonly accessSecrets: readonly string[];
  create(deps: ProviderDeps, change?: { readonly url?: string; readonly wrongSecret?: boolean }): PanelIntegration;
  readonly resolveSecret: ProviderDeps['resolveSecret'];
  readonly bindingOptions: unknown;
  stored(): Promise<Stored>;
  store(stored: Stored): Promise<void>;
  fail(mode: Failure | 'none'): Promise<void>;
  /** The panel's address as the vendor sees it. */
  readonly address: string;
  /** False for a panel from which the version of the module cannot be had; true if left out. */
  readonly tellsVersion?: boolean;
  /** What the panel's check can say of a refused address and of a vendor that is down. */
  readonly says: { readonly badKey: string; readonly address: string; readonly outage: Verdict['verdict'] };
  close(): Promise<void>;
}

const FAILURES: readonly (readonly [Failure, ErrorCode])[] = [
  ['html', 'UNEXPECTED_RESPONSE'],
  ['empty', 'UNEXPECTED_RESPONSE'],
  ['malformed', 'UNEXPECTED_RESPONSE'],
  ['500', 'UPSTREAM_UNAVAILABLE'],
  ['503', 'UPSTREAM_UNAVAILABLE'],
  ['403', 'PERMISSION_DENIED'],
  ['reset', 'UPSTREAM_UNAVAILABLE'],
  ['hang', 'TIMEOUT'],
];

const never = new AbortController().signal;

function randomKey(): string {
  return `key-${randomBytes(16).toString('hex')}`;
}

export interface ContractOptions {
  /** `['live']` for a panel whose module never asks the test system: a test binding must then be refused before any write. */
  readonly environments?: readonly Environment[];
}

/** The obligations of `PanelIntegration`, run over the wire against a simulated panel that calls a simulated vendor. */
export function panelContract(
  name: string,
  setup: () => Promise<PanelWorld>,
  { environments = ['live', 'test'] }: ContractOptions = {},
): void {
  const hasTest = environments.includes('test');
  describe(`${name} as a PanelIntegration`, () => {
    let world: PanelWorld;
    let http: HttpClient;
    /** For the failure that never answers; all other calls get the usual time. */
    let hasty: HttpClient;
    let deps: ProviderDeps;
    let panel: PanelIntegration;
    let live: Credential;
    let said: string[];

    beforeAll(async () => {
      world = await setup();
      http = createHttpClient();
      hasty = createHttpClient({ timeoutMs: 300 });
      const base = createTestDeps(http);
      deps = { ...base, clock: impatientClock(base.clock), resolveSecret: world.resolveSecret };
    });
    afterAll(async () => {
      await http.close();
      await hasty.close();
      await world.close();
    });

    beforeEach(async () => {
      said = [];
      panel = world.create(deps);
      await world.fail('none');
      await world.vendor.control.setFault({ mode: 'none' });
      await world.vendor.control.setAllowList({});
      const { resellerId } = await world.vendor.control.currentKey();
      const { apiKey } = await world.vendor.control.regenerate({ apiKey: randomKey() });
      live = { resellerId, apiKey: new SecretValue(apiKey) };
      await world.store({ username: resellerId, password: apiKey, testMode: false, others: {} });
    });
    afterEach(() => {
      const all = said.join('\n');
      for (const secret of [...world.accessSecrets, live.apiKey.reveal()]) expect(all).not.toContain(secret);
    });

    function target(environment: Environment = 'live'): BindingTarget {
      return { bindingId: bindingIdOf('panel', 'main', environment), environment, options: world.bindingOptions };
    }

    /** Everything a step gives or throws is kept for the search for secrets. */
    async function run<T>(step: Promise<T>): Promise<T> {
      try {
        const result = await step;
        said.push(JSON.stringify(result));
        return result;
      } catch (thrown) {
        said.push(tellAll(thrown));
        throw thrown;
      }
    }

    function steps(one: PanelIntegration, signal = never): Record<string, () => Promise<unknown>> {
      const identity = { resellerId: live.resellerId, environment: 'live' } as const;
      return {
        apply: () =>
          one.apply(target(), { ...live, apiKey: new SecretValue(randomKey()) }, { token: randomUUID() }, signal),
        check: () => one.check(target(), identity, signal),
        ...(one.capabilities.readBack !== 'none' && { observe: () => one.observe(target(), signal) }),
      };
    }

    async function expectAll(one: PanelIntegration, code: ErrorCode, signal = never): Promise<void> {
      for (const [step, start] of Object.entries(steps(one, signal))) {
        await expect(run(start()), step).rejects.toMatchObject({ name: 'KeyturnError', code });
      }
    }

    async function blockers(one: PanelIntegration, environment: Environment = 'live') {
      const findings = await run(one.preflight(target(environment), never));
      return findings.filter((finding) => finding.level === 'blocker');
    }

    /** What the panel's facts are fingerprinted with. */
    async function fingerprinter(): Promise<Fingerprinter> {
      return fingerprintsItself(panel) ? await panel.fingerprint(never) : testFingerprint;
    }

    async function check(environment: Environment = 'live') {
      return run(panel.check(target(environment), { resellerId: live.resellerId, environment }, never));
    }

    describe('reaching the panel', () => {
      it('finds nothing in the way of a panel that is well', async () => {
        expect(await blockers(panel)).toEqual([]);
      });

      it('changes nothing in preflight', async () => {
        const before = await world.stored();
        await run(panel.preflight(target(), never));
        expect(await world.stored()).toEqual(before);
      });

      it('says so when nobody listens', async () => {
        const gone = world.create(deps, { url: 'http://127.0.0.1:9' });
        await expectAll(gone, 'UPSTREAM_UNAVAILABLE');
        expect(await blockers(gone)).toHaveLength(1);
      });

      it('says so when the panel does not accept our credential', async () => {
        const before = await world.stored();
        const stranger = world.create(deps, { wrongSecret: true });
        await expectAll(stranger, 'PERMISSION_DENIED');
        const [found, ...more] = await blockers(stranger);
        expect(more).toEqual([]);
        expect(found?.what).toMatch(/does not accept/);
        expect(found?.fix).toBeTruthy();
        expect(await world.stored()).toEqual(before);
      });

      it.each(FAILURES)('turns the failure "%s" into %s, never into an empty answer', async (mode, code) => {
        await world.fail(mode);
        const one = mode === 'hang' ? world.create({ ...deps, http: hasty }) : panel;
        await expectAll(one, code);
        expect(await blockers(one)).not.toEqual([]);
      });

      it('ends at once when it is cut off, before and during a call', async () => {
        await expectAll(panel, 'ABORTED', AbortSignal.abort());
        await expect(run(panel.preflight(target(), AbortSignal.abort()))).rejects.toMatchObject({ code: 'ABORTED' });
        await world.fail('hang');
        for (const step of Object.keys(steps(panel))) {
          const cut = new AbortController();
          const cutter = world.create({ ...deps, http: abortingWhenSent(http, cut) });
          const start = steps(cutter, cut.signal)[step];
          await expect(run(start?.() ?? Promise.resolve()), step).rejects.toMatchObject({ code: 'ABORTED' });
        }
      });
    });

    describe('apply', () => {
      it.each(environments)('stores exactly the %s credential and its test mode', async (environment) => {
        const { resellerId, apiKey } = await world.vendor.control.currentKey({ environment });
        const credential = { resellerId, apiKey: new SecretValue(apiKey) };
        await run(panel.apply(target(environment), credential, { token: randomUUID() }, never));
        const testMode = environment === 'test';
        expect(await world.stored()).toMatchObject({ username: resellerId, password: apiKey, testMode });
        if (panel.capabilities.readBack === 'none') return;
        const facts = credentialFacts(await fingerprinter(), credential);
        expect(await run(panel.observe(target(environment), never))).toMatchObject({
          state: 'observed',
          ...facts,
          ...(hasTest && { testMode }),
        });
      });

      if (!hasTest) {
        it('refuses a test binding before anything is written', async () => {
          const { resellerId, apiKey } = await world.vendor.control.currentKey({ environment: 'test' });
          const credential = { resellerId, apiKey: new SecretValue(apiKey) };
          const before = await world.stored();
          const written = run(panel.apply(target('test'), credential, { token: randomUUID() }, never));
          expect((await refusal(written, 'CONFIG_INVALID')).fix).toMatch(/test/);
          expect(await world.stored()).toEqual(before);
          const found = await blockers(panel, 'test');
          expect(found.map(({ fix }) => fix)).toEqual([expect.stringMatching(/test/)]);
        });
      }

      it('may be repeated', async () => {
        const { apiKey } = await world.vendor.control.regenerate({ apiKey: randomKey() });
        const next = { ...live, apiKey: new SecretValue(apiKey) };
        const token = randomUUID();
        for (let i = 0; i < 2; i++) {
          expect(await run(panel.apply(target(), next, { token }, never))).toEqual({ result: 'changed' });
        }
        expect(await world.stored()).toMatchObject({ username: next.resellerId, password: apiKey, testMode: false });
      });

      it('writes nothing once the worker may not write any more', async () => {
        const { apiKey } = await world.vendor.control.regenerate({ apiKey: randomKey() });
        const next = { ...live, apiKey: new SecretValue(apiKey) };
        const before = await world.stored();
        const lost = new KeyturnError('LEASE_LOST', 'Another worker has taken this work over.');
        const options = { token: randomUUID(), confirm: () => Promise.reject(lost) };
        await expect(run(panel.apply(target(), next, options, never))).rejects.toBe(lost);
        expect(await world.stored()).toEqual(before);
      });

      it('may be repeated after an answer that got lost', async () => {
        const { apiKey } = await world.vendor.control.regenerate({ apiKey: randomKey() });
        const next = { ...live, apiKey: new SecretValue(apiKey) };
        await world.fail('reset-after-write');
        await expect(run(panel.apply(target(), next, { token: randomUUID() }, never))).rejects.toMatchObject({
          code: 'UPSTREAM_UNAVAILABLE',
        });
        await world.fail('none');
        await run(panel.apply(target(), next, { token: randomUUID() }, never));
        expect(await world.stored()).toMatchObject({ password: apiKey });
      });
    });

    describe('observe', () => {
      it('gives the exact bytes their fingerprints, stray characters included, or says why it cannot look', async () => {
        const observation = { username: live.resellerId.toUpperCase(), password: `${live.apiKey.reveal()} \u200B` };
        await world.store({ ...observation, testMode: true, others: {} });
        const seen = await run(panel.observe(target(), never));
        if (panel.capabilities.readBack === 'none') {
          expect(seen.state === 'unobservable' ? seen.reason : '').toMatch(/\w+ \w+/);
          return;
        }
        const credential = { resellerId: observation.username, apiKey: new SecretValue(observation.password) };
        expect(seen).toMatchObject({
          state: 'observed',
          ...credentialFacts(await fingerprinter(), credential),
          ...(hasTest && { testMode: true }),
        });
      });

      it('tells the version of the module if it can be had, and makes none up', async () => {
        const seen = await run(panel.observe(target(), never));
        if (world.tellsVersion === false) {
          expect(Object.keys(seen)).not.toContain('moduleVersion');
          return;
        }
        expect(seen).toHaveProperty('moduleVersion', expect.stringMatching(/^\d+\.\d+/));
      });
    });

    describe('check', () => {
      it('proves a credential that works, with what the panel has stored', async () => {
        expect(await check()).toMatchObject({ verdict: 'valid', method: panel.capabilities.check });
      });

      if (hasTest) {
        it('asks the environment that the panel is set to', async () => {
          const { resellerId, apiKey } = await world.vendor.control.currentKey({ environment: 'test' });
          await world.store({ username: resellerId, password: apiKey, testMode: true, others: {} });
          const expected = { resellerId, environment: 'test' } as const;
          expect(await run(panel.check(target('test'), expected, never))).toMatchObject({ verdict: 'valid' });
        });
      }

      it('sees that a key is dead, at once', async () => {
        expect(await check()).toMatchObject({ verdict: 'valid' });
        await world.vendor.control.regenerate({ apiKey: randomKey() });
        expect(await check()).toMatchObject({ verdict: 'rejected', reason: world.says.badKey });
      });

      it("sees that the panel's address is not authorised", async () => {
        await world.vendor.control.setAllowList({ addresses: ['127.0.0.1'] });
        expect(await check()).toMatchObject({ verdict: 'rejected', reason: world.says.address });
        await world.vendor.control.setAllowList({ addresses: [world.address] });
        expect(await check()).toMatchObject({ verdict: 'valid' });
      });

      it.each(['500', '503', 'html', 'empty', 'reset', '429'] as const)(
        'does not prove anything when the vendor answers %s',
        async (mode) => {
          await world.vendor.control.setFault({ mode });
          expect(await check()).toMatchObject({ verdict: world.says.outage });
        },
      );
    });
  });
}
