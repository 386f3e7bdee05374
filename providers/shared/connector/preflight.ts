import { createHash, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Environment } from '../../../src/core/model.ts';
import type { Finding } from '../../../src/core/ports.ts';
import { blocker, findingOf, ok, warning } from '../findings.ts';
import { versionFinding } from '../module-version.ts';
import type { ConnectorClient } from './client.ts';
import { toModuleFacts } from './observation.ts';
import { skewText } from './refusals.ts';
import { type Description, describeSchema, observeSchema } from './schema.ts';
import { seal } from './seal.ts';
import { CONNECTOR_PROTOCOL, CONNECTOR_VERSION } from './version.ts';

/** Clocks that differ by more are still let in, but not for much longer. */
const SKEW_WORTH_TELLING_MS = 60_000;

/** What is looked at: which panel kind, which place in it, for which environment. */
export interface Looked {
  readonly kind: string;
  readonly title: string;
  readonly place: string | undefined;
  readonly environment: Environment;
}

/** Asks the connector to introduce itself and to open a sealed random text, which only the paired one can. */
export async function introduce(
  client: ConnectorClient,
  signal: AbortSignal,
): Promise<{ readonly description: Description; readonly opens: boolean }> {
  const challenge = randomBytes(32);
  const { publicKey } = await client.pairing(signal);
  const body = { challenge: await seal(challenge, publicKey) };
  const description = await client.call('describe', body, describeSchema, signal);
  return { description, opens: description.opened === createHash('sha256').update(challenge).digest('hex') };
}

/** Everything about one connector and the module beside it that can be found out without writing. Only an abort is thrown. */
export async function preflightConnector(
  client: ConnectorClient,
  looked: Looked,
  nowMs: number,
  signal: AbortSignal,
): Promise<Finding[]> {
  try {
    const { description, opens } = await introduce(client, signal);
    const found = [
      ...connectorFindings(client.where, description, opens),
      ...kindFindings(client.where, looked, description),
      ...clockFindings(client.where, description, nowMs),
      ...moduleFindings(client.where, looked, description),
      ...placeFindings(client.where, looked, description),
    ];
    if (found.some(({ level }) => level === 'blocker')) return found;
    return [...found, await observeFinding(client, looked.place, signal)];
  } catch (thrown) {
    return [findingOf(thrown)];
  }
}

function connectorFindings(where: string, description: Description, opens: boolean): Finding[] {
  const { connector, protocol, stateWritable, write } = description;
  const update =
    'Bring this Keyturn up to date on every worker, then build the connector again and install it over the old one: keyturn connector build <panel>';
  if (protocol !== CONNECTOR_PROTOCOL) {
    return [blocker(`The connector in ${where} is of another protocol version (${protocol}).`, update)];
  }
  const isOther = connector !== CONNECTOR_VERSION;
  return [
    isOther
      ? warning(
          `The connector in ${where} is version ${connector}; this Keyturn comes with ${CONNECTOR_VERSION}.`,
          update,
        )
      : ok(`The connector ${connector} answers from inside ${where}.`),
    ...(opens ? [] : [blocker(`The connector in ${where} cannot open what is sealed for it.`, NEW_PAIRING)]),
    ...(stateWritable ? [] : [blocker(`The connector in ${where} cannot write its state folder.`, STATE_FIX)]),
    ...(write ? [] : [warning(`${where} offers its connector no function that saves the credential.`, BY_HAND)]),
  ];
}

function kindFindings(where: string, { kind }: Looked, { panel }: Description): Finding[] {
  if (panel.kind === kind) return [];
  const what = `The connector in ${where} was made for ${panel.kind}, and the configuration says that the panel is ${kind}.`;
  return [blocker(what, 'Correct `kind` in the configuration, or install the archive of this kind.')];
}

const NEW_PAIRING = 'Pair anew: keyturn connector build <panel> --new-pairing';
const STATE_FIX = "Let the web server's user write the folder 'state' beside the connector's pairing.php.";
const BY_HAND = 'Be ready to enter the key by hand; Keyturn gives the menu path, then sees and proves it.';

function clockFindings(where: string, { time }: Description, nowMs: number): Finding[] {
  const skewMs = time * 1000 - nowMs;
  if (Math.abs(skewMs) < SKEW_WORTH_TELLING_MS) return [];
  return [
    warning(
      `The clock of ${where} is ${skewText(skewMs)}.`,
      'Set both clocks by NTP; from five minutes on the connector refuses.',
    ),
  ];
}

function moduleFindings(where: string, { kind, title, environment }: Looked, description: Description): Finding[] {
  const { module, testMode } = description;
  const install = 'Install the latest module from github.com/domainreseller and activate it.';
  if (!module.present) return [blocker(`The DomainNameAPI module is not installed in ${where}.`, install)];
  if (module.active === false)
    return [blocker(`The DomainNameAPI module is not active in ${where}.`, 'Activate it in the panel.')];
  const gate = versionFinding(title, kind, toModuleFacts(module));
  const live = `The DomainNameAPI module in ${where} always asks the live environment.`;
  const noTest = environment === 'test' && !testMode;
  return [
    ...(gate ? [gate] : []),
    ...(noTest
      ? [blocker(live, 'Remove the binding for the test environment; this panel cannot use a test key.')]
      : []),
  ];
}

function placeFindings(where: string, { place }: Looked, { module, places }: Description): Finding[] {
  // Without the module there are no places to choose from, which is said already.
  if (!module.present) return [];
  const names = places.map(({ id }) => id);
  if (place === undefined ? names.length === 1 || isDeepStrictEqual(names, ['']) : names.includes(place)) return [];
  const there = names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`;
  const what =
    place === undefined
      ? `${where} keeps credentials in ${names.length} places, and the binding names none.`
      : `${where} has no place "${place}".`;
  return [blocker(`${what} ${there}`, 'Name one of them in the binding.')];
}

async function observeFinding(
  client: ConnectorClient,
  place: string | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    await client.call('observe', { ...(place !== undefined && { place }) }, observeSchema, signal);
    return ok('The stored credential can be compared without leaving the panel.');
  } catch (thrown) {
    return findingOf(thrown);
  }
}
