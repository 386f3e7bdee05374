import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '../../providers/shared/http.ts';
import { toKeyturnError } from '../../src/core/errors.ts';
import { type BindingTarget, bindingIdOf, type Credential } from '../../src/core/model.ts';
import { holdsConnector } from '../../src/core/panel-looks.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { createTestDeps } from '../support/provider-deps.ts';
import { recordSecret } from '../support/secret-ledger.ts';
import { startWhmcsWorld, type WhmcsWorld } from './whmcs-world.ts';

const never = new AbortController().signal;
const target: BindingTarget = { bindingId: bindingIdOf('whmcs', 'main', 'live'), environment: 'live', options: {} };
/** A hook of somebody else that complains of something on every request, and shows what it was called with. */
const NOISY_HOOK = "<?php\necho $keyturnUndefined;\ntrigger_error('noise', E_USER_WARNING);\n";

let http: HttpClient;
let world: WhmcsWorld;
const keys: string[] = [];
/** Everything that the worker sent, and everything that its integration gave or threw. */
const sent: string[] = [];
const said: string[] = [];

beforeAll(async () => {
  http = createHttpClient();
  world = await startWhmcsWorld({ ini: { display_errors: '1', 'zend.exception_ignore_args': '0' } });
  await writeFile(join(world.host.home, 'includes/hooks/noisy.php'), NOISY_HOOK);
});
afterAll(async () => {
  await http.close();
  await world.close();
});

async function freshKey(): Promise<Credential> {
  const apiKey = `key-${randomBytes(16).toString('hex')}`;
  recordSecret(apiKey);
  keys.push(apiKey);
  const { resellerId } = await world.vendor.control.currentKey();
  await world.vendor.control.regenerate({ apiKey });
  return { resellerId, apiKey: new SecretValue(apiKey) };
}

function panelOf(one: WhmcsWorld) {
  const tapped: HttpClient = {
    send(message, signal) {
      sent.push(JSON.stringify(message));
      return http.send(message, signal);
    },
    close: async () => undefined,
  };
  return one.create({ ...createTestDeps(tapped), resolveSecret: one.resolveSecret });
}

async function note(step: Promise<unknown>): Promise<unknown> {
  const told = await step.catch((thrown: unknown) => {
    const { code, safeMessage, fix, untouched, context } = toKeyturnError(thrown);
    return { code, safeMessage, fix, untouched, context, stack: thrown instanceof Error ? thrown.stack : '' };
  });
  said.push(JSON.stringify(told));
  return told;
}

/** A rotation, drift, failures of WHMCS's own functions, refused letters. */
async function rotate(): Promise<void> {
  const panel = panelOf(world);
  const first = await freshKey();
  const identity = { resellerId: first.resellerId, environment: 'live' } as const;
  await world.store({ username: 'old', password: 'old', testMode: true, others: { AI_OpenAI_Key: 'sk-openai-1f0c' } });
  keys.push('sk-openai-1f0c');
  await note(panel.preflight(target, never));
  expect(await note(panel.apply(target, first, { token: randomUUID() }, never))).toEqual({ result: 'changed' });
  expect(await note(panel.check(target, identity, never))).toMatchObject({ verdict: 'valid' });
  const second = await freshKey();
  expect(await note(panel.check(target, identity, never))).toMatchObject({ verdict: 'rejected' });
  await world.vendor.control.setRefusal({ style: '401' });
  await note(panel.observe(target, never));
  for (const saves of ['nothing', 'entities', null]) {
    await world.host.control('configure', { saves });
    await note(panel.apply(target, second, { token: randomUUID() }, never));
  }
  await world.host.control('installModule', { version: null });
  await note(panel.apply(target, first, { token: randomUUID() }, never));
  await world.host.control('installModule', { version: '3.0.16' });
  if (!holdsConnector(panel)) throw new Error('no connector');
  for await (const look of panel.verifyConnector(never)) said.push(JSON.stringify(look));
}

/** Every file that lies in the panel now and was not unpacked with a key in it. */
async function filesOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'pairing.php');
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')));
  return texts.join('\n');
}

function expectNone(text: string, secrets: readonly string[], where: string): void {
  const found = secrets.filter((secret) => {
    const bytes = Buffer.from(secret, 'utf8');
    return [secret, bytes.toString('base64').replaceAll('=', ''), bytes.toString('hex')].some((form) =>
      text.includes(form),
    );
  });
  expect(found.length, `secrets in ${where}`).toBe(0);
}

it('leaves no secret in any log of the panel, in its files, in what travels, or in what the worker says', async () => {
  await rotate();
  const pairing = world.host.pairing.split('.').slice(2, 3);
  const logs = await world.host.logs();
  expect(logs).toMatch(/keyturnconnector/);
  expect(logs).toMatch(/PHP (Warning|Notice)/);
  expect(logs).toMatch(/Registrar Configuration Modified/);
  expectNone(logs, [...keys, ...pairing, ...world.accessSecrets.filter((one) => !one.includes('identifier'))], 'logs');
  expectNone(await filesOf(world.host.home), [...keys, ...pairing], 'files');
  expectNone(sent.join('\n'), [...keys, ...pairing], 'requests');
  expectNone(said.join('\n'), [...keys, ...pairing, ...world.accessSecrets], 'worker');
});

it("finds a key where there is one: in WHMCS's API log, after a write through the official API", async () => {
  const official = await startWhmcsWorld({ connector: false });
  const credential = await freshKey();
  await panelOf(official).apply(target, credential, { token: randomUUID() }, never);
  const logs = await official.host.logs();
  expect(() => expectNone(logs, [credential.apiKey.reveal()], 'logs')).toThrow('secrets in logs');
  await official.close();
});
