import { json, type WebAnswer } from '../shared/web.ts';

export type Refusal = 'key' | 'address' | 'scope' | 'missing';

interface Call {
  /** As the screen for API credentials names it. */
  readonly scope: string;
  /** For the module list. */
  readonly group?: string | undefined;
}

/** How one generation of WISECP's API looks from outside. */
interface Generation {
  callOf(method: string, path: string): Call | undefined;
  keyOf(headers: Readonly<Record<string, string>>): string | undefined;
  succeed(data: unknown): WebAnswer;
  refuse(why: Refusal): WebAnswer;
  listModules(group: string, active: boolean): WebAnswer;
}

const V5_REFUSALS: Readonly<Record<Refusal, readonly [number, string]>> = {
  key: [401, 'unauthorized'],
  address: [403, 'ip_not_allowed'],
  scope: [403, 'insufficient_scope'],
  missing: [404, 'not_found'],
};

const v5: Generation = {
  callOf(method, path) {
    if (method === 'POST' && path === '/api/v1/admin/keyturn/letter') return { scope: 'Module:Addons/Keyturn/letter' };
    const group = method === 'GET' ? /^\/api\/v1\/admin\/modules\/(\w+)$/.exec(path)?.[1] : undefined;
    return group === undefined ? undefined : { scope: 'Modules/GetModules', group };
  },
  keyOf: (headers) => /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1] ?? headers['x-api-key'],
  succeed: (data) => json(200, { data, meta: {} }),
  refuse: (why) => v5Error(...V5_REFUSALS[why]),
  listModules(group, active) {
    if (group !== 'domain') return v5Error(404, 'unknown_group');
    return json(200, { data: [{ key: 'DomainNameAPI', active }], meta: {} });
  },
};

function v5Error(status: number, code: string): WebAnswer {
  return json(status, { error: { code, message: `Request refused (${code}).` } });
}

const V3_REFUSALS: Readonly<Record<Refusal, string>> = {
  key: 'Invalid API key',
  address: 'This IP address is not authorized',
  scope: 'You do not have permission for this action',
  missing: 'Action not found',
};

const v3: Generation = {
  callOf: (method, path) =>
    method === 'POST' && path === '/api/Keyturn/Letter' ? { scope: 'Keyturn/Letter' } : undefined,
  keyOf: (headers) => headers['apikey'],
  succeed: (data) => json(200, { status: 'successful', data }),
  refuse: (why) => json(200, { status: 'error', message: V3_REFUSALS[why] }),
  listModules: () => json(200, { status: 'error', message: V3_REFUSALS.missing }),
};

export const generations = { v5, v3 } as const;
