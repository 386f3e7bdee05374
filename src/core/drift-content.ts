import type { Confidence, DriftFinding, DriftInput, DriftKind, ExpectedState } from './drift-kinds.ts';
import { type Field, findKnownValue, type KnownValue, kindOfOrigin } from './known-values.ts';
import type { FieldFacts, Observation } from './observation.ts';
import { compareSpelling, strayEvidence } from './spelling.ts';
import { type VersionGate, versionGate } from './version-gates.ts';

/** One field as it was seen, and the known value that it holds, if any. */
export interface Reading {
  readonly field: Field;
  readonly facts: FieldFacts;
  readonly known: KnownValue | undefined;
}

/** What can be said of the two fields. A reading is missing where the panel does not show that field. */
export interface Content {
  readonly username: Reading | undefined;
  readonly password: Reading | undefined;
  readonly findings: readonly DriftFinding[];
  readonly evidence: readonly string[];
}

const FIELD_NAME = { username: 'username field', password: 'password field' } as const satisfies Record<Field, string>;
const VALUE_NAME = { username: 'Reseller ID', password: 'API key' } as const satisfies Record<Field, string>;

export function finding(kind: DriftKind, confidence: Confidence, ...evidence: string[]): DriftFinding {
  return { kind, confidence, evidence };
}

/** Compares both fields with every known credential. Says nothing about checks, versions or the test switch. */
export function compareContent(input: DriftInput): Content {
  const { expected, observation } = input;
  const username = read('username', observation, expected);
  const password = read('password', observation, expected);
  const gate = versionGate(input.panelKind, observation);
  const readings = [username, password].filter((reading) => reading !== undefined);
  return {
    username,
    password,
    findings: [
      ...readings.flatMap((reading) => [
        ...placeFindings(reading, username, expected),
        ...strayFindings(reading, gate),
      ]),
      ...unknownUsernameFindings(username, password, expected),
      ...unknownPasswordFindings(username, password, expected),
    ],
    evidence: readings.flatMap(storeEvidence),
  };
}

function read(field: Field, observation: Observation, expected: ExpectedState): Reading | undefined {
  if (observation.state === 'unobservable') return undefined;
  const facts = observation[field];
  return facts && { field, facts, known: findKnownValue(field, facts, expected) };
}

/** True when the field holds the very value that it should hold, however it is spelled. */
function holdsCurrent(reading: Reading | undefined): boolean {
  return reading?.known?.origin === 'current' && reading.known.field === reading.field;
}

/** True when both fields are seen and hold what they should. */
export function isSeenCurrent(content: Content): boolean {
  return holdsCurrent(content.username) && holdsCurrent(content.password);
}

function isSwapped(reading: Reading | undefined): boolean {
  return reading?.known !== undefined && reading.known.field !== reading.field;
}

function isUnset(reading: Reading): boolean {
  return !reading.known && ['empty', 'mask', 'placeholder'].includes(reading.facts.shape);
}

/** A real value that no store knows. */
function isUnknown(reading: Reading | undefined): reading is Reading {
  return reading !== undefined && !reading.known && !isUnset(reading);
}

/** A field that is not set, or holds a known value that does not belong there. */
function placeFindings(
  reading: Reading,
  username: Reading | undefined,
  expected: ExpectedState,
): readonly DriftFinding[] {
  const { field, facts, known } = reading;
  if (isUnset(reading)) return [finding('not-configured', 'certain', unsetEvidence(field, facts))];
  if (!known) return [];
  const findings: DriftFinding[] = [];
  if (isSwapped(reading)) {
    findings.push(finding('swapped-fields', 'certain', `The ${FIELD_NAME[field]} holds ${ownerOf(known)}.`));
  }
  const kind = isLegacyPair(known, username, expected) ? 'legacy-credentials' : kindOfOrigin(known.origin);
  if (kind) findings.push(finding(kind, 'certain', `The ${FIELD_NAME[field]} holds ${ownerOf(known)}.`));
  return findings;
}

function unsetEvidence(field: Field, facts: FieldFacts): string {
  if (facts.shape === 'empty') return `The ${FIELD_NAME[field]} is empty.`;
  if (facts.shape === 'mask')
    return `The ${FIELD_NAME[field]} holds a row of asterisks: a mask that was saved as a value.`;
  return `The ${FIELD_NAME[field]} still holds the default that the module ships with.`;
}

