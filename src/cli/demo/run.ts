import { randomBytes, randomUUID } from 'node:crypto';
import { submitKey } from '../../app/submit-key.ts';
import { type Keyturn, openKeyturn, readConfiguration } from '../../compose.ts';
import { withCredential } from '../../core/credential-payload.ts';
import type { AccountTarget, VersionId } from '../../core/model.ts';
import { createLogger } from '../../infra/log/logger.ts';
import { checkAloud, sayReports } from '../commands/check.ts';
import { EXIT } from '../exit-codes.ts';
import { followToEnd } from '../follow.ts';
import { paint } from '../output.ts';
import type { Session } from '../session.ts';
import { findAccount } from '../targets.ts';
import { type DemoWorld, startWorld } from './world.ts';

/** `keyturn demo`: the main job on simulated panels, for real: queue, store, vendor and panels all over the wire. */
export async function demo(session: Session): Promise<number> {
  const world = await startWorld();
  try {
    const env = {
      ...process.env,
      ...world.env,
      KEYTURN_REDIS_PREFIX: `{keyturn-demo-${randomBytes(4).toString('hex')}}`,
    };
    const config = await readConfiguration(world.configPath, env);
    const log = createLogger({ level: session.options.logLevel ?? 'silent' });
    const keyturn = await openKeyturn(config, { env, log, signal: session.signal, allowEmbedded: true });
    try {
      return await play(session, keyturn, world);
    } finally {
      await keyturn.forget();
      await keyturn.close();
    }
  } finally {
    await world.close();
  }
}

async function play(session: Session, keyturn: Keyturn, world: DemoWorld): Promise<number> {
  const { output } = session;
  heading(session, '1. What there is');
  for (const address of world.addresses) output.say(`   ${address}`);
  output.say(`   ${keyturn.redis.choice}`);
  const account = findAccount(keyturn.deps.estate, 'main', 'live');
  await fillStore(keyturn, account, world, session.signal);
  output.say('   Store: age-encrypted files; it holds the right key and the one before it');
  const runtime = await keyturn.startWorker();
  try {
    heading(session, '2. Drift: what the panels really hold');
    await lookForDrift(session, keyturn);
    heading(session, '3. A person regenerates the key at DomainNameAPI; the old one dies at that moment');
    const { rotationId } = await submitKey(
      keyturn.deps,
      { account, apiKey: await world.regenerate(), reason: 'requested', actor: 'demo' },
      session.signal,
    );
    heading(session, '4. Keyturn writes it everywhere and has every panel prove it');
    const rotated = await followToEnd(session, keyturn, rotationId, { patienceSeconds: 60, staying: 0 });
    heading(session, '5. Look again');
    const healthy = await lookForDrift(session, keyturn);
    await sayWhoAsked(session, world);
    sayNext(session);
    return rotated === EXIT.ok && healthy ? EXIT.ok : EXIT.notProven;
  } finally {
    await runtime.stop();
  }
}

function heading({ output }: Session, text: string): void {
  output.say();
  output.say(paint('bold', text));
}

/** As after an earlier rotation: the last key is current, the one before it previous. */
async function fillStore(
  { deps }: Keyturn,
  account: AccountTarget,
  { resellerId, keys }: DemoWorld,
  signal: AbortSignal,
): Promise<void> {
  const store = await deps.store(account.secret.store);
  const { name } = account.secret;
  let expectedCurrent: VersionId | undefined;
  for (const apiKey of keys) {
    const payload = withCredential(undefined, { resellerId, apiKey });
    const version = await store.stage(name, payload, { token: randomUUID() }, signal);
    await store.promote(name, version, { expectedCurrent }, signal);
    expectedCurrent = version;
  }
}

async function lookForDrift(session: Session, { deps }: Keyturn): Promise<boolean> {
  const wanted = { bindings: deps.estate.bindings(), lookup: true, patienceMs: 60_000 };
  const reports = await checkAloud(session, deps, wanted);
  sayReports(session.output, reports);
  return reports.every(({ status }) => status === 'in-sync');
}

async function sayWhoAsked({ output }: Session, world: DemoWorld): Promise<void> {
  output.say();
  output.say('Who asked the simulated vendor, and what it answered (status: times):');
  for (const [address, counts] of Object.entries(await world.lookups())) {
    const parts = Object.entries(counts).map(([status, times]) => `${status}: ${times}`);
    output.say(`   from ${address.padEnd(12)} ${parts.join(', ')}`);
  }
}

/** How this very copy of Keyturn is called: a checkout by its launcher, an installed package by npx. */
const COMMAND = import.meta.url.endsWith('.ts') ? 'src/bin/keyturn' : 'npx keyturn';

function sayNext({ output }: Session): void {
  output.say();
  output.say(paint('bold', 'On your own panels'));
  output.say(`   ${COMMAND} init      writes keyturn.yaml; put your account and your panels in`);
  output.say(`   ${COMMAND} doctor    tries everything in it and changes nothing`);
  output.say(`   ${COMMAND} check     finds the drift that you have today`);
  output.say(`   ${COMMAND} rotate    when you are ready`);
}
