import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  buildDocument,
  checkDocument,
  conformanceDocument,
  copyDocument,
  errorDocument,
  planDocument,
  rotationDocument,
  verifyDocument,
} from '../support/cli-documents.ts';

const page = await readFile(new URL('../../docs/json-output.md', import.meta.url), 'utf8');

/** The first JSON example below a heading. */
function exampleOf(heading: string): unknown {
  const section = page.split(/^## /mu).find((part) => part.startsWith(heading)) ?? '';
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/u.exec(section)?.[1] ?? 'null');
  return example;
}

describe('docs/json-output.md', () => {
  test.each<[string, z.ZodType]>([
    ['Errors', errorDocument],
    ['`keyturn check`', checkDocument],
    ['`keyturn rotate`', rotationDocument],
    ['`keyturn plan`', planDocument],
    ['`keyturn connector build`', buildDocument],
    ['`keyturn connector verify`', verifyDocument],
    ['`keyturn panel conformance`', conformanceDocument],
    ['`keyturn store copy`', copyDocument],
  ])('its example under %s has the shape that the e2e tests hold the program to', (heading, shape) => {
    expect(shape.safeParse(exampleOf(heading)).error).toBe(undefined);
  });

  test('all its other examples are JSON', () => {
    const examples = [...page.matchAll(/```json\n([\s\S]*?)```/gu)].map(([, text]) => text ?? '');
    for (const text of examples) expect(() => void JSON.parse(text)).not.toThrow();
    expect(examples.length).toBe(14);
  });
});
