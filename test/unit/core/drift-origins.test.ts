import { describe, expect, test } from 'vitest';
import { explainDrift } from '../../../src/core/drift.ts';
import type { DriftInput } from '../../../src/core/drift-kinds.ts';
import {
  driftInput,
  expectedState,
  facts,
  findingsOf,
  held,
  IDS,
  KEYS,
  OWN,
  observed,
  otherAccount,
  stored,
} from '../../support/drift-facts.ts';

const { own, other, sandbox, stranger } = IDS;
const { current, previous } = KEYS;

type Row = readonly [name: string, input: DriftInput, findings: readonly string[]];

const single: readonly Row[] = [
  ['cause 5: the test key in a live panel', held(own, KEYS.test), ['wrong-environment certain']],
  [
    'cause 5: the whole pair of the other environment',
    held(sandbox, KEYS.test, stored({ otherEnvironment: facts(sandbox, KEYS.test), otherAccounts: [] })),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: the live key in a test panel',
    driftInput(
      observed({ testMode: true }),
      stored({
        environment: 'test',
        current: facts(own, KEYS.test),
        otherEnvironment: facts(own, current),
      }),
    ),
    ['wrong-environment certain'],
  ],
  ['cause 5: test mode on in a live panel', driftInput(observed({ testMode: true })), ['wrong-environment certain']],
  [
    'cause 5: test mode off in a test panel',
    driftInput(observed({ testMode: false }), stored({ environment: 'test' })),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: one key for both, but test mode on',
    driftInput(observed({ testMode: true }), stored({ otherEnvironment: facts(own, current) })),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: test key and test mode, once',
    driftInput(observed({ password: KEYS.test, testMode: true })),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: the other environment is listed as an account of its own',
    held(own, KEYS.otherTest, stored({ otherAccounts: [otherAccount('test', own, KEYS.otherTest)] })),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: the other environment is listed under the same name',
    held(sandbox, KEYS.otherTest, stored({ otherAccounts: [otherAccount('test', sandbox, KEYS.otherTest, OWN)] })),
    ['wrong-environment certain'],
  ],
  [
    'cause 5: that goes before another account with the same key',
    held(
      own,
      KEYS.other,
      stored({
        otherAccounts: [otherAccount('live', other, KEYS.other), otherAccount('test', own, KEYS.other)],
      }),
    ),
    ['wrong-environment certain'],
  ],
  ['cause 6: the previous key', held(own, previous), ['stale-key certain']],
  [
    'cause 6: the previous pair with another Reseller ID',
    held(stranger, previous, stored({ previous: facts(stranger, previous) })),
    ['stale-key certain'],
  ],
  [
    'cause 6: a new Reseller ID over an old password',
    held(own, 'Old-Password-1', stored({ previous: facts('acmehosting', 'Old-Password-1') })),
    ['stale-key certain'],
  ],
  [
    'cause 6: the old password, the username unseen',
    held(undefined, 'Old-Password-1', stored({ previous: facts('acmehosting', 'Old-Password-1') })),
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
    held(own, KEYS.otherTest, stored({ otherAccounts: [otherAccount('live', own, KEYS.otherTest)] })),
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
    held('', current, stored({ current: facts('', current) })),
    ['not-configured certain'],
  ],
  ['unknown: a key that no store knows', held(own, 'x-unknown-1'), ['unknown-credential certain']],
  ['unknown: the same, the username unseen', held(undefined, 'x-unknown-1'), ['unknown-credential certain']],
  ['unknown: a Reseller ID that no store knows', held(stranger, current), ['unknown-credential certain']],
  ['unknown: both, once', held(stranger, 'x-unknown-1'), ['unknown-credential certain']],
  ['unknown: an e-mail address as key', held(own, 'ops@acme.example'), ['unknown-credential certain']],
  ['unknown: a UUID as key beside our Reseller ID', held(own, stranger), ['unknown-credential certain']],
  [
    'FAQ 13: its pair, where the version before was an old username',
    held(other, KEYS.other, stored({ previous: facts('acmehosting', 'Old-Password-1') })),
    ['wrong-account certain'],
  ],
  [
    'unknown: a second entry of this very account and environment counts for nothing',
    held(own, KEYS.stranger, stored({ otherAccounts: [otherAccount('live', sandbox, KEYS.stranger, OWN)] })),
    ['unknown-credential certain'],
  ],
];

describe('one cause', () => {
  test.each(single)('%s', (_, input, expected) => {
    expect(findingsOf(input)).toEqual(expected);
    expect(explainDrift(input).status).toBe('drift');
  });
});

test('without the earlier version, its key is just unknown', () => {
  const { previous: _, ...expected } = expectedState();
  expect(findingsOf(held(own, previous, { expected }))).toEqual(['unknown-credential certain']);
});
