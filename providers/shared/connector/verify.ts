import { createHash, randomBytes } from 'node:crypto';
import { type KeyturnError, toKeyturnError } from '../../../src/core/errors.ts';
import type { Look } from '../../../src/core/panel-looks.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { failed, failedBy, failedWith, notRun, type Question, seen } from '../looks.ts';
import { versionFinding } from '../module-version.ts';
import { type ConnectorClient, notSigned, refusalOf, unreadable } from './client.ts';
import { type Message, type Reply, writeLetter } from './letter.ts';
import { toModuleFacts } from './observation.ts';
import { skewText } from './refusals.ts';
import { type Description, describeSchema } from './schema.ts';
import { seal } from './seal.ts';
import { CONNECTOR_PROTOCOL, CONNECTOR_VERSION } from './version.ts';

/** In the order in which one depends on the other: the first that fails leaves the later ones `not-run`. */
const MEETING = {
  configuration: 'The pairing and the secrets that the panel refers to can be read on this side',
  reachable: "The panel's address is reached; over TLS that is verified, unless it is on this machine",
  'sign-in': "The panel's own sign-in lets Keyturn in",
  connector: 'The connector answers, in the version that belongs to this Keyturn',
  pairing: 'Both sides have the same pairing: the reply is signed with its key',
  clock: 'The clocks are within five minutes of each other',
} as const;
const INSIDE = {
  altered: 'A letter that was changed on the way is refused',
  replayed: 'A letter that comes a second time is refused',
  sealed: 'The connector opens what is sealed for it, and nobody else can',
  state: 'The connector can write its state folder',
  module: 'The DomainNameAPI module is installed, active and recent enough',
  places: 'The places that hold a credential are told',
} as const;

type MeetingId = keyof typeof MEETING;
const REBUILD =
  'Bring this Keyturn up to date on every worker, then build the connector again and install it over the old one: keyturn connector build <panel>';
const SOMETHING_BETWEEN =
  "See that the connector is unpacked and active, that no cache, firewall or maintenance page answers in its place, and what PHP's error log says.";
const WAS_TAKEN = 'The connector took it.';
const REINSTALL =
  'Its files are not those that Keyturn ships: build the connector again and install it over the old one.';

