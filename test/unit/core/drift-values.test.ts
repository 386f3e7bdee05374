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
  observed,
  stored,
  UNOBSERVABLE,
} from '../../support/drift-facts.ts';

const NBSP = '\u00a0';
const ZERO_WIDTH = '\u200b';
const BOM = '\ufeff';
const { own, sandbox, stranger } = IDS;
const { current } = KEYS;

type Row = readonly [name: string, input: DriftInput, findings: readonly string[]];

const single: readonly Row[] = [
  ['cause 1: old username and password', held('acmehosting', 'Old-Password-1'), ['legacy-credentials certain']],
  [
    'cause 1: the pair from before the migration',
    held('acmehosting', 'Old-Password-1', stored({ previous: facts('acmehosting', 'Old-Password-1') })),
    ['legacy-credentials certain'],
  ],
  [
    'cause 1: that pair, where the old username was an e-mail address',
    held('ops@acme.example', 'Old-Password-1', stored({ previous: facts('ops@acme.example', 'Old-Password-1') })),
    ['legacy-credentials certain'],
  ],
  ['cause 1: only the key was replaced', held('acmehosting', current), ['legacy-credentials likely']],
  ['cause 1: the password field cannot be seen', held('acmehosting', undefined), ['legacy-credentials likely']],
  [
    'cause 1: our own Reseller ID is no UUID',
    held('acmehosting', 'x-unknown-1', stored({ current: facts('longalphanumeric1', current) })),
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
    held(own, `${current} `, stored({ current: facts(own, `${current}\n`) })),
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
    held('x-unknown-1', stranger, stored({ current: facts(own, sandbox), otherAccounts: [] })),
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
];

describe('one cause', () => {
  test.each(single)('%s', (_, input, expected) => {
    expect(findingsOf(input)).toEqual(expected);
    expect(explainDrift(input).status).toBe('drift');
  });
});
