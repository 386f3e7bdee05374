import { describe, expect, test } from 'vitest';
import { type DriftInput, explainDrift } from '../../../src/core/drift.ts';
import {
  driftInput,
  expectedState,
  facts,
  IDS,
  INCONCLUSIVE,
  KEYS,
  observed,
  rejected,
  UNOBSERVABLE,
  VALID,
} from '../../support/drift-facts.ts';

type Checks = Pick<DriftInput, 'panelCheck' | 'workerVerdict'>;
type Row = readonly [name: string, input: DriftInput, status: string, findings: readonly string[]];

const EQUAL = observed();
const HIDDEN = observed({ password: undefined });
const STALE = observed({ password: KEYS.previous });
const NOT_OBSERVABLE = { verdict: 'not-observable', detail: 'No check from here.' } as const;
const address = rejected('address-not-allowed');
const bad = rejected('bad-credential');
const vague = rejected('unspecified');

function row(
  name: string,
  observation: DriftInput['observation'],
  checks: Checks,
  status: string,
  findings: readonly string[] = [],
): Row {
  return [name, driftInput(observation, checks), status, findings];
}

const rows: readonly Row[] = [
  row('equal, no check', EQUAL, {}, 'in-sync'),
  row('equal, check passed', EQUAL, { panelCheck: VALID }, 'in-sync'),
  row('equal, check not possible', EQUAL, { panelCheck: NOT_OBSERVABLE }, 'in-sync'),
  row('equal, check inconclusive', EQUAL, { panelCheck: INCONCLUSIVE, workerVerdict: VALID }, 'in-sync'),
  row('equal, refused by address', EQUAL, { panelCheck: address, workerVerdict: VALID }, 'drift', [
    'address-not-authorised certain',
  ]),
  row('equal, refused without a reason', EQUAL, { panelCheck: vague, workerVerdict: VALID }, 'drift', [
    'address-not-authorised likely',
  ]),
  row('equal, refused as bad', EQUAL, { panelCheck: bad, workerVerdict: VALID }, 'drift', [
    'address-not-authorised likely',
  ]),
  row(
    'equal, refused as bad, switch unseen',
    observed({ testMode: undefined }),
    { panelCheck: bad, workerVerdict: VALID },
    'drift',
    ['address-not-authorised possible'],
  ),
  row(
    'equal, refused as bad, version unknown',
    observed({ moduleVersion: undefined }),
    { panelCheck: bad, workerVerdict: VALID },
    'drift',
    ['address-not-authorised possible'],
  ),
  row(
    'equal, refused for its environment',
    EQUAL,
    { panelCheck: rejected('wrong-environment'), workerVerdict: VALID },
    'drift',
    ['wrong-environment likely'],
  ),
  row(
    'equal, answered for another account',
    EQUAL,
    { panelCheck: rejected('wrong-account'), workerVerdict: VALID },
    'drift',
    ['wrong-account possible'],
  ),
  row('equal, refused by address, worker unknown', EQUAL, { panelCheck: address }, 'drift', [
    'address-not-authorised likely',
  ]),
  row(
    'equal, refused by address, worker inconclusive',
    EQUAL,
    { panelCheck: address, workerVerdict: INCONCLUSIVE },
    'inconclusive',
  ),
  row(
    'equal, refused as bad, worker inconclusive',
    EQUAL,
    { panelCheck: bad, workerVerdict: INCONCLUSIVE },
    'inconclusive',
  ),
  row('equal, refused as bad, worker unknown', EQUAL, { panelCheck: bad }, 'inconclusive'),
  row('equal, refused as bad, worker refused too', EQUAL, { panelCheck: bad, workerVerdict: bad }, 'in-sync'),
  row(
    'equal, refused by address, worker refused as bad',
    EQUAL,
    { panelCheck: address, workerVerdict: bad },
    'in-sync',
  ),
  row(
    'equal, refused as bad, worker refused by address',
    EQUAL,
    { panelCheck: bad, workerVerdict: address },
    'in-sync',
  ),
  row('equal, both refused by address', EQUAL, { panelCheck: address, workerVerdict: address }, 'drift', [
    'address-not-authorised likely',
  ]),
  row('equal, no check, worker refused', EQUAL, { workerVerdict: bad }, 'in-sync'),

  row('key unseen, no check', HIDDEN, {}, 'unobservable', ['unobservable certain']),
  row('username unseen, no check', observed({ username: undefined }), {}, 'unobservable', ['unobservable certain']),
  row('nothing seen, no check', UNOBSERVABLE, { workerVerdict: VALID }, 'unobservable', ['unobservable certain']),
  row('nothing seen, check not possible', UNOBSERVABLE, { panelCheck: NOT_OBSERVABLE }, 'unobservable', [
    'unobservable certain',
  ]),
  row('nothing seen, check passed', UNOBSERVABLE, { panelCheck: VALID }, 'in-sync'),
  row('key unseen, check passed', HIDDEN, { panelCheck: VALID }, 'in-sync'),
  row(
    'nothing seen, check inconclusive',
    UNOBSERVABLE,
    { panelCheck: INCONCLUSIVE, workerVerdict: VALID },
    'inconclusive',
  ),
  row('key unseen, refused as bad', HIDDEN, { panelCheck: bad, workerVerdict: VALID }, 'drift', [
    'unknown-credential likely',
  ]),
  row('nothing seen, refused as bad', UNOBSERVABLE, { panelCheck: bad, workerVerdict: VALID }, 'drift', [
    'unknown-credential likely',
  ]),
  row('nothing seen, refused without a reason', UNOBSERVABLE, { panelCheck: vague, workerVerdict: VALID }, 'drift', [
    'unknown-credential possible',
    'address-not-authorised possible',
  ]),
  row('nothing seen, refused by address', UNOBSERVABLE, { panelCheck: address, workerVerdict: VALID }, 'drift', [
    'address-not-authorised likely',
  ]),
  row(
    'nothing seen, refused for its environment',
    UNOBSERVABLE,
    { panelCheck: rejected('wrong-environment'), workerVerdict: VALID },
    'drift',
    ['wrong-environment likely'],
  ),
  row(
    'nothing seen, answered for another account',
    UNOBSERVABLE,
    { panelCheck: rejected('wrong-account'), workerVerdict: VALID },
    'drift',
    ['wrong-account likely'],
  ),
  row(
    'nothing seen, refused, worker inconclusive',
    UNOBSERVABLE,
    { panelCheck: bad, workerVerdict: INCONCLUSIVE },
    'inconclusive',
  ),
  row(
    'nothing seen, refused, worker refused too',
    UNOBSERVABLE,
    { panelCheck: bad, workerVerdict: bad },
    'unobservable',
    ['unobservable certain'],
  ),

  row('stale, refused as bad', STALE, { panelCheck: bad, workerVerdict: VALID }, 'drift', ['stale-key certain']),
  row('stale, refused without a reason', STALE, { panelCheck: vague, workerVerdict: VALID }, 'drift', [
    'stale-key certain',
  ]),
  row('stale, refused by address', STALE, { panelCheck: address, workerVerdict: VALID }, 'drift', [
    'stale-key certain',
    'address-not-authorised likely',
  ]),
  row(
    'stale, refused by address, worker inconclusive',
    STALE,
    { panelCheck: address, workerVerdict: INCONCLUSIVE },
    'drift',
    ['stale-key certain'],
  ),
  row('stale, check passed', STALE, { panelCheck: VALID, workerVerdict: VALID }, 'drift', ['stale-key certain']),
  row('stale, all inconclusive', STALE, { panelCheck: INCONCLUSIVE, workerVerdict: INCONCLUSIVE }, 'drift', [
    'stale-key certain',
  ]),
  row(
    'outdated, nothing seen, refused as bad',
    { ...UNOBSERVABLE, moduleVersion: '2.0.0' },
    { panelCheck: bad, workerVerdict: VALID },
    'drift',
    ['outdated-module certain'],
  ),
];

