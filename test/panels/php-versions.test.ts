import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { OPERATIONS, type Operation, readReply, writeLetter } from '../../providers/shared/connector/letter.ts';
import { readPairing } from '../../providers/shared/connector/pairing.ts';
import { createPairing, type NewPairing, pairingPhp } from '../../providers/shared/connector/pairing-files.ts';
import { describeSchema } from '../../providers/shared/connector/schema.ts';
import { storedFacts } from '../../src/core/field-facts.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { anyText } from '../support/arbitrary-text.ts';
import {
  applyBody,
  base64Of,
  CORE_FOLDER,
  freshNonce,
  type Home,
  hostState,
  NOW,
  PATH,
  RESELLER,
  SERVER,
} from '../support/connector-core.ts';
import { PHP_VERSIONS, runInPhp } from '../support/php-versions.ts';

const SOURCES = join(CORE_FOLDER, '..');
const HARNESS = join(import.meta.dirname, 'php');
const LINT = readFileSync(join(HARNESS, 'lint.php'), 'utf8').replace(/^<\?php\s+declare\(strict_types=1\);/, '');

function filesBelow(folder: string, at: string): Record<string, Uint8Array> {
  const found = globSync('**/*.php', { cwd: folder });
  return Object.fromEntries(found.map((path) => [`${at}/${relative('.', path)}`, readFileSync(join(folder, path))]));
}

const connectorFiles = filesBelow(SOURCES, '/connector');
const lintSchema = z.object({
  version: z.string(),
  unreadable: z.array(z.string()),
  called: z.record(z.string(), z.array(z.string())).or(z.array(z.never()).transform(() => ({}))),
  own: z.array(z.string()),
});

async function lint(version: string): Promise<z.infer<typeof lintSchema>> {
  const list = Object.keys(connectorFiles)
    .map((path) => `'${path}'`)
    .join(', ');
  return lintSchema.parse(JSON.parse(await runInPhp(version, connectorFiles, `$files = [${list}];\n${LINT}`)));
}

test('there is PHP to look at, of the core and of every panel', () => {
  for (const part of ['core', 'whmcs', 'wisecp', 'hostbill', 'blesta', 'clientexec']) {
    expect(Object.keys(connectorFiles).some((path) => path.startsWith(`/connector/${part}/`))).toBe(true);
  }
});

test.each(PHP_VERSIONS)('PHP %s reads every file of the connector', async (version) => {
  const found = await lint(version);
  expect(found.version).toMatch(new RegExp(`^${version.replace('.', String.raw`\.`)}\\.`));
  expect(found.unreadable).toEqual([]);
});

test('no file calls a function that PHP 7.4 does not have yet', async () => {
  const [oldest, newest] = await Promise.all([lint('7.4'), lint('8.5')]);
  const known = new Set(oldest.own);
  const later = new Set(newest.own.filter((name) => !known.has(name)));
  expect(later).toContain('str_contains');
  const tooNew = Object.entries(oldest.called).flatMap(([file, names]) =>
    names.filter((name) => later.has(name)).map((name) => `${file}: ${name}`),
  );
  expect(tooNew).toEqual([]);
});

test('a file that only a later PHP reads is found', async () => {
  const file = { '/new.php': Buffer.from('<?php enum Kind { case A; }') };
  const found = lintSchema.parse(JSON.parse(await runInPhp('7.4', file, `$files = ['/new.php'];\n${LINT}`)));
  expect(found.unreadable).toHaveLength(1);
});