export interface VerifiedPanel {
  readonly kind: string;
  readonly title: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** The steps of `keyturn connector verify` that concern the panel as a whole; see `ConnectorHolder`. */
export async function* verifyConnector(
  client: ConnectorClient,
  panel: VerifiedPanel,
  signal: AbortSignal,
): AsyncGenerator<Look> {
  const met = await meet(client, panel, signal);
  yield* meetingLooks(met, panel);
  if ('error' in met) {
    for (const question of questions(INSIDE)) yield notRun(question, 'The connector was not met.');
    return;
  }
  yield await alteredLook(client, signal);
  yield await replayedLook(client, met.letter, signal);
  yield sealedLook(met);
  yield* insideLooks(met.description, panel);
}

interface Letter {
  readonly text: string;
  readonly nonce: string;
}

type Met =
  | { readonly description: Description; readonly opens: boolean; readonly letter: Letter; readonly skewMs: number }
  | { readonly stoppedAt: MeetingId; readonly error: KeyturnError };

function questions(texts: Readonly<Record<string, string>>): Question[] {
  return Object.entries(texts).map(([id, what]) => ({ id, what }));
}

/** Asks the connector to introduce itself, and finds out how far that went. */
async function meet(client: ConnectorClient, panel: VerifiedPanel, signal: AbortSignal): Promise<Met> {
  let stage: MeetingId = 'configuration';
  try {
    const { publicKey } = await client.pairing(signal);
    const challenge = randomBytes(32);
    const message = client.message('describe', { challenge: await seal(challenge, publicKey) });
    const letter = await signed(client, message, signal);
    stage = 'reachable';
    const reply = await client.exchange(letter.text, letter.nonce, signal);
    stage = 'connector';
    if (!reply.ok) throw refusalOf(client.where, reply, panel.clock.now());
    const description = describeSchema.safeParse(reply.body);
    if (!reply.signed) return { stoppedAt: 'pairing', error: notSigned(client.where) };
    if (!description.success) return { stoppedAt: 'connector', error: unreadable(client.where, 'describe') };
    const opens = description.data.opened === createHash('sha256').update(challenge).digest('hex');
    return { description: description.data, opens, letter, skewMs: description.data.time * 1000 - panel.clock.now() };
  } catch (thrown) {
    const error = toKeyturnError(thrown);
    if (error.code === 'ABORTED' || error.disposition === 'bug') throw thrown;
    return { stoppedAt: stageOf(error, stage), error };
  }
}

/** At which step a refusal or a failure of the way there ended the meeting. */
const STAGE_BY_REFUSAL: Readonly<Record<string, MeetingId>> = {
  'https-required': 'reachable',
  'not-paired': 'pairing',
  'bad-signature': 'pairing',
  'cannot-open': 'pairing',
  'clock-skew': 'clock',
};
const UNREACHED = new Set(['UPSTREAM_UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED']);
const NOT_LET_IN = new Set(['PERMISSION_DENIED', 'ADDRESS_NOT_ALLOWED', 'SIGN_IN_EXPIRED', 'CREDENTIAL_REJECTED']);

function stageOf({ code, context }: KeyturnError, stage: MeetingId): MeetingId {
  if (stage !== 'reachable') return STAGE_BY_REFUSAL[String(context['refusal'])] ?? stage;
  if (UNREACHED.has(code)) return 'reachable';
  if (NOT_LET_IN.has(code)) return 'sign-in';
  return code === 'CONFIG_INVALID' ? 'configuration' : 'connector';
}

function* meetingLooks(met: Met, { title }: VerifiedPanel): Generator<Look> {
  const stopped = 'error' in met ? Object.keys(MEETING).indexOf(met.stoppedAt) : Number.POSITIVE_INFINITY;
  for (const [index, question] of questions(MEETING).entries()) {
    if (index > stopped) yield notRun(question, 'An earlier step failed.');
    else if ('error' in met) yield index === stopped ? stoppedLook(question, met.error) : seen(question, 'Yes.');
    else yield metLook(question, met, title);
  }
}

/** Elsewhere the advice is to run this very command; here it has to go on from there. */
function stoppedLook(question: Question, error: KeyturnError): Look {
  const look = failedWith(question, error);
  return look.fix?.includes('keyturn connector verify') === true ? { ...look, fix: SOMETHING_BETWEEN } : look;
}

function metLook(question: Question, met: Extract<Met, { description: Description }>, title: string): Look {
  const { connector, protocol, php, panel, address } = met.description;
  switch (question.id) {
    case 'connector':
      if (connector === CONNECTOR_VERSION && protocol === CONNECTOR_PROTOCOL) {
        return seen(
          question,
          `Connector ${connector} in ${title} ${panel.version ?? '(version not told)'}, PHP ${php ?? '(not told)'}.`,
        );
      }
      return failed(question, otherVersionText(connector, protocol), REBUILD);
    case 'clock':
      return seen(question, `The panel's clock is ${skewText(met.skewMs)}.`);
    case 'reachable':
      return seen(question, address.caller ? `The panel sees the worker as ${address.caller}.` : 'Yes.');
    default:
      return seen(question, 'Yes.');
  }
}

/** Of another protocol, the version alone would not tell the difference. */
function otherVersionText(connector: string, protocol: number): string {
  return `The connector is ${connector}, protocol ${protocol}; this Keyturn comes with ${CONNECTOR_VERSION}, protocol ${CONNECTOR_PROTOCOL}.`;
}

async function signed(client: ConnectorClient, message: Message, signal: AbortSignal): Promise<Letter> {
  return { text: writeLetter(await client.pairing(signal), message), nonce: message.nonce };
}

async function alteredLook(client: ConnectorClient, signal: AbortSignal): Promise<Look> {
  const question = { id: 'altered', what: INSIDE.altered };
  const letter = await signed(client, client.message('describe', {}), signal);
  return refusedLook(question, () => client.exchange(altered(letter.text), letter.nonce, signal), 'bad-signature');
}

/** The letter with another body under the old signature. */
function altered(letter: string): string {
  const fields: unknown = JSON.parse(Buffer.from(letter, 'base64url').toString('utf8'));
  const changed = { ...(typeof fields === 'object' && fields), body: '{"altered":true}' };
  return Buffer.from(JSON.stringify(changed), 'utf8').toString('base64url');
}

async function replayedLook(client: ConnectorClient, { text, nonce }: Letter, signal: AbortSignal): Promise<Look> {
  const question = { id: 'replayed', what: INSIDE.replayed };
  return refusedLook(question, () => client.exchange(text, nonce, signal), 'replayed');
}

async function refusedLook(question: Question, send: () => Promise<Reply>, wanted: string): Promise<Look> {
  try {
    const reply = await send();
    if (reply.ok) return failed(question, WAS_TAKEN, REINSTALL);
    const refusal = refusalOf('The panel', reply, Date.now());
    if (refusal.context['refusal'] === wanted) return seen(question, `Refused: ${wanted}.`);
    return failedWith(question, refusal);
  } catch (thrown) {
    return failedBy(question, thrown);
  }
}

function sealedLook({ opens }: { readonly opens: boolean }): Look {
  const question = { id: 'sealed', what: INSIDE.sealed };
  if (opens) return seen(question, 'A sealed random text was opened.');
  return failed(question, 'It did not.', 'Pair anew: keyturn connector build <panel> --new-pairing');
}

function* insideLooks(description: Description, panel: VerifiedPanel): Generator<Look> {
  const state = { id: 'state', what: INSIDE.state };
  if (description.stateWritable) yield seen(state, 'Yes.');
  else yield failed(state, 'It cannot.', "Let the web server's user write the folder 'state' beside pairing.php.");
  yield moduleLook(description, panel);
  yield placesLook(description);
}

function moduleLook({ module }: Description, { title, kind }: VerifiedPanel): Look {
  const question = { id: 'module', what: INSIDE.module };
  const install = 'Install the latest module from github.com/domainreseller and activate it.';
  if (!module.present) return failed(question, 'It is not installed.', install);
  if (module.active === false) return failed(question, 'It is not active.', 'Activate it in the panel.');
  const gate = versionFinding(title, kind, toModuleFacts(module));
  if (gate === undefined) return seen(question, 'Installed; its version is not told.');
  return gate.level === 'blocker' ? failed(question, gate.what, gate.fix ?? install) : seen(question, gate.what);
}

function placesLook({ places }: Description): Look {
  const question = { id: 'places', what: INSIDE.places };
  const named = places.filter(({ id }) => id !== '').map(({ id, label }) => `${plain(id)} (${plain(label)})`);
  return seen(question, named.length === 0 ? 'This panel has one place.' : `${named.join(', ')}.`);
}

/** A name that an administrator of the panel gave, as far as it looks like one. */
function plain(name: string): string {
  return /^[\p{L}\p{N} ._:-]{1,80}$/u.test(name) ? name : 'unprintable';
}
