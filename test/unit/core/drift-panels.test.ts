import { describe, expect, test } from 'vitest';
import { explainDrift } from '../../../src/core/drift.ts';
import type { DriftInput } from '../../../src/core/drift-kinds.ts';
import {
  driftInput,
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

const { own, other, stranger } = IDS;
const { current, previous } = KEYS;

type Row = readonly [name: string, input: DriftInput];

const healthy: readonly Row[] = [
  ['the same pair', held(own, current)],
  ['the Reseller ID in capital letters', held(own.toUpperCase(), current)],
  [
    'a store value with a line break, a clean panel',
    held(own, current, stored({ current: facts(own, `${current}\n`) })),
  ],
  [
    'a store value with a space inside, a clean panel',
    held(own, current, stored({ current: facts(own, `${current.slice(0, 5)} ${current.slice(5)}`) })),
  ],
  [
    'the same stray character in store and panel',
    held(own, `${current}\n`, stored({ current: facts(own, `${current}\n`) })),
  ],
  ['one key for both environments', held(own, current, stored({ otherEnvironment: facts(own, current) }))],
  [
    'an account that is listed twice',
    held(own, current, stored({ otherAccounts: [otherAccount('live', own, current)] })),
  ],
  [
    'a key that begins like a default, if it is the key',
    held(own, 'owner8sKey', stored({ current: facts(own, 'owner8sKey') })),
  ],
  [
    'no earlier version, no other environment, no other account',
    held(own, current, {
      expected: { accountId: OWN, environment: 'live', current: facts(own, current), otherAccounts: [] },
    }),
  ],
  [
    'a test panel with the switch on',
    driftInput(
      observed({ password: KEYS.test, testMode: true }),
      stored({ environment: 'test', current: facts(own, KEYS.test) }),
    ),
  ],
  ['a panel without a switch', driftInput(observed({ testMode: undefined }))],
  ['a key that is shaped like a Reseller ID', held(own, stranger, stored({ current: facts(own, stranger) }))],
];
describe('a healthy panel', () => {
  test.each(healthy)('%s', (_, input) => {
    expect(explainDrift(input)).toMatchObject({ status: 'in-sync', findings: [] });
  });
});

type SeveralRow = readonly [name: string, input: DriftInput, findings: readonly string[]];

const several: readonly SeveralRow[] = [
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
describe('several causes, in the order to mend them', () => {
  test.each(several)('%s', (_, input, expected) => {
    expect(findingsOf(input)).toEqual(expected);
  });
});
