import { describe, expect, test } from 'vitest';
import type { DriftInput } from '../../../src/core/drift.ts';
import { explainDrift } from '../../../src/core/drift.ts';
import {
  driftInput,
  expectedState,
  facts,
  IDS,
  KEYS,
  OTHER,
  OWN,
  observed,
  otherAccount,
  UNOBSERVABLE,
  VALID,
} from '../../support/drift-facts.ts';

type Row = readonly [name: string, input: DriftInput, findings: readonly string[]];

const NBSP = '\u00a0';
const ZERO_WIDTH = '\u200b';
const BOM = '\ufeff';

function found(input: DriftInput): string[] {
  return explainDrift(input).findings.map(({ kind, confidence }) => `${kind} ${confidence}`);
}

function held(username: string | undefined, password: string | undefined, rest: Partial<DriftInput> = {}): DriftInput {
  return driftInput(observed({ username, password }), rest);
}

const { own, other, sandbox, stranger } = IDS;
const { current, previous } = KEYS;
const withoutPrevious = (({ previous: _, ...rest }) => rest)(expectedState());

const healthy: readonly Row[] = [
  ['the same pair', held(own, current), []],
  ['the Reseller ID in capital letters', held(own.toUpperCase(), current), []],
  [
    'a store value with a line break, a clean panel',
    held(own, current, { expected: expectedState({ current: facts(own, `${current}\n`) }) }),
    [],
  ],
  [
    'a store value with a space inside, a clean panel',
    held(own, current, {
      expected: expectedState({ current: facts(own, `${current.slice(0, 5)} ${current.slice(5)}`) }),
    }),
    [],
  ],
  [
    'the same stray character in store and panel',
    held(own, `${current}\n`, { expected: expectedState({ current: facts(own, `${current}\n`) }) }),
    [],
  ],
  [
    'one key for both environments',
    held(own, current, { expected: expectedState({ otherEnvironment: facts(own, current) }) }),
    [],
  ],
  [
    'an account that is listed twice',
    held(own, current, { expected: expectedState({ otherAccounts: [otherAccount('live', own, current)] }) }),
    [],
  ],
  [
    'a key that begins like a default, if it is the key',
    held(own, 'owner8sKey', { expected: expectedState({ current: facts(own, 'owner8sKey') }) }),
    [],
  ],
  [
    'no earlier version, no other environment, no other account',
    held(own, current, {
      expected: { accountId: OWN, environment: 'live', current: facts(own, current), otherAccounts: [] },
    }),
    [],
  ],
  [
    'a test panel with the switch on',
    driftInput(observed({ password: KEYS.test, testMode: true }), {
      expected: expectedState({ environment: 'test', current: facts(own, KEYS.test) }),
    }),
    [],
  ],
  ['a panel without a switch', driftInput(observed({ testMode: undefined })), []],
  [
    'a key that is shaped like a Reseller ID',
    held(own, stranger, { expected: expectedState({ current: facts(own, stranger) }) }),
    [],
  ],
];

