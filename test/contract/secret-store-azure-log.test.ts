import { env, stderr } from 'node:process';
import { expect, it, vi } from 'vitest';
import { CLIENT_SECRET, createAzureTrust, openAzureStore, useTestClientSecret } from '../support/azure.ts';
import { createAzureVault } from '../support/azure-vault.ts';
import { startAzureWire } from '../support/azure-wire.ts';

const NEVER = new AbortController().signal;

useTestClientSecret();
// Read by the SDK as it loads, which is at the first call.
env['AZURE_LOG_LEVEL'] = 'verbose';

it('lets no secret into the log of the SDK, however much that is told to say', async () => {
  const said: string[] = [];
  vi.spyOn(stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const trust = await createAzureTrust();
  const vault = createAzureVault();
  vault.write('keyturn-main', '{"apiKey":"value-of-the-test"}');
  const wire = await startAzureWire({ certificate: trust.certificate, answer: vault.answer });
  const store = openAzureStore(wire.url, trust);
  const value = await store.read('keyturn-main', 'current', NEVER);
  expect(value?.value.reveal()).toContain('value-of-the-test');
  await store.close();
  await wire.close();
  await trust.remove();
  expect(said.join('')).toContain('/secrets/keyturn-main');
  for (const secret of [CLIENT_SECRET, 'token-of-the-test', 'value-of-the-test']) {
    expect(said.join('').includes(secret), 'the log shows a secret').toBe(false);
  }
});
