import { expect, test } from 'vitest';
import { explainDrift } from '../../../src/core/drift.ts';
import type { DriftInput } from '../../../src/core/drift-kinds.ts';
import type { Observation } from '../../../src/core/observation.ts';
import {
  driftInput,
  findingsOf,
  INCONCLUSIVE,
  KEYS,
  observed,
  rejected,
  UNOBSERVABLE,
  VALID,
} from '../../support/drift-facts.ts';

type Checks = Pick<DriftInput, 'panelCheck' | 'workerVerdict'>;
type Row = readonly [
  name: string,
  observation: Observation,
  checks: Checks,
  status: string,
  findings?: readonly string[],
];

const EQUAL = observed();
const HIDDEN = observed({ password: undefined });
const STALE = observed({ password: KEYS.previous });
const NOT_OBSERVABLE = { verdict: 'not-observable', detail: 'No check from here.' } as const;
const address = rejected('address-not-allowed');
const bad = rejected('bad-credential');
const vague = rejected('unspecified');

const rows: readonly Row[] = [
  ['equal, no check', EQUAL, {}, 'in-sync'],
  ['equal, check passed', EQUAL, { panelCheck: VALID }, 'in-sync'],
  ['equal, check not possible', EQUAL, { panelCheck: NOT_OBSERVABLE }, 'in-sync'],
  ['equal, check inconclusive', EQUAL, { panelCheck: INCONCLUSIVE, workerVerdict: VALID }, 'in-sync'],
  [
    'equal, refused by address',
    EQUAL,
    { panelCheck: address, workerVerdict: VALID },
    'drift',
    ['address-not-authorised certain'],
  ],
  [
    'equal, refused without a reason',
    EQUAL,
    { panelCheck: vague, workerVerdict: VALID },
    'drift',
    ['address-not-authorised likely'],
  ],
  [
    'equal, refused as bad',
    EQUAL,
    { panelCheck: bad, workerVerdict: VALID },
    'drift',
    ['address-not-authorised likely'],
  ],
  [
    'equal, refused as bad, switch unseen',
    observed({ testMode: undefined }),
    { panelCheck: bad, workerVerdict: VALID },
    'drift',
    ['address-not-authorised possible'],
  ],
  [
    'equal, refused as bad, version unknown',
    observed({ moduleVersion: undefined }),
    { panelCheck: bad, workerVerdict: VALID },
    'drift',
    ['address-not-authorised possible'],
  ],
  [
    'equal, refused for its environment',
    EQUAL,
    { panelCheck: rejected('wrong-environment'), workerVerdict: VALID },
    'drift',
    ['wrong-environment likely'],
  ],
  [
    'equal, answered for another account',
    EQUAL,
    { panelCheck: rejected('wrong-account'), workerVerdict: VALID },
    'drift',
    ['wrong-account possible'],
  ],
  [
    'equal, refused by address, worker unknown',
    EQUAL,
    { panelCheck: address },
    'drift',
    ['address-not-authorised likely'],
  ],
  [
    'equal, refused by address, worker inconclusive',
    EQUAL,
    { panelCheck: address, workerVerdict: INCONCLUSIVE },
    'inconclusive',
  ],
  [
    'equal, refused as bad, worker inconclusive',
    EQUAL,
    { panelCheck: bad, workerVerdict: INCONCLUSIVE },
    'inconclusive',
  ],
  ['equal, refused as bad, worker unknown', EQUAL, { panelCheck: bad }, 'inconclusive'],
  ['equal, refused as bad, worker refused too', EQUAL, { panelCheck: bad, workerVerdict: bad }, 'in-sync'],
  ['equal, refused by address, worker refused as bad', EQUAL, { panelCheck: address, workerVerdict: bad }, 'in-sync'],
  ['equal, refused as bad, worker refused by address', EQUAL, { panelCheck: bad, workerVerdict: address }, 'in-sync'],
  [
    'equal, both refused by address',
    EQUAL,
    { panelCheck: address, workerVerdict: address },
    'drift',
    ['address-not-authorised likely'],
  ],
  ['equal, no check, worker refused', EQUAL, { workerVerdict: bad }, 'in-sync'],

  ['key unseen, no check', HIDDEN, {}, 'unobservable', ['unobservable certain']],
  ['username unseen, no check', observed({ username: undefined }), {}, 'unobservable', ['unobservable certain']],
  ['nothing seen, no check', UNOBSERVABLE, { workerVerdict: VALID }, 'unobservable', ['unobservable certain']],
  [
    'nothing seen, check not possible',
    UNOBSERVABLE,
    { panelCheck: NOT_OBSERVABLE },
    'unobservable',
    ['unobservable certain'],
  ],
  ['nothing seen, check passed', UNOBSERVABLE, { panelCheck: VALID }, 'in-sync'],
  ['key unseen, check passed', HIDDEN, { panelCheck: VALID }, 'in-sync'],
  [
    'nothing seen, check inconclusive',
    UNOBSERVABLE,
    { panelCheck: INCONCLUSIVE, workerVerdict: VALID },
    'inconclusive',
  ],
  [
    'key unseen, refused as bad',
    HIDDEN,
    { panelCheck: bad, workerVerdict: VALID },
    'drift',
    ['unknown-credential likely'],
  ],
  [
    'nothing seen, refused as bad',
    UNOBSERVABLE,
    { panelCheck: bad, workerVerdict: VALID },
    'drift',
    ['unknown-credential likely'],
  ],
  [
    'nothing seen, refused without a reason',
    UNOBSERVABLE,
    { panelCheck: vague, workerVerdict: VALID },
    'drift',
    ['unknown-credential possible', 'address-not-authorised possible'],
  ],
  [
    'nothing seen, refused by address',
    UNOBSERVABLE,
    { panelCheck: address, workerVerdict: VALID },
    'drift',
    ['address-not-authorised likely'],
  ],
  [
    'nothing seen, refused for its environment',
    UNOBSERVABLE,
    { panelCheck: rejected('wrong-environment'), workerVerdict: VALID },
    'drift',
    ['wrong-environment likely'],
  ],
  [
    'nothing seen, answered for another account',
    UNOBSERVABLE,
    { panelCheck: rejected('wrong-account'), workerVerdict: VALID },
    'drift',
    ['wrong-account likely'],
  ],
  [
    'nothing seen, refused, worker inconclusive',
    UNOBSERVABLE,
    { panelCheck: bad, workerVerdict: INCONCLUSIVE },
    'inconclusive',
  ],
  [
    'nothing seen, refused, worker refused too',
    UNOBSERVABLE,
    { panelCheck: bad, workerVerdict: bad },
    'unobservable',
    ['unobservable certain'],
  ],

  ['stale, refused as bad', STALE, { panelCheck: bad, workerVerdict: VALID }, 'drift', ['stale-key certain']],
  [
    'stale, refused without a reason',
    STALE,
    { panelCheck: vague, workerVerdict: VALID },
    'drift',
    ['stale-key certain'],
  ],
  [
    'stale, refused by address',
    STALE,
    { panelCheck: address, workerVerdict: VALID },
    'drift',
    ['stale-key certain', 'address-not-authorised likely'],
  ],
  [
    'stale, refused by address, worker inconclusive',
    STALE,
    { panelCheck: address, workerVerdict: INCONCLUSIVE },
    'drift',
    ['stale-key certain'],
  ],
  ['stale, check passed', STALE, { panelCheck: VALID, workerVerdict: VALID }, 'drift', ['stale-key certain']],
  [
    'stale, all inconclusive',
    STALE,
    { panelCheck: INCONCLUSIVE, workerVerdict: INCONCLUSIVE },
    'drift',
    ['stale-key certain'],
  ],
  [
    'outdated, nothing seen, refused as bad',
    { ...UNOBSERVABLE, moduleVersion: '2.0.0' },
    { panelCheck: bad, workerVerdict: VALID },
    'drift',
    ['outdated-module certain'],
  ],
];

for (const [name, observation, checks, status, findings = []] of rows) {
  test(name, () => {
    const input = driftInput(observation, checks);
    expect(findingsOf(input)).toEqual(findings);
    expect(explainDrift(input).status).toBe(status);
  });
}