const single: readonly Row[] = [
  ['cause 1: old username and password', held('acmehosting', 'Old-Password-1'), ['legacy-credentials certain']],
  [
    'cause 1: the pair from before the migration',
    held('acmehosting', 'Old-Password-1', {
      expected: expectedState({ previous: facts('acmehosting', 'Old-Password-1') }),
    }),
    ['legacy-credentials certain'],
  ],
  [
    'cause 1: that pair, where the old username was an e-mail address',
    held('ops@acme.example', 'Old-Password-1', {
      expected: expectedState({ previous: facts('ops@acme.example', 'Old-Password-1') }),
    }),
    ['legacy-credentials certain'],
  ],
  ['cause 1: only the key was replaced', held('acmehosting', current), ['legacy-credentials likely']],
  ['cause 1: the password field cannot be seen', held('acmehosting', undefined), ['legacy-credentials likely']],
  [
    'cause 1: our own Reseller ID is no UUID',
    held('acmehosting', 'x-unknown-1', { expected: expectedState({ current: facts('longalphanumeric1', current) }) }),
    ['legacy-credentials possible'],
  ],
  ['cause 2: a space after the key', held(own, `${current} `), ['stray-characters certain']],
  ['cause 2: a line break after the key', held(own, `${current}\r\n`), ['stray-characters certain']],
  [
    'cause 2: a space inside the key',
    held(own, `${current.slice(0, 8)} ${current.slice(8)}`),
    ['stray-characters certain'],
  ],
  ['cause 2: a no-break space before the Reseller ID', held(`${NBSP}${own}`, current), ['stray-characters certain']],
  [
    'cause 2: a zero-width space in both',
    held(`${own}${ZERO_WIDTH}`, `${ZERO_WIDTH}${current}`),
    ['stray-characters certain'],
  ],
  ['cause 2: a byte order mark', held(`${BOM}${own}`, current), ['stray-characters certain']],
  [
    'cause 2: other stray characters than the store has',
    held(own, `${current} `, { expected: expectedState({ current: facts(own, `${current}\n`) }) }),
    ['stray-characters certain'],
  ],
  ['cause 3: swapped', held(current, own), ['swapped-fields certain']],
  ['cause 3: the key in both fields', held(current, current), ['swapped-fields certain']],
  ['cause 3: the Reseller ID in both fields', held(own, own), ['swapped-fields certain']],
  ['cause 3: the key in the wrong field, the other unknown', held(current, 'x-unknown-1'), ['swapped-fields certain']],
  [
    'cause 3: the Reseller ID in the wrong field, the other unknown',
    held('x-unknown-1', own),
    ['swapped-fields certain'],
  ],
  ['cause 3: by shape, as no store knows either', held('x-unknown-1', stranger), ['swapped-fields likely']],
  [
    'cause 3: not by shape, where keys look like Reseller IDs',
    held('x-unknown-1', stranger, { expected: expectedState({ current: facts(own, sandbox), otherAccounts: [] }) }),
    ['legacy-credentials certain'],
  ],
  ['cause 4: SOAP only (WHMCS)', driftInput(observed({ moduleVersion: '2.2.15' })), ['outdated-module certain']],
  ['cause 4: broken host (WHMCS)', driftInput(observed({ moduleVersion: 'V3.0.1' })), ['outdated-module certain']],
  [
    'cause 4: SOAP only (WiseCP)',
    driftInput(observed({ moduleVersion: '1.18.12' }), { panelKind: 'wisecp' }),
    ['outdated-module certain'],
  ],
  [
    'cause 4: broken host (Blesta)',
    driftInput(observed({ moduleVersion: '2.0.1' }), { panelKind: 'blesta' }),
    ['outdated-module certain'],
  ],
  [
    'cause 4: by the library, whatever the module says',
    driftInput(observed({ libraryVersion: '3.0.0' })),
    ['outdated-module certain'],
  ],
  [
    'cause 4: seen although the fields are not',
    driftInput({ ...UNOBSERVABLE, moduleVersion: '2.1.0' }),
    ['outdated-module certain'],
  ],
  ['cause 5: the test key in a live panel', held(own, KEYS.test), ['wrong-environment certain']],
  [
    'cause 5: the whole pair of the other environment',
    held(sandbox, KEYS.test, {
      expected: expectedState({ otherEnvironment: facts(sandbox, KEYS.test), otherAccounts: [] }),
    }),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: the live key in a test panel',
    driftInput(observed({ testMode: true }), {
      expected: expectedState({
        environment: 'test',
        current: facts(own, KEYS.test),
        otherEnvironment: facts(own, current),
      }),
    }),
    ['wrong-environment certain'],
  ],
  ['cause 5: test mode on in a live panel', driftInput(observed({ testMode: true })), ['wrong-environment certain']],
  [
    'cause 5: test mode off in a test panel',
    driftInput(observed({ testMode: false }), { expected: expectedState({ environment: 'test' }) }),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: one key for both, but test mode on',
    driftInput(observed({ testMode: true }), { expected: expectedState({ otherEnvironment: facts(own, current) }) }),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: test key and test mode, once',
    driftInput(observed({ password: KEYS.test, testMode: true })),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: the other environment is listed as an account of its own',
    held(own, KEYS.otherTest, {
      expected: expectedState({ otherAccounts: [otherAccount('test', own, KEYS.otherTest)] }),
    }),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: the other environment is listed under the same name',
    held(sandbox, KEYS.otherTest, {
      expected: expectedState({ otherAccounts: [otherAccount('test', sandbox, KEYS.otherTest, OWN)] }),
    }),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: that goes before another account with the same key',
    held(own, KEYS.other, {
      expected: expectedState({
        otherAccounts: [otherAccount('live', other, KEYS.other), otherAccount('test', own, KEYS.other)],
      }),
    }),
    ['wrong-environment certain'],
  ],
  ['cause 6: the previous key', held(own, previous), ['stale-key certain']],
  [
    'cause 6: the previous pair with another Reseller ID',
    held(stranger, previous, { expected: expectedState({ previous: facts(stranger, previous) }) }),
    ['stale-key certain'],
  ],
  [
    'cause 6: a new Reseller ID over an old password',
    held(own, 'Old-Password-1', { expected: expectedState({ previous: facts('acmehosting', 'Old-Password-1') }) }),
    ['stale-key certain'],
  ],
  [
    'cause 6: the old password, the username unseen',
    held(undefined, 'Old-Password-1', {
      expected: expectedState({ previous: facts('acmehosting', 'Old-Password-1') }),
    }),
    ['stale-key certain'],
  ],
  ['Reseller Not Found: an e-mail address', held('ops@acme.example', current), ['email-as-reseller-id certain']],
  [
    'Reseller Not Found: e-mail address and panel password',
    held('ops@acme.example', 'My-Password-1'),
    ['email-as-reseller-id certain'],
  ],
  ['FAQ 13: the pair of another account', held(other, KEYS.other), ['wrong-account certain']],
  ['FAQ 13: its Reseller ID alone', held(other, current), ['wrong-account certain']],
  ['FAQ 13: its key alone', held(own, KEYS.other), ['wrong-account certain']],
  ['FAQ 13: its key for the other environment', held(sandbox, KEYS.otherTest), ['wrong-account certain']],
  ['FAQ 13: its Reseller ID with a key nobody knows', held(other, 'x-unknown-1'), ['wrong-account certain']],
  [
    'FAQ 13: the same Reseller ID under another name, same environment',
    held(own, KEYS.otherTest, {
      expected: expectedState({ otherAccounts: [otherAccount('live', own, KEYS.otherTest)] }),
    }),
    ['wrong-account certain'],
  ],
  ['not configured: both empty', held('', ''), ['not-configured certain']],
  ['not configured: only spaces', held('  ', current), ['not-configured certain']],
  ['not configured: a mask was saved', held(own, '********'), ['not-configured certain']],
  ['not configured: the default of WHMCS', held('ownername', 'ownerpass'), ['not-configured certain']],
  ['not configured: the default of WiseCP', held('user.domainnameapi', '********'), ['not-configured certain']],
  ['not configured: empty beside an unknown key', held('', 'x-unknown-1'), ['not-configured certain']],
  [
    'not configured: empty, and the store is empty too',
    held('', current, { expected: expectedState({ current: facts('', current) }) }),
    ['not-configured certain'],
  ],
  ['unknown: a key that no store knows', held(own, 'x-unknown-1'), ['unknown-credential certain']],
  ['unknown: the same, the username unseen', held(undefined, 'x-unknown-1'), ['unknown-credential certain']],
  ['unknown: a Reseller ID that no store knows', held(stranger, current), ['unknown-credential certain']],
  ['unknown: both, once', held(stranger, 'x-unknown-1'), ['unknown-credential certain']],
  ['unknown: an e-mail address as key', held(own, 'ops@acme.example'), ['unknown-credential certain']],
  ['unknown: a UUID as key beside our Reseller ID', held(own, stranger), ['unknown-credential certain']],
];

