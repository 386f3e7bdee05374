import { afterEach, expect, test, vi } from 'vitest';
import { createOutput } from '../../src/cli/output.ts';
import { SecretValue } from '../../src/core/secret-value.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function printed(document: object): string {
  const parts: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => parts.push(String(text)) > 0);
  createOutput(true).result(document);
  return parts.join('');
}

test('a result stays JSON whatever a panel calls its key', () => {
  new SecretValue('"drift": null');
  new SecretValue('true,\n');
  const document = { bindings: [{ panel: 'shop', drift: null, gone: undefined }], ok: true, summary: {} };
  expect(JSON.parse(printed(document))).toEqual({ bindings: [{ panel: 'shop', drift: null }], ok: true, summary: {} });
});

test('a result holds no secret in a text, a number or a name', () => {
  new SecretValue('output-secret-5Kq8');
  new SecretValue('90125777');
  const text = printed({ note: 'it is output-secret-5Kq8.', count: 90_125_777, 'output-secret-5Kq8': 1 });
  expect(JSON.parse(text)).toEqual({ note: 'it is [redacted].', count: '[redacted]', '[redacted]': 1 });
});

test('a text of somebody else steers no terminal; our own colours stay', () => {
  const esc = String.fromCharCode(27);
  const parts: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => parts.push(String(text)) > 0);
  const told = `${esc}[2J${esc}]0;title\u0007in sync\r${esc}[1A\u009b2K\u202egnorw`;
  createOutput(false).say(`${esc}[32mok${esc}[39m\t${told}`);
  expect(parts.join('')).toBe(`${esc}[32mok${esc}[39m\t[2J]0;titlein sync[1A2Kgnorw\n`);
});
