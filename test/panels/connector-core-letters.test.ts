import { createHmac } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeLetter } from '../../providers/shared/connector/letter.ts';
import {
  type Core,
  codeOf,
  envelope,
  freshNonce,
  type Home,
  hostState,
  NOW,
  PATH,
  type Posted,
  postEnvelope,
  SERVER,
  sha256,
  startCore,
} from '../support/connector-core.ts';

const PASSWORD = 'k0-letters-9f2c7d41aa';
let core: Core;

beforeAll(async () => {
  core = await startCore();
  await core.host(hostState(PASSWORD));
});
afterAll(async () => {
  expect(await core.noise()).toBe('');
  await core.stop();
});

async function codeFrom(home: Home, posted: Posted): Promise<string> {
  return codeOf(await core.send(home, 'observe', {}, posted));
}

describe('rate', () => {
  async function bad(home: Home, posted?: Posted): Promise<string> {
    return codeOf(await postEnvelope(core, home, { ...envelope(home), signature: '0'.repeat(64) }, posted));
  }

  test('thirty failed tries shut wrong letters of an address out until the minute is over, and of no other address', async () => {
    const home = await core.home();
    for (let count = 0; count < 30; count++) expect(await bad(home)).toBe('bad-signature');
    const wrong = { ...envelope(home), signature: '0'.repeat(64) };
    const answered = await postEnvelope(core, home, wrong);
    expect(answered.reply.body).toMatchObject({ code: 'rate-limited', retryAfter: 60 - (NOW % 60) });
    expect(await bad(home, { server: { ...SERVER, REMOTE_ADDR: '203.0.113.10' } })).toBe('bad-signature');
    expect(await bad(home, { time: NOW + 60 })).toBe('bad-signature');
  });

  test('a stranger behind the same proxy cannot keep the worker out', async () => {
    const home = await core.home();
    for (let count = 0; count < 40; count++) await bad(home);
    expect(await codeFrom(home, {})).toBe('ok');
  });

  test('the addresses of one IPv6 network count as one', async () => {
    const home = await core.home();
    function from(last: number): Posted {
      return { server: { ...SERVER, REMOTE_ADDR: `2001:db8::${last.toString(16)}` } };
    }
    for (let count = 0; count < 30; count++) await bad(home, from(count + 1));
    expect(await bad(home, from(0xffff))).toBe('rate-limited');
  });

  test('six hundred answered letters within a minute are enough', async () => {
    const home = await core.home();
    for (let count = 0; count < 600; count++) await core.send(home, 'observe', {});
    expect(await codeFrom(home, {})).toBe('rate-limited');
    expect(await codeFrom(home, { time: NOW + 60 })).toBe('ok');
  });

  test('letters that are no letters do not keep the worker out', async () => {
    const home = await core.home();
    for (let count = 0; count < 40; count++) await core.post(home, 'AAAA', '');
    expect(await codeFrom(home, {})).toBe('ok');
  });

  test('a counter file that somebody spoiled counts from zero', async () => {
    const home = await core.home();
    await writeFile(join(home.folder, 'state/rate.php'), '<?php //{"minute":30000000,"letters":"x","failed":{"a":[]}}');
    expect(await codeFrom(home, {})).toBe('ok');
  });
});