const several: readonly Row[] = [
  [
    'stale, stray and test mode',
    driftInput(observed({ password: `${previous} `, testMode: true })),
    ['wrong-environment certain', 'stale-key certain', 'stray-characters certain'],
  ],
  ['swapped and stale', held(previous, own), ['swapped-fields certain', 'stale-key certain']],
  ['swapped, with the test key', held(KEYS.test, own), ['swapped-fields certain', 'wrong-environment certain']],
  ['swapped, and of another account', held(KEYS.other, other), ['swapped-fields certain', 'wrong-account certain']],
  ['swapped and stray', held(`${current}\t`, own), ['swapped-fields certain', 'stray-characters certain']],
  ['swapped beside an empty field', held(current, ''), ['not-configured certain', 'swapped-fields certain']],
  [
    'e-mail address beside the Reseller ID',
    held('ops@acme.example', own),
    ['email-as-reseller-id certain', 'swapped-fields certain'],
  ],
  [
    'e-mail address and the previous key',
    held('ops@acme.example', previous),
    ['email-as-reseller-id certain', 'stale-key certain'],
  ],
  [
    'old username and the previous key',
    held('acmehosting', previous),
    ['legacy-credentials likely', 'stale-key certain'],
  ],
  ['old username, empty password', held('acmehosting', ''), ['not-configured certain', 'legacy-credentials likely']],
  [
    'stray Reseller ID, unknown key',
    held(`${own} `, 'x-unknown-1'),
    ['stray-characters certain', 'unknown-credential certain'],
  ],
  ['unknown Reseller ID, previous key', held(stranger, previous), ['stale-key certain', 'unknown-credential certain']],
  [
    'outdated module and old username',
    driftInput(observed({ username: 'acmehosting', password: 'Old-Password-1', moduleVersion: '2.2.1' })),
    ['outdated-module certain', 'legacy-credentials certain'],
  ],
  [
    'the Reseller ID of one account, the key of another environment',
    held(other, KEYS.test),
    ['wrong-account certain', 'wrong-environment certain'],
  ],
];

describe('a healthy panel', () => {
  test.each(healthy)('%s', (_, input, expected) => {
    expect(found(input)).toEqual(expected);
    expect(explainDrift(input).status).toBe('in-sync');
  });
});

