import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import type { ProviderDeps } from '../../providers/shared/kinds.ts';
import { type BindingTarget, bindingIdOf, type Credential, type Environment } from '../../src/core/model.ts';
import type { Look } from '../../src/core/panel-looks.ts';
import { fingerprintsItself } from '../../src/core/panel-powers.ts';
import type { PanelIntegration } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { impatientClock, tellAll } from '../contract/panel-parts.ts';
import type { HostOptions } from '../hosts/start.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { type BlestaWorld, type Change, startBlestaWorld, type Way } from './blesta-world.ts';

const never = new AbortController().signal;

/** What a step may be given besides its binding. */
export interface Given {
  readonly options?: unknown;
  readonly environment?: Environment;
  readonly change?: Change;
  readonly deps?: Partial<ProviderDeps>;
  readonly lastSeen?: string;
}

/** One Blesta, keys for it, and the steps of an integration for it; everything that comes out is kept for the search. */
export async function startBlestaBench(way: Way, hostOptions: Partial<HostOptions> = {}) {
  const world = await startBlestaWorld(way, hostOptions);
  const heard = createHeard(world);
  const real = createHttpClient();
  const base = createTestDeps(heard.over(real));
  const deps: ProviderDeps = { ...base, clock: impatientClock(base.clock), resolveSecret: world.resolveSecret };
  return {
    world,
    deps,
    ...createKeys(world, heard),
    ...createSteps((given) => world.create({ ...deps, ...given.deps }, given.change), heard),
    /** No key of the vendor's and no secret of ours came out anywhere: wire, results, errors, every log of the panel. */
    expectNoSecrets: () => heard.expectNoSecrets(),
    async close() {
      await real.close();
      await world.close();
    },
  };
}

export type BlestaBench = Awaited<ReturnType<typeof startBlestaBench>>;

interface Heard {
  over(http: HttpClient): HttpClient;
  run<T>(step: Promise<T>): Promise<T>;
  /** A key that may not be seen from now on. */
  hide(apiKey: string): SecretValue;
  expectNoSecrets(): Promise<void>;
}

/** Requests and replies as they crossed the wire, results and errors. */
function createHeard(world: BlestaWorld): Heard {
  const wire: string[] = [];
  const said: string[] = [];
  const keys = new Set<string>();
  return {
    over: (http) => ({
      async send(message, signal) {
        wire.push(`${message.url.href} ${message.body ?? ''}`);
        const response = await http.send(message, signal);
        wire.push(response.text);
        return response;
      },
      close: () => http.close(),
    }),
    async run(step) {
      try {
        const result = await step;
        said.push(JSON.stringify(result));
        return result;
      } catch (thrown) {
        said.push(tellAll(thrown));
        throw thrown;
      }
    },
    hide(apiKey) {
      keys.add(apiKey);
      recordSecret(apiKey);
      return new SecretValue(apiKey);
    },
    async expectNoSecrets() {
      const logs = await world.host.logs();
      const everything = [...wire, ...said, logs].join('\n');
      for (const key of keys) {
        expect(everything.includes(key), 'a key came out').toBe(false);
        expect(everything.includes(Buffer.from(key).toString('base64').slice(0, 40)), 'a key in base64').toBe(false);
      }
      const told = [...said, logs].join('\n');
      for (const secret of world.accessSecrets) expect(told.includes(secret), 'a secret of ours').toBe(false);
      expect(logs, 'there are logs to search').toMatch(/POST|Accepted/);
    },
  };
}

function createKeys(world: BlestaWorld, heard: Heard) {
  const { vendor } = world;
  return {
    /** The vendor forgets the key it had and has a new one. */
    async newKey(environment: Environment = 'live'): Promise<Credential> {
      const { resellerId } = await vendor.control.currentKey({ environment });
      const apiKey = `key-${randomBytes(16).toString('hex')}`;
      await vendor.control.regenerate({ environment, apiKey });
      return { resellerId, apiKey: heard.hide(apiKey) };
    },
    /** One that nobody has. */
    deadKey: (resellerId: string): Credential => ({
      resellerId,
      apiKey: heard.hide(`dead-${randomBytes(16).toString('hex')}`),
    }),
    hold: ({ resellerId, apiKey }: Credential) =>
      world.store({ username: resellerId, password: apiKey.reveal(), testMode: false, others: {} }),
  };
}

function createSteps(panel: (given: Given) => PanelIntegration, heard: Heard) {
  function target({ options = {}, environment = 'live' }: Given = {}): BindingTarget {
    return { bindingId: bindingIdOf('blesta', 'main', environment), environment, options };
  }
  function preflight(given: Given = {}) {
    return heard.run(panel(given).preflight(target(given), never));
  }
  return {
    target,
    panel: (given: Given = {}) => panel(given),
    async apply(credential: Credential, given: Given = {}) {
      const one = panel(given);
      const options = { token: randomUUID(), ...(await lastSeen(one, given)) };
      return heard.run(one.apply(target(given), credential, options, never));
    },
    check: (resellerId: string, given: Given = {}) =>
      heard.run(panel(given).check(target(given), { resellerId, environment: given.environment ?? 'live' }, never)),
    observe: (given: Given = {}) => heard.run(panel(given).observe(target(given), never)),
    preflight,
    blockers: async (given: Given = {}) => (await preflight(given)).filter(({ level }) => level === 'blocker'),
  };
}

async function lastSeen(panel: PanelIntegration, given: Given) {
  if (given.lastSeen === undefined || !fingerprintsItself(panel)) return {};
  return { lastSeen: (await panel.fingerprint(never))(given.lastSeen) };
}

/** Every look of a list. */
export async function allOf(looks: AsyncIterable<Look>): Promise<Look[]> {
  const all: Look[] = [];
  for await (const look of looks) all.push(look);
  return all;
}
