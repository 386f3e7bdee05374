import { createHttpClient, type HttpClientOptions } from '../../providers/shared/http.ts';
import { createVerifier } from '../../providers/vendors/domainnameapi/index.ts';
import type { Credential } from '../../src/core/model.ts';
import type { Clock, CredentialVerifier } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import type { AccountIdentity } from '../../src/core/verdict.ts';
import {
  type ScriptedAnswer,
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from './scripted-server.ts';

export const ID = 'fd2bea54-0000-4000-8000-00000000c003';
export const KEY = 'vendor-key-9d2e6c5b';
export const LIVE: AccountIdentity = { resellerId: ID, environment: 'live' };
export const CREDENTIAL: Credential = { resellerId: ID, apiKey: new SecretValue(KEY) };
export const NOW = Date.parse('2026-11-23T12:00:00Z');
/** The documented body of a 200. */
export const ACCOUNT = { resellerId: ID, resellerName: 'A Host', usdBalance: 12.34, tryBalance: 0 };
export const never = new AbortController().signal;

/** Stands still, and fails a verifier that waits by itself: pacing is the caller's. */
export const clock: Clock = { now: () => NOW, sleep: () => Promise.reject(new Error('The verifier slept.')) };

export function json(status: number, body: unknown): ScriptedAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** The vendor's error body. */
export function abp(message: string, details: string | null = null): object {
  return { error: { code: 'x', message, details, validationErrors: [] } };
}

/** Scripted vendors and verifiers of one test file; `closeAll` belongs in its `afterEach`. */
export interface Vendors {
  start(options?: ScriptedServerOptions): Promise<ScriptedServer>;
  verifierFor(live: string, test?: string, options?: HttpClientOptions): CredentialVerifier;
  closeLater(one: { close(): Promise<void> }): void;
  closeAll(): Promise<void>;
}

export function createVendors(): Vendors {
  const open: { close(): Promise<void> }[] = [];
  return {
    async start(options = {}) {
      const started = await startScriptedServer(options);
      open.push(started);
      return started;
    },
    verifierFor(live, test = live, options = {}) {
      const http = createHttpClient(options);
      open.push(http);
      return createVerifier({ live: { url: `${live}/api/v1` }, test: { url: `${test}/api/v1/` } }, { http, clock });
    },
    closeLater: (one) => void open.push(one),
    async closeAll() {
      for (const one of open.splice(0).reverse()) await one.close();
    },
  };
}
