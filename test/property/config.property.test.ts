import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { nearest } from '../../src/infra/config/nearest.ts';
import { formatPath, formatProblem, isShowable } from '../../src/infra/config/problem.ts';
import { parseYaml } from '../../src/infra/config/yaml-tree.ts';
import { readText } from '../support/config-files.ts';

/** Values that look like API keys, tokens and passwords; none is made of words. */
const secret = fc.oneof(
  fc.uuid(),
  fc.stringMatching(/^[A-Za-z][0-9][A-Za-z0-9]{26,38}$/),
  fc.stringMatching(/^(sk|pk)_live_[0-9][A-Za-z][A-Za-z0-9]{20,30}$/),
  fc.stringMatching(/^[A-Za-z0-9+/]{20,40}==$/),
  fc.stringMatching(/^[A-Za-z0-9]{6,10}[!$%&?][A-Za-z0-9]{6,10}$/),
);

const word = fc.constantFrom(
  'fingerprintKey',
  'redis',
  'url',
  'stores',
  'local',
  'kind',
  'box',
  'directory',
  'identity',
  'accounts',
  'main',
  'live',
  'test',
  'secret',
  'store',
  'name',
  'resellerId',
  'panels',
  'acme',
  'hand',
  'bindings',
  'account',
  'environment',
  'policy',
  'row',
  'vendor',
  'rate',
  'worker',
  'concurrency',
  'logLevel',
  '<<',
  '__proto__',
  'constructor',
  '',
);

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.double()),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(word, tie('tree'), { maxKeys: 8 }),
  ),
}));

async function everythingSaid(text: string): Promise<string> {
  const result = await readText(text);
  return result.ok ? '' : result.problems.map((problem) => formatProblem('keyturn.yaml', problem)).join('\n');
}

/** Puts the secret where a file of this shape could have it: as a value or as a key, anywhere. */
function withSecret(value: unknown, needle: string, turns: Iterator<number>): unknown {
  const turn = turns.next();
  if (!turn.done && turn.value === 0) return needle;
  if (Array.isArray(value)) return value.map((item) => withSecret(item, needle, turns));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      turns.next().value === 1 ? needle : key,
      withSecret(item, needle, turns),
    ]),
  );
}

describe('a configuration file of any content', () => {
  it('is either right or has problems, each with a reason and a fix; reading it never throws', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          tree.map((value) => stringify(value)),
          fc.string(),
          fc.string({ unit: 'binary' }),
        ),
        async (text) => {
          const result = await readText(text);
          if (result.ok) return;
          expect(result.problems.length).toBeGreaterThan(0);
          for (const { what, fix } of result.problems) {
            expect(what).toMatch(/^\S.*[^.]$/s);
            expect(fix).toMatch(/^[A-Z"].*[.?]$/s);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is not quoted where it could be a secret, neither as a value nor as a key', async () => {
    const turns = fc.infiniteStream(fc.nat({ max: 5 }));
    await fc.assert(
      fc.asyncProperty(tree, secret, turns, async (value, needle, stream) => {
        const said = await everythingSaid(stringify(withSecret(value, needle, stream)));
        expect(said).not.toContain(needle);
      }),
      { numRuns: 500 },
    );
  });

  it('is not quoted by a complaint about its syntax', async () => {
    const damage = fc.constantFrom(
      ' : ',
      '\n\t',
      '[',
      '{',
      '"',
      "'",
      '*',
      '&',
      '!',
      '%',
      '@',
      '\n---\n',
      '|',
      '>',
      ', ',
      '\\',
      '#',
    );
    const pieces = fc.array(fc.oneof(word, damage), { maxLength: 20 });
    const gluedToAWord: [string[], string, string[]] = [
      [],
      '00000000-0000-1000-8000-000000000000',
      ['__proto__', ' : '],
    ];
    await fc.assert(
      fc.asyncProperty(pieces, secret, pieces, async (before, needle, after) => {
        const said = await everythingSaid([...before, needle, ...after].join(''));
        expect(said).not.toContain(needle);
      }),
      { numRuns: 500, examples: [gluedToAWord] },
    );
  });

  it('gives the values that the file was written from', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue({ maxDepth: 4 })), (value) => {
        const text = stringify(value);
        if (text.includes('__proto__')) return;
        const parsed = parseYaml(text);
        expect(parsed.problems).toEqual([]);
        expect(JSON.stringify(parsed.value)).toBe(JSON.stringify(JSON.parse(JSON.stringify(value))));
      }),
    );
  });
});

describe('what is shown of a file', () => {
  it('holds no secret in any path', () => {
    fc.assert(
      fc.property(secret, (needle) => {
        expect(isShowable(needle)).toBe(false);
        expect(formatPath(['panels', needle, 'bindings', 0])).toBe('panels.(hidden).bindings[0]');
      }),
    );
  });

  it('suggests a word for its every misspelling by one letter', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('bindings', 'account', 'policy', 'environment'),
        fc.nat(),
        fc.stringMatching(/^[a-z]$/),
        (name, at, letter) => {
          const index = at % name.length;
          const names = ['bindings', 'account', 'policy', 'environment'];
          expect(nearest(name.slice(0, index) + name.slice(index + 1), names)).toBe(name);
          expect(nearest(name.slice(0, index) + letter + name.slice(index), names)).toBe(name);
          expect(nearest(name.slice(0, index) + letter + name.slice(index + 1), names)).toBe(name);
        },
      ),
    );
  });
});