describe.each(PHP_VERSIONS)('in PHP %s', (version) => {
  test('any signed body is answered, and PHP complains of nothing', async () => {
    const made = await createPairing();
    const pairing = readPairing(made.text, 'the test');
    const home = { folder: '/home', pairing, secrets: [] };
    const names = fc.constantFrom('place', 'sealed', 'testMode', 'lastSeen', 'challenge');
    const body = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.dictionary(names, fc.jsonValue({ maxDepth: 1 })));
    const one = fc.record({ operation: fc.constantFrom(...OPERATIONS), body, username: anyText, around: anyText });
    const asked = fc.sample(one, 400).map(({ operation, body, username, around }, index) => {
      const state = hostState(`${around}k0-versions-any${around}`, username);
      // A minute for each letter: the rate limit is not what is looked at.
      const letter = letterOf(home, operation, body, { time: NOW + index * 60, now: NOW + index * 60 });
      return { ...letter, questions: [{ do: 'host', state }, letter.question] };
    });
    const secrets = [' ', 'ab', 'k0-versions-erased'].map(base64Of);
    const erased = ['', 'k', 'k0-v', 'k0-versions-erased', 'ab'].flatMap((text) =>
      [true, false].map((cut) => ({ do: 'erased', secrets, text: base64Of(text), cut })),
    );
    const questions = [...asked.flatMap((letter) => letter.questions), ...erased];
    const answers = answersSchema.parse(JSON.parse(await runInPhp(version, filesFor(made, questions), SCRIPT)));
    asked.forEach(({ nonce }, index) => {
      const answer = answers[index * 2 + 1];
      const reply = readReply(pairing, nonce, answer?.reply ?? '');
      expect(reply).toMatchObject({ signed: true });
      // The core turns a complaint of PHP's about itself into this.
      expect(reply?.body).not.toMatchObject({ code: 'panel-error' });
      expect(answer?.printed).toBe('');
    });
  });

  test('letters are judged and answered, without the sodium extension', async () => {
    const made = await createPairing();
    const pairing = readPairing(made.text, 'the test');
    const password = 'k0-versions-\u200b5b1f';
    const asked = await letters({ folder: '/home', pairing, secrets: [] });
    const files = {
      ...connectorFiles,
      ...filesBelow(HARNESS, '/harness'),
      '/home/pairing.php': Buffer.from(
        pairingPhp(made, { vendor: { live: 'https://a.test', test: 'https://b.test' } }),
      ),
      '/home/questions.json': Buffer.from(
        JSON.stringify([{ do: 'host', state: hostState(password) }, ...asked.map(({ question }) => question)]),
      ),
    };
    const printed = await runInPhp(version, files, SCRIPT);
    const answers = answersSchema.parse(JSON.parse(printed)).slice(1);
    const replies = asked.map(({ nonce }, index) => readReply(pairing, nonce, answers[index]?.reply ?? ''));
    expect(answers.map((answer) => answer.printed).join('')).toBe('');
    expect(replies.map((reply) => reply?.signed)).toEqual([true, true, true, true, true, true, false]);
    const [described, observed, apply, challenge, replayed, skewed, unsigned] = replies.map((reply) => reply?.body);
    expect(describeSchema.parse(described)).toMatchObject({ opened: null, stateWritable: true });
    expect(describeSchema.parse(described).php).toContain(version);
    expect(observed).toMatchObject(storedFacts(pairing.fingerprint, RESELLER, new SecretValue(password)));
    expect(apply).toMatchObject({ code: 'sodium-missing' });
    expect(challenge).toMatchObject({ code: 'sodium-missing' });
    expect(replayed).toMatchObject({ code: 'replayed' });
    expect(skewed).toMatchObject({ code: 'clock-skew', time: NOW });
    expect(unsigned).toMatchObject({ code: 'bad-signature' });
  });
});

/** A letter's answer; those to `host` and `erased` are not looked at. */
const answersSchema = z.array(z.object({ reply: z.string(), printed: z.string() }).catch({ reply: '', printed: '' }));

/** Every file of the core is loaded, so that each is compiled; then the questions are answered as the harness does. */
const SCRIPT = `
  require '/connector/core/autoload.php';
  foreach (glob('/connector/core/*.php') as $file) { require_once $file; }
  require '/harness/MemoryHost.php';
  require '/harness/Desk.php';
  $desk = new Keyturn\\Test\\Desk();
  $answers = [];
  foreach (json_decode(file_get_contents('/home/questions.json'), true) as $question) { $answers[] = $desk->answer($question); }
  echo json_encode($answers);
`;

function filesFor(made: NewPairing, questions: readonly unknown[]): Record<string, Uint8Array> {
  const vendor = { live: 'https://a.test', test: 'https://b.test' };
  return {
    ...connectorFiles,
    ...filesBelow(HARNESS, '/harness'),
    '/home/pairing.php': Buffer.from(pairingPhp(made, { vendor })),
    '/home/questions.json': Buffer.from(JSON.stringify(questions)),
  };
}

interface Asked {
  readonly question: unknown;
  readonly nonce: string;
}

interface When {
  readonly time?: number;
  readonly now?: number;
  readonly path?: string;
}

function letterOf(
  home: Home,
  operation: Operation,
  body: unknown,
  { time = NOW, now = NOW, path = PATH }: When = {},
): Asked {
  const nonce = freshNonce();
  const text = writeLetter(home.pairing, { operation, path, time, nonce, body: JSON.stringify(body) });
  return { nonce, question: { do: 'letter', home: home.folder, letter: base64Of(text), server: SERVER, time: now } };
}

async function letters(home: Home): Promise<Asked[]> {
  const apply = await applyBody(home, { username: RESELLER, password: 'k0-versions-new-1' });
  const observe = letterOf(home, 'observe', {});
  return [
    letterOf(home, 'describe', {}),
    observe,
    letterOf(home, 'apply', apply),
    letterOf(home, 'describe', { challenge: apply['sealed'] }),
    observe,
    letterOf(home, 'observe', {}, { time: NOW - 600 }),
    letterOf(home, 'observe', {}, { path: '/elsewhere' }),
  ];
}
