import { describe, expect, it } from 'vitest';
import { problemLines } from '../../support/config-files.ts';

const HEAD = `fingerprintKey: file:fp.key
stores:
  local: { kind: box, directory: data }
accounts:
  main:
    live: { secret: { store: local, name: dna/main } }
`;
const PANEL = `panels:
  billing:
    kind: acme
    url: https://billing.example.com
    secret: env:ACME_SECRET
    bindings:
`;
/** The head has 6 lines, the panel's options stand on lines 9 to 11, its first binding on line 13. */
function withPanel(bindings: string): string {
  return `${HEAD}${PANEL}${bindings}`;
}
const LITERAL = '"Zx9-very-secret-value"';
const REFERENCE_FIX =
  'must be a reference, not the secret itself. Keep the secret elsewhere and write env:NAME, file:PATH or store:STORE/NAME#FIELD here.';

interface Row {
  readonly name: string;
  readonly text: string;
  readonly problems: readonly string[];
}

const rows: readonly Row[] = [
  {
    name: 'an empty file',
    text: '# nothing\n',
    problems: ['1:1 the file is empty. Run "keyturn init" in another directory to get a commented one.'],
  },
  {
    name: 'a text instead of sections',
    text: 'hello\n',
    problems: [
      '1:1 must be a section with options. Put each option on its own line below it, indented, as "name: value".',
    ],
  },
  {
    name: 'nothing that is needed',
    text: 'worker:\n',
    problems: [
      '1:1 fingerprintKey: is missing. Add it: The key of all fingerprints, the same on every worker; "keyturn init" makes one.',
      '1:1 stores: is missing. Add it: The secret stores, each under a name of your choice.',
      '1:1 accounts: is missing. Add it: The reseller accounts, each under a name of your choice.',
    ],
  },
  {
    name: 'an unknown section that looks like a known one',
    text: `${HEAD}pannels: {}\n`,
    problems: ['7:1 pannels: is not a known option. Did you mean "panels"?'],
  },
  {
    name: 'an unknown option that looks like nothing',
    text: `${HEAD}worker:\n  colour: red\n`,
    problems: [
      '8:3 worker.colour: is not a known option. Remove it; known here: concurrency, chunkSize, drainSeconds, abortSeconds, watchSeconds, logLevel.',
    ],
  },
  {
    name: 'numbers and choices out of range',
    text: `${HEAD}worker: { concurrency: 0, chunkSize: 2.5, drainSeconds: ten, logLevel: inf }\n`,
    problems: [
      '7:24 worker.concurrency: must be 1 or more. Change the number.',
      '7:38 worker.chunkSize: must be a whole number. Write it without quotes and fraction.',
      '7:57 worker.drainSeconds: must be a number. Write it without quotes.',
      '7:72 worker.logLevel: cannot be "inf". Did you mean "info"?',
    ],
  },
  {
    name: 'a literal secret where a reference is required',
    text: HEAD.replace('file:fp.key', LITERAL),
    problems: [`1:17 fingerprintKey: ${REFERENCE_FIX}`],
  },
  {
    name: 'a literal secret in the options of a panel, and in redis',
    text: `${withPanel('      - account: main\n').replace('env:ACME_SECRET', LITERAL)}redis: { url: redis://:pw@host }\n`,
    problems: [`11:13 panels.billing.secret: ${REFERENCE_FIX}`, `14:15 redis.url: ${REFERENCE_FIX}`],
  },
  {
    name: 'an unknown kind of panel and of store',
    text: `${HEAD.replace('kind: box', 'kind: bax')}panels:\n  a:\n    kind: acmee\n    bindings:\n      - account: main\n`,
    problems: [
      '3:18 stores.local.kind: there is no kind "bax". Did you mean "box"?',
      '9:11 panels.a.kind: there is no kind "acmee". Did you mean "acme"?',
    ],
  },
  {
    name: 'a kind that is a word of JavaScript',
    text: HEAD.replace('kind: box', 'kind: constructor'),
    problems: ['3:18 stores.local.kind: there is no kind "constructor". Write one of: box.'],
  },
  {
    name: 'no kind, no bindings',
    text: `${HEAD}panels:\n  a:\n    url: https://a.example.com\n`,
    problems: [
      '8:3 panels.a.kind: is missing. Add it: What kind of panel this is.',
      '8:3 panels.a.bindings: is missing. Add it: The credentials that this panel holds.',
    ],
  },
  {
    name: 'an empty list of bindings',
    text: withPanel('').replace('bindings:', 'bindings: []'),
    problems: ['12:15 panels.billing.bindings: has too few entries. It needs at least 1.'],
  },
  {
    name: 'options that the kind does not know, needs or accepts',
    text: `${HEAD}panels:\n  a:\n    kind: acme\n    ulr: https://a.example.com\n    secret: 5\n    bindings:\n      - { account: main, rwo: 1, note: 123456 }\n      - { account: main, environment: live, row: 0, note: toolong }\n`,
    problems: [
      '8:3 panels.a.url: is missing. Add it: Where the panel is.',
      '10:5 panels.a.ulr: is not a known option. Did you mean "url"?',
      '11:13 panels.a.secret: must be a text. Put the value in quotes.',
      '13:26 panels.a.bindings[0].rwo: is not a known option. Did you mean "row"?',
      '13:40 panels.a.bindings[0].note: must be a text. Put the value in quotes.',
      '14:9 panels.a.bindings[1]: is the same account and environment as bindings[0]. Remove one of them.',
      '14:50 panels.a.bindings[1].row: must be more than 0. Change the number.',
      '14:59 panels.a.bindings[1].note: is too long. It may have 5 characters.',
    ],
  },
  {
    name: 'plain http to a host that is not this machine, in a panel and for the vendor',
    text: `${withPanel('      - account: main\n').replace('https:', 'http:')}vendor: { live: { url: http://vendor.example }, rate: 0 }\n`,
    problems: [
      '10:10 panels.billing.url: is not usable. Give an https:// address without a user name, password, ? or # in it (http:// for loopback only).',
      '14:24 vendor.live.url: is not usable. Give an https:// address without a user name, password, ? or # in it (http:// for loopback only).',
      '14:55 vendor.rate: must be more than 0. Change the number.',
    ],
  },
  {
    name: 'an account that does not exist',
    text: withPanel('      - account: mian\n'),
    problems: ['13:18 panels.billing.bindings[0].account: there is no account "mian". Did you mean "main"?'],
  },
  {
    name: 'an environment that the account has not, and one that nobody has',
    text: withPanel(
      '      - { account: main, environment: test, row: 1 }\n      - { account: main, environment: prod, row: 2 }\n',
    ),
    problems: [
      '13:39 panels.billing.bindings[0].environment: accounts.main has no test credential. Add "test" to accounts.main.',
      '14:39 panels.billing.bindings[1].environment: cannot be "prod". Write one of: live, test.',
    ],
  },
  {
    name: 'stores that do not exist, by name and by reference',
    text: withPanel('      - account: main\n')
      .replace('env:ACME_SECRET', 'store:lokal/acme#secret')
      .replace('store: local,', 'store: other,'),
    problems: [
      '6:30 accounts.main.live.secret.store: there is no store "other". Write one of: local.',
      '11:13 panels.billing.secret: there is no store "lokal". Did you mean "local"?',
    ],
  },
  {
    name: 'a store that needs itself to be opened, directly and through another',
    text: HEAD.replace(
      '  local: { kind: box, directory: data }',
      '  local: { kind: box, directory: data, identity: store:b/x }\n  b: { kind: box, directory: data, identity: store:local/x }',
    ),
    problems: [
      '3:50 stores.local.identity: leads back to this same store. Use an env: or file: reference here.',
      '4:46 stores.b.identity: leads back to this same store. Use an env: or file: reference here.',
    ],
  },
  {
    name: 'one secret for two credentials',
    text: `${HEAD}    test: { secret: { store: local, name: dna/main } }\n`,
    problems: [
      '7:43 accounts.main.test.secret.name: is the secret of accounts.main.live too. Give each account and environment a secret of its own.',
    ],
  },
  {
    name: 'an account without an environment, and one with a wrong Reseller ID',
    text: `${HEAD}    resellerId: x\n  sub: {}\n  other:\n    test: { secret: { store: local, name: o }, resellerId: 21066 }\n  last:\n    test: { secret: { store: local, name: l }, resellerId: "21066" }\n`,
    problems: [
      '7:5 accounts.main.resellerId: is not a known option. Remove it; known here: live, test.',
      '8:8 accounts.sub: has no environment. Add "live" or "test" with the secret of this account.',
      '10:60 accounts.other.test.resellerId: must be a text. Put the value in quotes.',
      "12:60 accounts.last.test.resellerId: is not a Reseller ID. Copy it from the vendor's panel; it looks like 0a1b2c3d-0000-0000-0000-000000000000.",
    ],
  },
  {
    name: 'two bindings to one place',
    text: withPanel(
      '      - { account: main, row: 7, note: a }\n      - { account: main, environment: test, row: 7, note: b }\n',
    ).replace('panels:', '    test: { secret: { store: local, name: t } }\npanels:'),
    problems: [
      '15:9 panels.billing.bindings[1]: points to the same place in the panel as bindings[0]. Give each binding the options that tell its place in the panel apart, or remove one.',
    ],
  },
  {
    name: 'names that cannot be used',
    text: `${HEAD}panels:\n  my panel:\n    kind: hand\n    bindings: [{ account: main }]\n  -x:\n    kind: hand\n    bindings: [{ account: main }]\n  __proto__: {}\n`,
    problems: [
      '8:3 panels.(hidden): is not a usable name. Use 1 to 64 letters, digits, "-" and "_", beginning with a letter or a digit.',
      '11:3 panels.(hidden): is not a usable name. Use 1 to 64 letters, digits, "-" and "_", beginning with a letter or a digit.',
      '14:3 panels.(hidden): is not a usable name. Choose another name.',
    ],
  },
  {
    name: 'a name that is there twice, beside another mistake',
    text: `${HEAD}panels:\n  a: &p { kind: hand, bindings: [{ account: main }] }\n  b: *p\n  a: *p\nwork: {}\n`,
    problems: [
      '10:3 panels.a: is there twice (first on line 8). Keep one of them.',
      '11:1 work: is not a known option. Did you mean "worker"?',
    ],
  },
  {
    name: 'a mistake in a part that two panels share',
    text: `${HEAD}panels:\n  a: &p { kind: hand, bindings: [{ account: none }] }\n  b:\n    <<: *p\n`,
    problems: [
      '8:45 panels.a.bindings[0].account: there is no account "none". Write one of: main.',
      '8:45 panels.b.bindings[0].account: there is no account "none". Write one of: main.',
    ],
  },
  {
    name: 'an anchor that does not exist, and one inside of itself',
    text: `${HEAD}panels:\n  a: *nope\n  b: &b [*b]\n`,
    problems: [
      '8:6 panels.a: names an anchor that does not exist before this place. Define it (&name) further up in the file, outside of this entry.',
      '9:10 panels.b[0]: names an anchor that does not exist before this place. Define it (&name) further up in the file, outside of this entry.',
    ],
  },
  {
    name: 'an alias bomb',
    text: `${HEAD}a: &a [x,x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
      .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(',')}]\n`)
      .join('')}`,
    problems: ['13:7 g: its aliases add up to too much. Use fewer aliases inside of other aliases.'],
  },
  {
    name: 'nesting that nobody needs',
    text: `a: ${'['.repeat(40)}${']'.repeat(40)}\n`,
    problems: [
      `1:36 a${'[0]'.repeat(32)}: is nested too deeply. Write it flat; nothing here needs more than five levels.`,
    ],
  },
  {
    name: 'tabs, an open bracket and an unknown tag',
    text: 'stores:\n\tlocal: x\naccounts: [\nworker: !js {}\n',
    problems: [
      '2:1 a tab is used for indentation. Use spaces.',
      '4:1 the indentation does not fit. Use spaces, the same number for all entries of one list or section, and close every bracket.',
    ],
  },
  {
    name: 'two documents',
    text: `${HEAD}---\nfoo: bar\n`,
    problems: ['7:1 the file holds more than one document ("---"). Keep one document.'],
  },
  {
    name: 'a value with a colon in it, as pasted secrets have',
    text: `${HEAD}redis: { url: 1 }\nworker: a: Zx9-very-secret-value\n`,
    problems: [
      '8:9 there are two "key:" on one line, or the value goes on in the next line. Give each key a line of its own, or put the value in quotes if it holds ": ".',
    ],
  },
];

describe('a broken keyturn.yaml gives every error at once, with its place and its fix', () => {
  it.each(rows)('$name', async ({ text, problems }) => {
    const lines = await problemLines(text);

    expect(lines).toEqual(problems);
    expect(lines.join('\n')).not.toContain('secret-value');
  });
});
