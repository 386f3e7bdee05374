import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/core/errors.ts';
import { refusal } from '../../support/refusal.ts';
import { startClientexecWorld } from './clientexec-world.ts';
import { never, target, useDesk } from './connector-desk.ts';
import type { ConnectorWorld } from './connector-world.ts';
import { startHostbillWorld } from './hostbill-world.ts';
import { startWisecpWorld } from './wisecp-world.ts';

const OUR_LETTERS = 'Module:Addons/Keyturn/letter';
const HOSTBILL_KEY = { apiId: 'sim-api-id', apiKey: 'sim-api-key' };

/** What is wrong with the panel, what comes of it, and what the fix must speak of. */
interface Wrong {
  readonly what: string;
  readonly change: Readonly<Record<string, unknown>>;
  readonly code: ErrorCode;
  readonly fix: RegExp;
}

const KINDS: readonly (readonly [string, () => Promise<ConnectorWorld>, readonly Wrong[]])[] = [
  [
    'wisecp 5',
    () => startWisecpWorld('127.0.5.9', 'v5'),
    [
      wrong('an unlisted address', { apiAddresses: ['192.0.2.7'] }, 'ADDRESS_NOT_ALLOWED', /address/),
      wrong(
        'a key without the right',
        { credentials: [{ key: 'sim-wisecp-key', scopes: ['Modules/GetModules'] }] },
        'PERMISSION_DENIED',
        new RegExp(OUR_LETTERS),
      ),
    ],
  ],
  [
    'wisecp 3 and 4',
    () => startWisecpWorld('127.0.5.10', 'v3'),
    [
      wrong('an unlisted address', { apiAddresses: ['192.0.2.7'] }, 'ADDRESS_NOT_ALLOWED', /address/),
      wrong(
        'a key without the right',
        { credentials: [{ key: 'sim-wisecp-key', scopes: [] }] },
        'PERMISSION_DENIED',
        /Keyturn\/Letter/,
      ),
      wrong('the other generation', { generation: 'v5' }, 'CAPABILITY_MISSING', /generation/),
    ],
  ],
  [
    'hostbill',
    () => startHostbillWorld('127.0.6.9'),
    [
      wrong('an unlisted address', { apiAddresses: ['192.0.2.7'] }, 'ADDRESS_NOT_ALLOWED', /address/),
      wrong(
        'a key without the function',
        { credentials: [{ ...HOSTBILL_KEY, calls: ['getHostBillversion'] }] },
        'PERMISSION_DENIED',
        /Tick the function/,
      ),
      wrong('a renamed admin folder', { admin: 'secret-door' }, 'UNEXPECTED_RESPONSE', /admin folder/),
    ],
  ],
  [
    'clientexec',
    () => startClientexecWorld('127.0.7.9'),
    [wrong('no connector', { connector: null }, 'CAPABILITY_MISSING', /connector build/)],
  ],
];

function wrong(what: string, change: Wrong['change'], code: ErrorCode, fix: RegExp): Wrong {
  return { what, change, code, fix };
}

describe.each(KINDS)('%s: what is in the way of a letter', (_kind, start, cases) => {
  const desk = useDesk(start);
  const { panel, newKey, blockers } = desk;

  it.each(cases)('$what is one finding with its fix, before anything is written', async ({ change, code, fix }) => {
    const before = await desk.world.stored();
    const sound = await soundOf(change);
    await desk.world.simulator.control.reconfigure({ change });
    const [found, ...more] = await blockers();
    expect(more).toEqual([]);
    expect(found?.fix).toMatch(fix);
    const error = await refusal(panel().apply(target, await newKey(), { token: 't' }, never), code);
    expect(error.fix).toMatch(fix);
    await desk.world.simulator.control.reconfigure({ change: sound });
    expect(await desk.world.stored()).toEqual(before);
    expect(await blockers()).toEqual([]);
  });

  it.each(['login-page', 'maintenance'] as const)('a %s in place of an answer is one finding', async (mode) => {
    await desk.world.simulator.control.setFault({ mode });
    const [found, ...more] = await blockers();
    expect(more).toEqual([]);
    expect(found?.fix).toMatch(/\w+ \w+/);
    await desk.world.simulator.control.setFault({ mode: 'none' });
  });

  /** What takes the change back. */
  async function soundOf(change: Wrong['change']): Promise<Record<string, unknown>> {
    const names = Object.keys(change);
    const own = await desk.world.simulator.control.config();
    return Object.fromEntries(names.map((name) => [name, own[name] ?? null]));
  }
});