function ownerOf(known: KnownValue): string {
  const name = VALUE_NAME[known.field];
  if (known.origin === 'current') return `the current ${name}`;
  if (known.origin === 'previous') return `the previous version's ${name}`;
  if (known.origin === 'other-environment') return `the ${name} of the account's other environment`;
  return `the ${name} of the account ${known.accountId ?? 'of another name'}`;
}

/** The version before was a username and password of the old platform: its return is a missed migration, not a missed rotation. */
function isLegacyPair(known: KnownValue, username: Reading | undefined, expected: ExpectedState): boolean {
  if (known.origin !== 'previous' || expected.previous?.username.shape === 'uuid') return false;
  return username !== undefined && !holdsCurrent(username);
}

function strayFindings(reading: Reading, gate: VersionGate | undefined): readonly DriftFinding[] {
  const { facts, known } = reading;
  if (!known || compareSpelling(facts, known.facts) !== 'stray') return [];
  const name = `The ${FIELD_NAME[reading.field]}`;
  return [finding('stray-characters', 'certain', ...strayEvidence(name, facts, known.facts, gate))];
}

function unknownUsernameFindings(
  username: Reading | undefined,
  password: Reading | undefined,
  expected: ExpectedState,
): readonly DriftFinding[] {
  if (!isUnknown(username)) return [];
  const { shape } = username.facts;
  if (shape === 'email') {
    return [finding('email-as-reseller-id', 'certain', 'The username field holds an e-mail address.')];
  }
  if (isSwapped(password)) return [];
  if (shape === 'uuid') {
    return [
      finding(
        'unknown-credential',
        'certain',
        'The username field is shaped like a Reseller ID, but no store knows it.',
      ),
    ];
  }
  if (looksSwapped(password, expected)) {
    const evidence =
      'The password field is shaped like a Reseller ID and the username field is not; no store knows either.';
    return [finding('swapped-fields', 'likely', evidence)];
  }
  return [legacyFinding(username, password, expected)];
}

/** By shape alone, so only if no store knows the value, and only if this account's keys do not look like Reseller IDs. */
function looksSwapped(password: Reading | undefined, expected: ExpectedState): boolean {
  return isUnknown(password) && password.facts.shape === 'uuid' && expected.current.password.shape !== 'uuid';
}

function legacyFinding(username: Reading, password: Reading | undefined, expected: ExpectedState): DriftFinding {
  const evidence = [
    'The username field holds neither a Reseller ID nor an e-mail address, so the module uses the old SOAP API.',
    ...damageEvidence(username.facts, expected),
  ];
  if (expected.current.username.shape !== 'uuid') return finding('legacy-credentials', 'possible', ...evidence);
  return finding('legacy-credentials', isUnknown(password) ? 'certain' : 'likely', ...evidence);
}

function damageEvidence(facts: FieldFacts, expected: ExpectedState): string[] {
  const should = expected.current.username.length;
  if (Math.abs(facts.length - should) > 3) return [];
  return [`It is ${facts.length} characters long and the Reseller ID ${should}: it may be a damaged Reseller ID.`];
}

/** An unknown password is a cause of its own only beside a username that does not already explain it. */
function unknownPasswordFindings(
  username: Reading | undefined,
  password: Reading | undefined,
  expected: ExpectedState,
): readonly DriftFinding[] {
  if (!isUnknown(password)) return [];
  if (username && !holdsCurrent(username)) return [];
  const should = expected.current.password.length;
  const lengths = `The password field holds a value of ${password.facts.length} characters that no store knows; the API key has ${should}.`;
  return [finding('unknown-credential', 'certain', lengths, ...oddPasswordEvidence(password.facts))];
}

function oddPasswordEvidence(facts: FieldFacts): string[] {
  const evidence: string[] = [];
  if (facts.shape === 'email') evidence.push('It is an e-mail address.');
  if (facts.outerWhitespace || facts.invisibleCharacters) evidence.push('It carries stray characters as well.');
  return evidence;
}

/** What the comparison shows about the store's own value, or about spelling that does no harm by itself. */
function storeEvidence(reading: Reading): string[] {
  if (!holdsCurrent(reading) || !reading.known) return [];
  const name = VALUE_NAME[reading.field];
  const spelling = compareSpelling(reading.facts, reading.known.facts);
  if (spelling === 'store-stray')
    return [`The store's own ${name} carries stray characters; the panel's copy is clean.`];
  if (spelling === 'both-stray')
    return [`The ${name} carries the same stray characters in the store and in the panel.`];
  if (spelling === 'letter-case' && reading.field === 'password') {
    return ["The panel's API key and the store's differ in upper and lower case only."];
  }
  return [];
}