describe('who wrote it', () => {
  function other(value: unknown): unknown {
    return typeof value === 'number' ? value + 1 : String(value).replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  }

  test.each(['time', 'nonce', 'signature'])('a letter whose %s was altered', async (name) => {
    const home = await core.home();
    const parts = envelope(home);
    const answered = await postEnvelope(core, home, { ...parts, [name]: other(parts[name]) });
    expect(codeOf(answered)).toBe('bad-signature');
    expect(answered.reply.signed).toBe(false);
  });

  test('a letter whose operation, body or path was altered', async () => {
    const home = await core.home();
    expect(codeOf(await postEnvelope(core, home, { ...envelope(home), operation: 'describe' }))).toBe('bad-signature');
    expect(codeOf(await postEnvelope(core, home, { ...envelope(home), body: '{ }' }))).toBe('bad-signature');
    expect(await codeFrom(home, { server: { ...SERVER, REQUEST_URI: '/other.php' } })).toBe('bad-signature');
    expect(await codeFrom(home, { server: { ...SERVER, REQUEST_URI: `${PATH}?with=query` } })).toBe('ok');
    expect(await codeFrom(home, { server: { ...SERVER, REQUEST_URI: `https://panel.example${PATH}` } })).toBe('ok');
  });

  test('a letter for another connector', async () => {
    const home = await core.home();
    const elsewhere = await core.home();
    expect(codeOf(await postEnvelope(core, home, envelope(elsewhere)))).toBe('not-paired');
  });

  test('a letter with the right name and the wrong key', async () => {
    const home = await core.home();
    const elsewhere = await core.home();
    const parts = { ...envelope(elsewhere), connector: home.pairing.connector };
    expect(codeOf(await postEnvelope(core, home, parts))).toBe('bad-signature');
  });

  test('a signature under the key itself, without derivation, is worth nothing', async () => {
    const home = await core.home();
    const parts = envelope(home);
    const lines = ['keyturn-request-1', 'POST', PATH, home.pairing.connector, 'observe', sha256('{}'), String(NOW)];
    const [key = ''] = home.secrets;
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(
      [...lines, String(parts['nonce'])].join('\n'),
    );
    expect(codeOf(await postEnvelope(core, home, { ...parts, signature: signature.digest('hex') }))).toBe(
      'bad-signature',
    );
  });
});

describe('pairing.php', () => {
  test.each<[string, string | undefined]>([
    ['is missing', undefined],
    ['is empty', ''],
    ['is cut off', "<?php return ['connector' => '0123456789abcdef', 'key' => 'AAA"],
    ['returns something else', '<?php return 7;'],
    ['throws', '<?php throw new Exception("secret");'],
    ['has a short key', "<?php return ['connector' => '0123456789abcdef', 'key' => 'AAAA'];"],
  ])('%s', async (_name, text) => {
    const home = await core.home();
    const file = join(home.folder, 'pairing.php');
    await rm(file);
    if (text !== undefined) await writeFile(file, text);
    const answered = await core.send(home, 'observe', {});
    expect(codeOf(answered)).toBe('not-paired');
    expect(answered.printed).toBe('');
  });

  test.each([
    ["'addresses' => []", "'addresses' => ''"],
    ["'addresses' => []", "'addresses' => [17]"],
    ["'outgoing' => null", "'outgoing' => 4"],
    ['https://live.vendor.test/api/v1', 'http://live.vendor.test/api/v1'],
    ['https://live.vendor.test/api/v1', 'https://user@live.vendor.test/api/v1'],
    ['https://live.vendor.test/api/v1', 'file:///etc/passwd'],
  ])('that was edited from %s to %s opens nothing', async (before, after) => {
    const home = await core.home();
    const file = join(home.folder, 'pairing.php');
    const text = await readFile(file, 'utf8');
    expect(text).toContain(before);
    await writeFile(file, text.replace(before, after));
    expect(await codeFrom(home, {})).toBe('not-paired');
  });
});

describe('clock', () => {
  test.each([600, -600, 301, -301])('%i s off is refused, and the refusal is signed', async (skew) => {
    const home = await core.home();
    const answered = await postEnvelope(core, home, envelope(home, 'observe', NOW + skew));
    expect(answered.reply.body).toMatchObject({ code: 'clock-skew', time: NOW });
    expect(answered.reply.signed).toBe(true);
  });

  test.each([300, -300])('%i s off is let in', async (skew) => {
    const home = await core.home();
    expect(codeOf(await postEnvelope(core, home, envelope(home, 'observe', NOW + skew)))).toBe('ok');
  });
});