test.each(rows)('%s', (_, input, status, findings) => {
  const report = explainDrift(input);
  expect(report.findings.map(({ kind, confidence }) => `${kind} ${confidence}`)).toEqual(findings);
  expect(report.status).toBe(status);
});

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
      expect(explainDrift(refused).findings.map(({ kind }) => kind)).toEqual(['wrong-environment']);
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
  function evidence(observation: DriftInput['observation'], checks: Checks): string {
    const report = explainDrift(driftInput(observation, checks));
    return [...report.findings.flatMap((finding) => finding.evidence), ...report.evidence].join('\n');
  }

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
      { panelCheck: address, workerVerdict: VALID },
      /refused: the calling address is not authorised/,
    ],
    ['the reason of a refusal that is explained', STALE, { panelCheck: bad }, /refused: the credential is not valid/],
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
    expect(evidence(observation, checks)).toMatch(pattern);
  });

  test('speaks of a newer key only when the store fails', () => {
    expect(evidence(STALE, { panelCheck: VALID, workerVerdict: VALID })).not.toMatch(/newer key/);
  });

  test('a panel that is seen needs no proof by behaviour', () => {
    expect(evidence(EQUAL, { panelCheck: VALID, workerVerdict: VALID })).toBe('');
    expect(evidence(EQUAL, { panelCheck: NOT_OBSERVABLE })).toBe('');
  });
});
