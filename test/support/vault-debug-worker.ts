import { randomUUID } from 'node:crypto';
import { env, stdout } from 'node:process';
import { SecretValue } from '../../src/core/secret-value.ts';
import { openVaultStore } from './vault.ts';

/* Stages a value as a process of its own, so that a test can look at all that it prints. */

const NEVER = new AbortController().signal;
const name = env['KEYTURN_TEST_NAME'] ?? '';
const store = openVaultStore({});
await store.stage(name, new SecretValue(env['KEYTURN_TEST_VALUE'] ?? ''), { token: randomUUID() }, NEVER);
await store.read(name, 'pending', NEVER);
await store.close();
stdout.write('staged\n');
