import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import { type BindingTarget, bindingIdOf, type Credential, type Environment } from '../../src/core/model.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { impatientClock, tellAll } from '../contract/panel-parts.ts';
import type { HostOptions } from '../hosts/start.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { type Change, startBlestaWorld, type Way } from './blesta-world.ts';

const never = new AbortController().signal;

/** What a step may be given besides its binding. */
export interface Given {
  readonly options?: unknown;
  readonly environment?: Environment;
  readonly change?: Change;
  readonly deps?: Partial<ProviderDeps>;
  readonly lastSeen?: string;
}

/**
 * One Blesta and everything that came out of it: requests and replies as they crossed the wire, results, errors. The search for
 * secrets goes over all of that and over every log of the panel.
 */
export async function startBlestaBench(way: Way, hostOptions: Partial<HostOptions> = {}) {
  const world = await startBlestaWorld(way, hostOptions);
  const real = createHttpClient();
  const wire: string[] = [];
  const said: string[] = [];
  const keys = new Set<string>();
  const http: HttpClient = {
    async send(message, signal) {
      wire.push(`${message.url.href} ${message.body ?? ''}`);
      const response = await real.send(message, signal);
      wire.push(response.text);
      return response;
    },
    close: () => real.close(),
  };
  const base = createTestDeps(http);
  const deps: ProviderDeps = { ...base, clock: impatientClock(base.clock), resolveSecret: world.resolveSecret };

  function panel(given: Given = {}) {
    return world.create({ ...deps, ...given.deps }, given.change);
  }
  function target({ options = {}, environment = 'live' }: Given = {}): BindingTarget {
    return { bindingId: bindingIdOf('blesta', 'main', environment), environment, options };
  }
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
  function remember(apiKey: string): SecretValue {
    keys.add(apiKey);
    recordSecret(apiKey);
    return new SecretValue(apiKey);
  }

  return {
    world,
    deps,
    wire,
    panel,
    target,
    /** The vendor forgets the key it had and has a new one. */
    async newKey(environment: Environment = 'live'): Promise<Credential> {
      const { resellerId } = await world.vendor.control.currentKey({ environment });
      const apiKey = `key-${randomBytes(16).toString('hex')}`;
      await world.vendor.control.regenerate({ environment, apiKey });
      return { resellerId, apiKey: remember(apiKey) };
    },
    /** What nobody has. */
    deadKey: (resellerId: string): Credential => ({
      resellerId,
      apiKey: remember(`dead-${randomBytes(16).toString('hex')}`),
    }),
    async hold({ resellerId, apiKey }: Credential, others: Readonly<Record<string, string>> = {}) {
      await world.store({ username: resellerId, password: apiKey.reveal(), testMode: false, others });
    },
    async apply(credential: Credential, given: Given = {}) {
      const one = panel(given);
      const fingerprint = 'fingerprint' in one && typeof one.fingerprint === 'function' ? one.fingerprint : undefined;
      const seen = given.lastSeen === undefined ? {} : { lastSeen: (await fingerprint?.(never))(given.lastSeen) };
      return run(one.apply(target(given), credential, { token: randomUUID(), ...seen }, never));
    },
    check: (resellerId: string, given: Given = {}) =>
      run(panel(given).check(target(given), { resellerId, environment: given.environment ?? 'live' }, never)),
    observe: (given: Given = {}) => run(panel(given).observe(target(given), never)),
    async blockers(given: Given = {}) {
      const findings = await run(panel(given).preflight(target(given), never));
      return findings.filter(({ level }) => level === 'blocker');
    },
    preflight: (given: Given = {}) => run(panel(given).preflight(target(given), never)),
    /** The search: no key of the vendor's and no secret of ours may have come out anywhere. */
    async expectNoSecrets() {
      const logs = await world.host.logs();
      const heard = [...wire, ...said, logs].join('\n');
      for (const key of keys) {
        expect(heard.includes(key), 'a key came out of the panel').toBe(false);
        expect(heard.includes(Buffer.from(key).toString('base64').slice(0, 40)), 'a key in base64').toBe(false);
      }
      const ours = [...world.accessSecrets].filter((secret) => secret !== '');
      for (const secret of ours) expect([...said, logs].join('\n').includes(secret), 'a secret of ours').toBe(false);
      expect(logs).toContain('[');
    },
    async close() {
      await real.close();
      await world.close();
    },
  };
}

export type BlestaBench = Awaited<ReturnType<typeof startBlestaBench>>;