describe('one cause', () => {
  test.each(single)('%s', (_, input, expected) => {
    expect(found(input)).toEqual(expected);
    expect(explainDrift(input).status).toBe('drift');
  });
});

describe('several causes, in the order to mend them', () => {
  test.each(several)('%s', (_, input, expected) => {
    expect(found(input)).toEqual(expected);
  });
});

test('without the earlier version, its key is just unknown', () => {
  expect(found(held(own, previous, { expected: withoutPrevious }))).toEqual(['unknown-credential certain']);
});

describe('evidence', () => {
  function evidence(input: DriftInput): string {
    const report = explainDrift(input);
    return [...report.findings.flatMap((finding) => finding.evidence), ...report.evidence].join('\n');
  }

  const sayings: readonly (readonly [string, DriftInput, RegExp])[] = [
    [
      'lengths of a stray character',
      held(own, `${current} `),
      /is 25 characters long instead of 24[^]*begins or ends with a space/,
    ],
    [
      'a space inside',
      held(own, `${current.slice(0, 8)} ${current.slice(8)}`),
      /It has a space inside[^]*trims both ends only/,
    ],
    ['an invisible character', held(own, `${current}${NBSP}`), /invisible character[^]*no-break or zero-width/],
    ['a module that trims', held(own, `${current} `), /trims plain spaces at both ends, so it may work/],
    [
      'a module that does not trim',
      driftInput(observed({ password: `${current} `, moduleVersion: '3.0.5' })),
      /trims nothing/,
    ],
    [
      'a module that should be renewed',
      driftInput(observed({ moduleVersion: '2.0.5' }), { panelKind: 'hostbill' }),
      /version 2\.0\.5\. From 2\.0\.6 on it trims/,
    ],
    [
      'a library that should be renewed',
      driftInput(observed({ libraryVersion: 'V3.0.2', moduleVersion: '2.0.2' }), { panelKind: 'hostbill' }),
      /library is version 3\.0\.2\. From 2\.0\.6/,
    ],
    [
      'the version that is needed',
      driftInput(observed({ moduleVersion: '1.0.15' }), { panelKind: 'clientexec' }),
      /version 1\.0\.15\.[^]*At least 2\.0\.2/,
    ],
    ['a Reseller ID that may be damaged', held(own.slice(2), current), /34 characters long and the Reseller ID 36/],
    ['the name of the other account', held(other, KEYS.other), new RegExp(`of the account ${OTHER}`)],
    [
      'the lengths of an unknown key',
      held(own, 'x-unknown-1'),
      /of 11 characters that no store knows; the API key has 24/,
    ],
    ['an unknown key with stray characters', held(own, 'x-unknown-1 '), /stray characters as well/],
    ['an e-mail address as key', held(own, 'ops@acme.example'), /It is an e-mail address/],
    [
      'a dirty store',
      held(own, current, { expected: expectedState({ current: facts(own, ` ${current}`) }) }),
      /store's own API key carries stray/,
    ],
    [
      'a dirty store and panel',
      held(own, ` ${current}`, { expected: expectedState({ current: facts(own, ` ${current}`) }) }),
      /same stray characters in the store and in the panel/,
    ],
    [
      'a key in other letter case',
      held(own, stranger.toUpperCase(), { expected: expectedState({ current: facts(own, stranger) }) }),
      /upper and lower case only/,
    ],
    ['a field that is not shown', held(own, undefined, { panelCheck: VALID }), /does not show its password field/],
    ['a mask', held(own, '*****'), /row of asterisks/],
    ['a default', held('ownername', current), /default that the module ships with/],
    ['an empty field', held('', current), /username field is empty/],
    [
      'a switch the wrong way',
      driftInput(observed({ testMode: true })),
      /Test mode is on, but this binding is for the live/,
    ],
  ];

  test.each(sayings)('names %s', (_, input, pattern) => {
    expect(evidence(input)).toMatch(pattern);
  });

  const silences: readonly (readonly [string, DriftInput])[] = [
    ['a healthy panel', held(own, current)],
    ['the letter case of a Reseller ID', held(own.toUpperCase(), current)],
    ['a switch that is right', driftInput(observed({ testMode: false }))],
  ];

  test.each(silences)('says nothing about %s', (_, input) => {
    expect(evidence(input)).toBe('');
  });

  test('does not call a short username a damaged Reseller ID', () => {
    expect(evidence(held('acmehosting', 'x-unknown-1'))).not.toMatch(/damaged/);
  });

  test('says nothing of trimming when no version is known', () => {
    expect(evidence(driftInput(observed({ password: `${current} `, moduleVersion: undefined })))).not.toMatch(/trims/);
  });

  test('repeats no version text as it came', () => {
    expect(evidence(driftInput(observed({ moduleVersion: 'V2.0.1 <secret>' })))).not.toMatch(/secret/);
  });
});
