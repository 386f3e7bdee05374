import type { HostFailure } from './config.ts';

export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `before`: instead of asking the panel. `after`: the panel did its work, the answer is lost. */
export type Effect =
  | { readonly when: 'before'; readonly show: Page | 'reset' | 'hang' }
  | { readonly when: 'after'; readonly show: 'reset' | 'hang' };

function html(status: number, title: string, content = ''): Page {
  const body = `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1>${content}</body></html>`;
  return { status, type: 'text/html; charset=utf-8', body };
}

const LOGIN_FORM =
  '<form method="post" action="/login"><input name="username"><input type="password" name="password"></form>';

const EFFECTS: Readonly<Record<Exclude<HostFailure, 'none'>, Effect>> = {
  html: { when: 'before', show: html(200, 'Just a moment...') },
  empty: { when: 'before', show: { status: 200, type: 'application/json', body: '' } },
  malformed: { when: 'before', show: { status: 200, type: 'application/json', body: '{"result":"succ' } },
  '500': { when: 'before', show: html(500, '500 Internal Server Error') },
  '502': { when: 'before', show: html(502, '502 Bad Gateway') },
  '503': { when: 'before', show: html(503, '503 Service Unavailable') },
  '403': { when: 'before', show: html(403, '403 Forbidden') },
  '404': { when: 'before', show: html(404, '404 Not Found') },
  'login-page': { when: 'before', show: html(200, 'Log in', LOGIN_FORM) },
  maintenance: { when: 'before', show: { ...html(503, 'Down for maintenance'), headers: { 'retry-after': '120' } } },
  reset: { when: 'before', show: 'reset' },
  hang: { when: 'before', show: 'hang' },
  'reset-after-write': { when: 'after', show: 'reset' },
  'hang-after-write': { when: 'after', show: 'hang' },
};

export interface FailureSwitch {
  set(mode: HostFailure, times?: number, paths?: readonly string[]): void;
  /** What this request must meet, if anything; uses up one of the times. */
  take(path: string): Effect | undefined;
}

/** One switch for a whole host, off at first. */
export function createFailureSwitch(): FailureSwitch {
  let effect: Effect | undefined;
  let left = Number.POSITIVE_INFINITY;
  let only: readonly string[] | undefined;
  return {
    set(mode, times, paths) {
      effect = mode === 'none' ? undefined : EFFECTS[mode];
      left = times ?? Number.POSITIVE_INFINITY;
      only = paths;
    },
    take(path) {
      if (!effect || left <= 0 || !(only?.some((part) => path.includes(part)) ?? true)) return undefined;
      left -= 1;
      return effect;
    },
  };
}