describe('once', () => {
  test('a letter is answered once, as long as it is in time', async () => {
    const home = await core.home();
    const parts = envelope(home, 'observe', NOW + 300);
    expect(codeOf(await postEnvelope(core, home, parts))).toBe('ok');
    for (const later of [0, 61, 299, 599, 600]) {
      const answered = await postEnvelope(core, home, parts, { time: NOW + later });
      expect(codeOf(answered)).toBe('replayed');
      expect(answered.reply.signed).toBe(true);
    }
    expect(codeOf(await postEnvelope(core, home, parts, { time: NOW + 601 }))).toBe('clock-skew');
  });

  test('of two processes that get the same letter at once, exactly one answers it', async () => {
    const second = await startCore();
    await second.host(hostState(PASSWORD));
    try {
      const home = await core.home();
      for (let round = 0; round < 40; round++) {
        const nonce = freshNonce();
        const message = { operation: 'observe', path: PATH, time: NOW, nonce, body: '{}' } as const;
        const letter = writeLetter(home.pairing, message);
        const posted = { time: NOW + Math.floor(round / 20) * 60 };
        const both = await Promise.all([
          core.post(home, letter, nonce, posted),
          second.post(home, letter, nonce, posted),
        ]);
        expect(both.map(codeOf).toSorted()).toEqual(['ok', 'replayed']);
      }
    } finally {
      expect(await second.noise()).toBe('');
      await second.stop();
    }
  });

  test('what can no longer be replayed is forgotten, and nothing else is touched', async () => {
    const home = await core.home();
    const foreign = join(home.folder, 'state', 'n-of-somebody-else');
    await writeFile(foreign, 'kept');
    for (const time of [NOW, NOW + 1, NOW + 2]) await core.send(home, 'observe', {}, { time });
    expect(await nonces(home)).toHaveLength(3);
    await core.send(home, 'observe', {}, { time: NOW + 602 });
    expect(await nonces(home)).toHaveLength(2);
    expect(await readFile(foreign, 'utf8')).toBe('kept');
  });
});

describe('the state folder', () => {
  test('is made if an upload left it out', async () => {
    const home = await core.home();
    await rm(join(home.folder, 'state'), { recursive: true });
    expect(await codeFrom(home, {})).toBe('ok');
    expect(await readFile(join(home.folder, 'state/.htaccess'), 'utf8')).toContain('Require all denied');
  });

  test.each(['describe', 'observe', 'apply', 'check'] as const)(
    'that cannot be written stops %s',
    async (operation) => {
      const home = await core.home();
      await rm(join(home.folder, 'state'), { recursive: true });
      await writeFile(join(home.folder, 'state'), '');
      const answered = await core.send(home, operation, {});
      expect(codeOf(answered)).toBe('state-not-writable');
      expect(answered.reply.signed).toBe(true);
      expect(answered.writes).toBe(0);
    },
  );

  test('is the only place that is written to', async () => {
    const home = await core.home();
    const before = await readdir(home.folder);
    for (const operation of ['describe', 'observe', 'check'] as const) await core.send(home, operation, {});
    expect(await readdir(home.folder)).toEqual(before);
    const names = await readdir(join(home.folder, 'state'));
    expect(names.filter((name) => !/^n-[0-9a-f]{32}$|^rate\.php$|^cleaned$|^lock$/.test(name))).toEqual([]);
  });

  test('does not lead a write to another file', async () => {
    const home = await core.home();
    const victim = join(home.folder, 'victim');
    await writeFile(victim, 'untouched');
    await mkdir(join(home.folder, 'state'), { recursive: true });
    await symlink(victim, join(home.folder, 'state/rate.php'));
    expect(await codeFrom(home, {})).toBe('ok');
    expect(await readFile(victim, 'utf8')).toBe('untouched');
  });
});

async function nonces(home: Home): Promise<string[]> {
  return (await readdir(join(home.folder, 'state'))).filter((name) => /^n-[0-9a-f]{32}$/.test(name));
}
