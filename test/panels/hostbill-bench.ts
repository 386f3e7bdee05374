import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { ConnectorPanel } from '../../providers/shared/connector/panel.ts';
import type { HttpClient, HttpRequest } from '../../providers/shared/http.ts';
import { type BindingTarget, bindingIdOf } from '../../src/core/model.ts';
import type { Finding } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import type { HostbillWorld } from './hostbill-world.ts';

export const never = new AbortController().signal;
export const target: BindingTarget = {
  bindingId: bindingIdOf('hostbill', 'main', 'live'),
  environment: 'live',
  options: {},
};

/** How a test's panel differs from one that works. `http` is the client it calls with. */
export interface Bent {
  readonly http: HttpClient;
  readonly change?: Parameters<HostbillWorld['create']>[1];
  readonly deps?: Partial<Parameters<HostbillWorld['create']>[0]>;
}

export function panelOf(world: HostbillWorld, { http, change, deps }: Bent): ConnectorPanel {
  return world.create({ ...createTestDeps(http), resolveSecret: world.resolveSecret, ...deps }, change);
}

/** A text with these words in it, for a comparison of records. */
export function containing(words: string): unknown {
  return expect.stringContaining(words);
}

/** Tries to write a credential of nobody's. */
export function applyAny(panel: ConnectorPanel) {
  const apiKey = `key-${randomBytes(16).toString('hex')}`;
  recordSecret(apiKey);
  const credential = { resellerId: randomUUID(), apiKey: new SecretValue(apiKey) };
  return panel.apply(target, credential, { token: randomUUID() }, never);
}

/** Preflight finds exactly one thing in the way, with a fix, shows no secret and changes nothing. */
export async function theOnlyBlocker(world: HostbillWorld, bent: Bent): Promise<Finding> {
  const before = await world.stored();
  const findings = await panelOf(world, bent).preflight(target, never);
  const blockers = findings.filter(({ level }) => level === 'blocker');
  expect(blockers).toHaveLength(1);
  const [blocker] = blockers;
  if (blocker === undefined) throw new Error('nothing was found');
  expect(blocker.fix).toMatch(/\w+ \w+/);
  for (const secret of world.accessSecrets) expect(JSON.stringify(findings)).not.toContain(secret);
  expect(await world.stored()).toEqual(before);
  return blocker;
}

/** Takes back everything that a control switched. */
export async function putRight(world: HostbillWorld): Promise<void> {
  await world.fail('none');
  await world.key();
  await world.host.control('removeApps');
  await world.host.control('configure', { adminFolder: null, oldFolder: null, sessionEnded: null, maintenance: null });
  for (const module of ['keyturn', 'domainnameapi']) await world.host.control('activate', { module, active: true });
}

function letterIn({ body = '' }: HttpRequest): string | null {
  return new URLSearchParams(body).get('keyturn');
}

/** A proxy that changes what stands inside a letter. */
export function altering(http: HttpClient): HttpClient {
  return {
    send(message, signal) {
      const letter = letterIn(message);
      if (letter === null) return http.send(message, signal);
      const parts: unknown = JSON.parse(Buffer.from(letter, 'base64url').toString('utf8'));
      const changed = { ...(typeof parts === 'object' && parts), body: '{"place":"module"}' };
      const fields = new URLSearchParams(message.body);
      fields.set('keyturn', Buffer.from(JSON.stringify(changed), 'utf8').toString('base64url'));
      return http.send({ ...message, body: fields.toString() }, signal);
    },
    close: async () => {},
  };
}

/** A proxy that repeats what carries a letter and hands on the second answer. */
export function repeating(http: HttpClient): HttpClient {
  return {
    async send(message, signal) {
      if (letterIn(message) !== null) await http.send(message, signal);
      return http.send(message, signal);
    },
    close: async () => {},
  };
}
