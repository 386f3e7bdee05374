import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { storeKinds } from '../../../providers/registry.ts';

const GOOD: Readonly<Record<string, readonly unknown[]>> = {
  file: [
    { directory: 'x', identity: 'file:y' },
    { directory: 'x', identity: 'env:Y', keepVersions: 3 },
  ],
  env: [{}, { file: '.env' }, { secrets: { main: {} } }],
  'aws-secrets-manager': [
    {},
    { region: 'eu-central-1' },
    { region: 'us-gov-west-1', endpoint: 'http://127.0.0.1:5000' },
    { endpoint: 'https://vpce-1.secretsmanager.eu-central-1.vpce.amazonaws.com', create: true, maxAttempts: 1 },
  ],
  'hashicorp-vault': [
    {},
    { address: 'https://vault.example.com:8200', namespace: 'admin/teams', mount: 'kv/teams', caFile: 'ca.pem' },
    { address: 'http://127.0.0.1:8200', signIn: { method: 'token', token: 'file:/run/vault/token' } },
    { address: 'unix:///run/vault/agent.sock', signIn: { method: 'agent' } },
    { signIn: { method: 'approle', roleId: 'env:ROLE_ID', secretId: 'file:secret-id' } },
    { signIn: { method: 'kubernetes', role: 'keyturn' } },
    { signIn: { method: 'jwt', mount: 'ci', jwt: 'env:JWT' } },
    { signIn: { method: 'cert' }, clientCertificate: { cert: 'file:c.pem', key: 'file:k.pem' } },
  ],
  'azure-key-vault': [
    { vault: 'example-vault' },
    { vault: 'https://example-vault.vault.usgovcloudapi.net', cloud: 'us-government', create: true },
    { vault: 'https://localhost:8443', authorityHost: 'https://localhost:8444', caFile: 'ca.pem', apiVersion: '7.6' },
    { vault: 'example-vault', signIn: { method: 'managed-identity', clientId: 'x' }, expireAfterDays: 365 },
    { vault: 'v-1', signIn: { method: 'client-secret', tenantId: 't', clientId: 'c', clientSecret: 'env:SECRET' } },
    { vault: 'v-1', signIn: { method: 'client-certificate', tenantId: 't', clientId: 'c', certificate: 'file:c.pem' } },
    { vault: 'v-1', signIn: { method: 'workload-identity' } },
  ],
};

const BAD: Readonly<Record<string, readonly unknown[]>> = {
  file: [
    {},
    { directory: 'x', identity: 'AGE-SECRET-KEY-1ABC' },
    { directory: 'x', identity: 'file:y', keepVersions: 2 },
  ],
  env: [{ variables: {} }, { secrets: { main: { apiKey: '1X' } } }],
  'aws-secrets-manager': [
    { region: 'Frankfurt' },
    { endpoint: 'http://moto:5000' },
    { endpoint: 'https://user:word@example.com' },
    { maxAttempts: 0 },
    { secretAccessKey: 'x' },
  ],
  'hashicorp-vault': [
    { address: 'http://vault:8200' },
    { address: 'https://user:word@vault.example.com' },
    { address: 'unix://' },
    { mount: '/secret' },
    { mount: 'a/../b' },
    { namespace: 'a//b' },
    { token: 'hvs.something' },
    { signIn: { method: 'token', token: 'hvs.something' } },
    { signIn: { method: 'approle', roleId: 'env:ROLE_ID', secretId: 'plain' } },
    { signIn: { method: 'kubernetes' } },
    { signIn: { method: 'cert' } },
    { signIn: { method: 'userpass' } },
  ],
  'azure-key-vault': [
    {},
    { vault: 'no_such_name' },
    { vault: 'http://localhost:8443' },
    { vault: 'https://user:word@example-vault.vault.azure.net' },
    { vault: 'v-1', authorityHost: 'http://localhost:8443' },
    { vault: 'v-1', cloud: 'germany' },
    { vault: 'v-1', signIn: { method: 'client-secret', tenantId: 't', clientId: 'c', clientSecret: 'plain' } },
    { vault: 'v-1', signIn: { method: 'client-secret', clientId: 'c', clientSecret: 'env:SECRET' } },
    { vault: 'v-1', signIn: { method: 'device-code' } },
    { vault: 'v-1', expireAfterDays: 0 },
  ],
};

describe.each(Object.entries(storeKinds))('options of the store kind %s', (name, kind) => {
  it('accepts what is documented and refuses the rest', async () => {
    const schema = await kind.schema();
    expect(GOOD[name]?.length).toBeGreaterThan(0);
    for (const options of GOOD[name] ?? []) expect(schema.safeParse(options).error).toBeUndefined();
    for (const options of BAD[name] ?? [])
      expect(schema.safeParse(options).success, JSON.stringify(options)).toBe(false);
  });

  it('becomes a JSON Schema in which every option is described', async () => {
    const schema = z.toJSONSchema(await kind.schema(), { io: 'input' });
    const properties = Object.entries(schema.properties ?? {});
    expect(properties.length).toBeGreaterThan(0);
    for (const [option, property] of properties) expect(property, option).toHaveProperty('description');
    expect(schema.additionalProperties).toBe(false);
  });
});
