import { describe, expect, test } from 'vitest';
import type { DriftInput } from '../../../src/core/drift-kinds.ts';
import {
  driftInput,
  evidenceOf,
  facts,
  held,
  IDS,
  KEYS,
  OTHER,
  observed,
  stored,
  VALID,
} from '../../support/drift-facts.ts';

const NBSP = '\u00a0';
const { own, other, stranger } = IDS;
const { current } = KEYS;

describe('evidence of the comparison', () => {
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
    [
      'an invisible character',
      held(own, `${current}${NBSP}`),
      /invisible character[^]*trims plain whitespace at both ends, but no no-break/,
    ],
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
      held(own, current, stored({ current: facts(own, ` ${current}`) })),
      /store's own API key carries stray/,
    ],
    [
      'a dirty store and panel',
      held(own, ` ${current}`, stored({ current: facts(own, ` ${current}`) })),
      /same stray characters in the store and in the panel/,
    ],
    [
      'a key in other letter case',
      held(own, stranger.toUpperCase(), stored({ current: facts(own, stranger) })),
      /upper and lower case only/,
    ],
    ['a field that is not shown', held(own, undefined, { panelCheck: VALID }), /does not show its password field/],
    ['a value of the current pair', held(current, own), /username field holds the current API key\./],
    ['a value of the previous pair', held(own, KEYS.previous), /holds the previous version's API key\./],
    [
      'a value of the other environment',
      held(own, KEYS.test),
      /holds the API key of the account's other environment\./,
    ],
    ['a username that is not shown', held(undefined, current), /does not show its username field/],
    ['a Reseller ID that lacks three characters', held(own.slice(3), current), /damaged/],
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
    expect(evidenceOf(input)).toMatch(pattern);
  });

  const silences: readonly (readonly [string, DriftInput])[] = [
    ['a healthy panel', held(own, current)],
    ['the letter case of a Reseller ID', held(own.toUpperCase(), current)],
    ['a switch that is right', driftInput(observed({ testMode: false }))],
    ['a test switch that is right', driftInput(observed({ testMode: true }), stored({ environment: 'test' }))],
  ];

  test.each(silences)('says nothing about %s', (_, input) => {
    expect(evidenceOf(input)).toBe('');
  });

  test('does not call a username of four characters less a damaged Reseller ID', () => {
    expect(evidenceOf(held(own.slice(4), current))).not.toMatch(/damaged/);
  });

  test('does not call a short username a damaged Reseller ID', () => {
    expect(evidenceOf(held('acmehosting', 'x-unknown-1'))).not.toMatch(/damaged/);
  });

  test('says nothing of trimming when no version is known', () => {
    expect(evidenceOf(driftInput(observed({ password: `${current} `, moduleVersion: undefined })))).not.toMatch(
      /trims/,
    );
  });

  test('repeats no version text as it came', () => {
    expect(evidenceOf(driftInput(observed({ moduleVersion: 'V2.0.1 <secret>' })))).not.toMatch(/secret/);
  });
});
