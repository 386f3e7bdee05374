import { describe, expect, test } from 'vitest';
import { explainDrift } from '../../../src/core/drift.ts';
import type { DriftInput } from '../../../src/core/drift-kinds.ts';
import {
  driftInput,
  evidenceOf,
  expectedState,
  facts,
  findingsOf,
  IDS,
  INCONCLUSIVE,
  KEYS,
  observed,
  rejected,
  UNOBSERVABLE,
  VALID,
} from '../../support/drift-facts.ts';

type Checks = Pick<DriftInput, 'panelCheck' | 'workerVerdict'>;

const EQUAL = observed();
const STALE = observed({ password: KEYS.previous });
const NOT_OBSERVABLE = { verdict: 'not-observable', detail: 'No check from here.' } as const;
const address = rejected('address-not-allowed');
const bad = rejected('bad-credential');
const vague = rejected('unspecified');

describe('the small differences that the comparison forgives', () => {
  const refusedAsBad = { panelCheck: bad, workerVerdict: VALID };

  test('the same stray character in store and panel, refused by the panel', () => {
    const dirty = expectedState({ current: facts(IDS.own, `${KEYS.current}\n`) });
    const input = driftInput(observed({ password: `${KEYS.current}\n` }), { ...refusedAsBad, expected: dirty });
    expect(explainDrift(input).findings.map(({ kind, confidence }) => [kind, confidence])).toEqual([
      ['stray-characters', 'likely'],
    ]);
  });

  test('a key in other letter case, refused by the panel', () => {
    const expected = expectedState({ current: facts(IDS.own, IDS.stranger) });
    const input = driftInput(observed({ password: IDS.stranger.toUpperCase() }), { ...refusedAsBad, expected });
    expect(explainDrift(input).findings.map(({ kind, confidence }) => [kind, confidence])).toEqual([
      ['unknown-credential', 'likely'],
    ]);
  });

  test('a Reseller ID in other letter case is not the reason', () => {
    const input = driftInput(observed({ username: IDS.own.toUpperCase() }), refusedAsBad);
    expect(explainDrift(input).findings.map(({ kind }) => kind)).toEqual(['address-not-authorised']);
  });
});

describe('a module that always calls the live system', () => {
  const testBinding = expectedState({ environment: 'test', current: facts(IDS.own, KEYS.test) });
  const onTest = observed({ password: KEYS.test, testMode: true, moduleVersion: '2.0.16' });

  test('is not blamed for a switch that it never reads', () => {
    const report = explainDrift(
      driftInput(observed({ testMode: true, moduleVersion: '2.0.16' }), { panelKind: 'clientexec' }),
    );
    expect(report).toMatchObject({
      status: 'in-sync',
      evidence: ['The test switch is on, but this module never reads it.'],
    });
  });

  test.each(['clientexec', 'hostfact'])('cannot serve a test binding: %s', (panelKind) => {
    const input = driftInput(onTest, { panelKind, expected: testBinding });
    expect(explainDrift(input).evidence[0]).toMatch(/always calls the live system/);
    for (const observation of [onTest, UNOBSERVABLE]) {
      const refused = { ...input, observation, panelCheck: bad, workerVerdict: VALID };
      expect(findingsOf(refused)).toEqual(['wrong-environment likely']);
    }
  });

  test('is refused by address all the same', () => {
    const input = driftInput(onTest, {
      panelKind: 'clientexec',
      expected: testBinding,
      panelCheck: address,
      workerVerdict: VALID,
    });
    expect(explainDrift(input).findings.map(({ kind }) => kind)).toEqual(['address-not-authorised']);
  });

  test('serves a live binding like any other', () => {
    const input = driftInput(observed({ moduleVersion: '2.0.16' }), {
      panelKind: 'clientexec',
      panelCheck: bad,
      workerVerdict: VALID,
    });
    expect(explainDrift(input).findings.map(({ kind }) => kind)).toEqual(['address-not-authorised']);
  });
});

describe('evidence', () => {
  const sayings: readonly (readonly [string, DriftInput['observation'], Checks, RegExp])[] = [
    ['proof by behaviour', UNOBSERVABLE, { panelCheck: VALID }, /check made by the panel proves it/],
    ['why nothing was seen', UNOBSERVABLE, {}, /The panel cannot be read/],
    ['why no check was made', UNOBSERVABLE, { panelCheck: NOT_OBSERVABLE }, /No check from here/],
    [
      'a store that fails from the worker',
      EQUAL,
      { workerVerdict: bad },
      /refused from the worker as well \(the credential is not valid\)/,
    ],
    [
      'the reason of a refusal',
      EQUAL,
      { panelCheck: { ...address, detail: 'The address 203.0.113.7 is not on the list.' }, workerVerdict: VALID },
      /check says no: The address 203\.0\.113\.7 is not on the list/,
    ],
    ['the reason of a refusal that is explained', STALE, { panelCheck: bad }, /check says no: refused/],
    ['a pass in spite of a difference', STALE, { panelCheck: VALID }, /passed all the same/],
    [
      'a key that the store was never told',
      observed({ password: 'x-unknown-1' }),
      { panelCheck: VALID, workerVerdict: bad },
      /may hold a newer key/,
    ],
    ['an answer of no use', EQUAL, { panelCheck: INCONCLUSIVE }, /no usable answer/],
    [
      'an unknown second vantage point',
      EQUAL,
      { panelCheck: bad, workerVerdict: INCONCLUSIVE },
      /from the worker is not known/,
    ],
    [
      'a switch that was not seen',
      observed({ testMode: undefined }),
      { panelCheck: vague, workerVerdict: VALID },
      /test switch could not be seen/,
    ],
    [
      'a version that is not known',
      observed({ moduleVersion: undefined }),
      { panelCheck: vague, workerVerdict: VALID },
      /version is not known/,
    ],
    [
      'that the credential is the same',
      EQUAL,
      { panelCheck: vague, workerVerdict: VALID },
      /the very credential that works from the worker/,
    ],
    [
      'an address refused in so many words',
      EQUAL,
      { panelCheck: address, workerVerdict: VALID },
      /vendor refused the address of the panel/,
    ],
  ];

  test.each(sayings)('names %s', (_, observation, checks, pattern) => {
    expect(evidenceOf(driftInput(observation, checks))).toMatch(pattern);
  });

  test('speaks of a newer key only when the store fails', () => {
    expect(evidenceOf(driftInput(STALE, { panelCheck: VALID, workerVerdict: VALID }))).not.toMatch(/newer key/);
  });

  test('a panel that is seen needs no proof by behaviour', () => {
    expect(evidenceOf(driftInput(EQUAL, { panelCheck: VALID, workerVerdict: VALID }))).toBe('');
    expect(evidenceOf(driftInput(EQUAL, { panelCheck: NOT_OBSERVABLE }))).toBe('');
  });
});
