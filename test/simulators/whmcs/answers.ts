import { toEntities } from '../shared/form.ts';
import { isRecord } from '../shared/read.ts';
import { answer, json, type WebAnswer } from '../shared/web.ts';

export type Answer = { readonly result: 'success' | 'error' } & Readonly<Record<string, unknown>>;

export const success: Answer = { result: 'success' };

/** A business error; it goes out with HTTP 200. */
export function failure(message: string): Answer {
  return { result: 'error', message };
}

/** How the caller wants it: JSON only with `responsetype=json`, XML otherwise. */
export interface Style {
  readonly action: string;
  readonly json: boolean;
}

/** The answer as it goes out. */
export function formatAnswer(status: number, body: Answer, style: Style): WebAnswer {
  if (style.json) return json(status, body);
  const head = `<?xml version="1.0" encoding="utf-8"?>\n<whmcsapi version="8.13.1">\n<action>${style.action}</action>\n`;
  return answer(status, 'application/xml', `${head}${toXml(body)}</whmcsapi>`);
}

function toXml(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${isRecord(value) ? `\n${toXml(value)}` : toEntities(String(value))}</${name}>\n`)
    .join('');
}
