import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainDrift } from '../../src/core/drift.ts';
import type { DriftInput, DriftReport } from '../../src/core/drift-kinds.ts';
import { DRIFT_KINDS } from '../../src/core/drift-kinds.ts';
import { explainKind } from '../../src/core/guide.ts';
import { ENVIRONMENTS } from '../../src/core/model.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { PanelCheck, RejectionReason, Verdict } from '../../src/core/verdict.ts';
import { strayCharacter } from '../support/arbitrary-text.ts';
import {
  facts,
  findingsOf,
  held,
  IDS,
  INCONCLUSIVE,
  KEYS,
  OTHER,
  OWN,
  observed,
  otherAccount,
  rejected,
  stored,
  UNOBSERVABLE,
  VALID,
} from '../support/drift-facts.ts';

const plain = fc.constantFrom(
  ...Object.values(IDS),
  ...Object.values(KEYS),
  ...['', '********', 'ownername', 'ops@acme.example', 'acmehosting', 'Old-Password-1'],
);
const value = fc.oneof(
  plain,
  fc.tuple(plain, strayCharacter).map(([text, stray]) => text + stray),
  plain.map((text) => text.toUpperCase()),
);
const pair = fc.tuple(value, value).map(([username, password]) => facts(username, password));
const environment = fc.constantFrom(...ENVIRONMENTS);

const expectedStates = fc.record(
  {
    accountId: fc.constant(OWN),
    environment,
    current: pair,
    previous: pair,
    otherEnvironment: pair,
    otherAccounts: fc.array(fc.record({ accountId: fc.constantFrom(OWN, OTHER), environment, credential: pair }), {
      maxLength: 3,
    }),
  },
  { requiredKeys: ['accountId', 'environment', 'current', 'otherAccounts'] },
);

const version = fc.constantFrom('3.0.16', '2.0.16', '2.0.1', '1.18.12', '3.0.3', 'V2', 'unknown');
const observations: fc.Arbitrary<Observation> = fc.oneof(
  fc
    .record({
      username: fc.option(value),
      password: fc.option(value),
      testMode: fc.option(fc.boolean()),
      moduleVersion: fc.option(version),
      libraryVersion: fc.option(version),
    })
    .map((fields) =>
      observed(Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, text ?? undefined]))),
    ),
  fc.constant(UNOBSERVABLE),
);

const reasons: readonly RejectionReason[] = [
  'bad-credential',
  'wrong-account',
  'wrong-environment',
  'address-not-allowed',
  'unspecified',
];
const verdicts: fc.Arbitrary<PanelCheck & Verdict> = fc.constantFrom(VALID, INCONCLUSIVE, ...reasons.map(rejected));
const checks: fc.Arbitrary<PanelCheck> = fc.oneof(
  verdicts,
  fc.constant({ verdict: 'not-observable', detail: 'No check.' } as const),
);

const inputs: fc.Arbitrary<DriftInput> = fc.record(
  {
    expected: expectedStates,
    observation: observations,
    panelKind: fc.constantFrom('whmcs', 'wisecp', 'blesta', 'clientexec', 'manual'),
    panelCheck: checks,
    workerVerdict: verdicts,
  },
  { requiredKeys: ['expected', 'observation', 'panelKind'] },
);

/** What every report holds to, whatever went in. */
function expectSound(input: DriftInput, report: DriftReport): void {
  const kinds = report.findings.map(({ kind }) => kind);
  expect(kinds).toEqual(DRIFT_KINDS.filter((kind) => kinds.includes(kind)));
  for (const { evidence, kind } of report.findings) {
    expect(evidence.length).toBeGreaterThan(0);
    expect(explainKind(kind, input.panelKind).fix).not.toBe('');
  }
  expect(kinds.includes('unobservable')).toBe(report.status === 'unobservable');
  if (report.status === 'unobservable') expect(kinds).toEqual(['unobservable']);
  expect(kinds.length > 0).toBe(report.status === 'drift' || report.status === 'unobservable');
}

test('every input gives a sound report', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      expectSound(input, explainDrift(input));
    }),
    { numRuns: 2000 },
  );
});

test('no report holds a value', () => {
  const values = [...Object.values(IDS), ...Object.values(KEYS), 'ops@acme.example', 'acmehosting', 'Old-Password-1'];
  fc.assert(
    fc.property(inputs, (input) => {
      const text = JSON.stringify(explainDrift(input)).toLowerCase();
      for (const each of values) expect(text.includes(each.toLowerCase())).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('an inconclusive worker never blames an address', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const report = explainDrift({ ...input, workerVerdict: INCONCLUSIVE });
      expect(report.findings.map(({ kind }) => kind)).not.toContain('address-not-authorised');
    }),
    { numRuns: 1000 },
  );
});

test('an inconclusive check adds no finding', () => {
  fc.assert(
    fc.property(inputs, ({ panelCheck: _, ...input }) => {
      const without = explainDrift(input).findings.filter(({ kind }) => kind !== 'unobservable');
      expect(explainDrift({ ...input, panelCheck: INCONCLUSIVE }).findings).toEqual(without);
    }),
    { numRuns: 1000 },
  );
});

test('a panel that holds the store value and shows it is in sync, whatever else the stores hold', () => {
  const clean = fc.constantFrom(...Object.values(KEYS));
  fc.assert(
    fc.property(expectedStates, clean, fc.constantFrom(...Object.values(IDS)), (state, key, id) => {
      const expected = { ...state, current: facts(id, key) };
      const observation = observed({ username: id, password: key, testMode: state.environment === 'test' });
      expect(
        explainDrift({ expected, observation, panelKind: 'whmcs', panelCheck: VALID, workerVerdict: VALID }),
      ).toEqual({
        status: 'in-sync',
        findings: [],
        evidence: [],
      });
    }),
  );
});

test('a stray character adds its cause and takes none away', () => {
  const known = fc.constantFrom(KEYS.current, KEYS.previous, KEYS.test, KEYS.other);
  fc.assert(
    fc.property(known, strayCharacter, fc.nat(12), (key, stray, place) => {
      const damaged = key.slice(0, place) + stray + key.slice(place);
      const before = findingsOf(held(IDS.own, key));
      expect(findingsOf(held(IDS.own, damaged))).toEqual([...before, 'stray-characters certain']);
    }),
  );
});

test('swapping the fields adds its cause and takes none away', () => {
  const pairs = fc.constantFrom(
    ...([
      [IDS.own, KEYS.current],
      [IDS.own, KEYS.previous],
      [IDS.own, KEYS.test],
      [IDS.other, KEYS.other],
    ] as const),
  );
  fc.assert(
    fc.property(pairs, ([id, key]) => {
      const straight = findingsOf(held(id, key));
      const swapped = findingsOf(held(key, id));
      expect(swapped).toEqual(['swapped-fields certain', ...straight]);
    }),
  );
});

test('of which account a pair is depends on the accounts alone, not on their order', () => {
  const others = [
    otherAccount('live', IDS.other, KEYS.other),
    otherAccount('test', IDS.own, KEYS.otherTest),
    otherAccount('test', IDS.sandbox, KEYS.stranger),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(others, { minLength: 3 }), value, value, (otherAccounts, id, key) => {
      const shuffled = held(id, key, stored({ otherAccounts }));
      expect(findingsOf(shuffled)).toEqual(findingsOf(held(id, key, stored({ otherAccounts: others }))));
    }),
  );
});
