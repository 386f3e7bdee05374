import { describe, expect, it } from 'vitest';
import { problemLines, readText } from '../../support/config-files.ts';

const ID = '0a1b2c3d-0000-4000-8000-000000000000';

/** One account; `secret` begins at column 20 of line 6. */
function withSecret(secret: string, rest = ''): string {
  return `fingerprintKey: file:fp.key
stores:
  local: { kind: box, directory: data }
accounts:
  main:
    live: { secret: ${secret}${rest} }
`;
}

describe('the shape of a secret', () => {
  it.each([
    ['{ store: local, name: dna }', { store: 'local', name: 'dna' }],
    ['{ store: local, name: dna, format: json }', { store: 'local', name: 'dna' }],
    [
      '{ store: local, name: dna, fields: { resellerId: username, apiKey: password } }',
      {
        store: 'local',
        name: 'dna',
        shape: { format: 'json', fields: { resellerId: 'username', apiKey: 'password' } },
      },
    ],
    [
      '{ store: local, name: dna, fields: { apiKey: token } }',
      { store: 'local', name: 'dna', shape: { format: 'json', fields: { resellerId: 'resellerId', apiKey: 'token' } } },
    ],
    [
      `{ store: local, name: dna, format: plain }, resellerId: ${ID}`,
      { store: 'local', name: 'dna', shape: { format: 'plain' } },
    ],
    [
      '{ store: local, resellerId: { name: dna-id }, apiKey: { name: dna-key } }',
      { store: 'local', name: 'dna-key', shape: { format: 'plain', resellerIdSecret: 'dna-id' } },
    ],
  ])('%s', async (secret, ref) => {
    const read = await readText(withSecret(secret));
    expect(read.ok && read.config.accounts[0]?.secret).toEqual(ref);
  });

  it.each([
    [
      '{ store: local }',
      ['6:13 accounts.main.live.secret.name: is missing. Add it: The name of the secret in that store.'],
    ],
    [
      '{ store: local, name: dna, format: plain }',
      [
        '6:5 accounts.main.live.resellerId: is missing. Add it: The Reseller ID that the credential must have; a different one is refused.',
      ],
    ],
    [
      `{ store: local, name: dna, format: plain, fields: { apiKey: k } }, resellerId: ${ID}`,
      ['6:71 accounts.main.live.secret.fields: does not go with format plain. Leave one of the two out.'],
    ],
    [
      '{ store: local, name: dna, format: text }',
      ['6:56 accounts.main.live.secret.format: cannot be "text". Write one of: json, plain.'],
    ],
    [
      '{ store: local, name: dna, fields: { apiKey: x, resellerId: x } }',
      ['6:66 accounts.main.live.secret.fields.apiKey: is the field of the Reseller ID too. Give each its own.'],
    ],
    [
      '{ store: local, name: dna, fields: { key: x } }',
      ['6:58 accounts.main.live.secret.fields.key: is not a known option. Remove it; known here: resellerId, apiKey.'],
    ],
    [
      '{ store: local, apiKey: { name: k } }',
      [
        '6:13 accounts.main.live.secret.resellerId: is missing. Add it: Instead of "name": the Reseller ID in a secret of its own.',
      ],
    ],
    [
      '{ store: local, resellerId: { name: k } }',
      [
        '6:13 accounts.main.live.secret.apiKey: is missing. Add it: Instead of "name": the API key in a secret of its own.',
      ],
    ],
    [
      '{ store: local, name: a, format: json, resellerId: { name: k }, apiKey: { name: k } }',
      [
        '6:43 accounts.main.live.secret.name: does not go with a secret for each field. Leave it out, or leave resellerId and apiKey out.',
        '6:54 accounts.main.live.secret.format: cannot be json with a secret for each field. Leave it out.',
        '6:80 accounts.main.live.secret.resellerId.name: is the secret of accounts.main.live too. Give each account and environment a secret of its own.',
      ],
    ],
  ])('refuses %s', async (secret, problems) => {
    expect(await problemLines(withSecret(secret))).toEqual(problems);
  });

  it('lets live and test share the secret of the Reseller ID, and no key', async () => {
    function both(key: string, id: string): string {
      return withSecret(
        '{ store: local, resellerId: { name: id }, apiKey: { name: key } } }',
        `\n    test: { secret: { store: local, resellerId: { name: ${id} }, apiKey: { name: ${key} } }`,
      );
    }
    expect(await problemLines(both('key-test', 'id'))).toEqual([]);
    const fix = 'Give each account and environment a secret of its own.';
    function taken(at: string): readonly unknown[] {
      return [expect.stringContaining(`secret.${at}.name: is the secret of accounts.main.live too. ${fix}`)];
    }
    expect(await problemLines(both('key', 'id'))).toEqual(taken('apiKey'));
    expect(await problemLines(both('key-test', 'key'))).toEqual(taken('resellerId'));
    expect(await problemLines(both('id', 'id-test'))).toEqual(taken('apiKey'));
  });
});
