import { randomUUID } from 'node:crypto';
import { isRecord } from '../shared/read.ts';
import { json, type WebAnswer, type WebRequest } from '../shared/web.ts';
import type { Pair } from './accounts.ts';
import { abpError } from './answers.ts';
import type { FaultMode } from './config.ts';

/** One authenticated call. `mode` is the switched-on failure, for the ones that change a good answer. */
interface Call {
  readonly request: WebRequest;
  readonly pair: Pair;
  readonly mode: FaultMode;
}

/** The part of the vendor's REST API that the panel modules and a verifier use. */
export function answerRest(call: Call): WebAnswer {
  const route = `${call.request.method} ${call.request.path.replace(/^\/api\/v1\//, '')}`;
  if (route === 'GET deposit/accounts/me') return account(call);
  if (route === 'GET domains/info') return domain(call);
  if (route === 'POST domains/bulk-search') return availability(call);
  return abpError(404, null, 'The requested resource was not found.');
}

function account({ pair, mode }: Call): WebAnswer {
  const zero = mode === 'zero-balance';
  return json(200, {
    ...(mode !== 'no-id' && { resellerId: mode === 'wrong-id' ? randomUUID() : pair.resellerId }),
    resellerName: pair.resellerName,
    usdBalance: zero ? 0 : pair.usdBalance,
    tryBalance: zero ? 0 : pair.tryBalance,
  });
}

function domain({ request, pair }: Call): WebAnswer {
  const name = (request.query.get('DomainName') ?? '').toLowerCase();
  if (!pair.domains.includes(name)) {
    return abpError(404, 'Dna.DomainService:Domain:10007', 'The domain name you requested could not be found');
  }
  return json(200, {
    id: 4711,
    domainName: name,
    status: 'Active',
    lockStatus: true,
    privacyProtectionStatus: false,
    startDate: '2026-01-10T00:00:00Z',
    expirationDate: '2028-01-10T00:00:00Z',
    nameservers: ['ns1.example.net', 'ns2.example.net'],
    hosts: [],
    contacts: [],
  });
}

function availability({ request, pair }: Call): WebAnswer {
  const asked: unknown = JSON.parse(request.body);
  const names = (Array.isArray(asked) ? asked : []).map((one: unknown) =>
    isRecord(one) ? String(one['domainName']) : '',
  );
  const infos = names.map((name) => ({
    domainName: name,
    tld: name.slice(name.lastIndexOf('.') + 1),
    status: pair.domains.includes(name.toLowerCase()) ? 'notavailable' : 'available',
    isPremium: false,
  }));
  return json(200, { infos });
}
