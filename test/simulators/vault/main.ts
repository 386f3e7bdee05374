import { type Controls, serveControl } from '../shared/control.ts';
import { runSimulator } from '../shared/process.ts';
import { listen } from '../shared/web.ts';
import { type Config, config } from './config.ts';
import { operations } from './control.ts';
import { answerVault } from './serve.ts';
import { makeToken } from './tokens.ts';
import { createVault, nowOf, type Vault } from './vault.ts';

function controlsOf(vault: Vault): Controls<typeof operations> {
  return {
    setFault: (fault) => vault.faults.set(fault),
    setSealed: ({ sealed }) => {
      vault.sealed = sealed;
    },
    setStandby: ({ location, status = 307 }) => {
      vault.standby = location === undefined ? undefined : { location, status };
    },
    setPolicy: ({ name, rules }) => {
      vault.policies.set(name, rules);
    },
    createToken: ({ bare, policies, ...wish }) => {
      const all = bare ? policies : ['default', ...policies];
      return { token: makeToken(vault.tokens, { ...wish, policies: all }, nowOf(vault)).id };
    },
    revoke: ({ token }) => {
      vault.tokens.delete(token);
    },
    revokeAll: () => {
      for (const id of vault.tokens.keys()) if (id !== vault.config.rootToken) vault.tokens.delete(id);
    },
    setLogins: ({ logins }) => {
      vault.logins = logins;
    },
    advance: ({ seconds }) => {
      vault.aheadMs += seconds * 1000;
    },
    requests: () => vault.requests,
    forget: () => {
      vault.requests.length = 0;
    },
  };
}

async function start(options: Config) {
  const vault = createVault(options);
  const { host, port, tls, socketPath } = options;
  const server = await listen((request) => answerVault(vault, request), { host, port, tls, socketPath });
  const control = await serveControl(operations, controlsOf(vault), options.controlPort);
  const url = socketPath === undefined ? `${tls ? 'https' : 'http'}://${host}:${server.port}` : `unix://${socketPath}`;
  return {
    ready: { url, control: `http://127.0.0.1:${control.port}` },
    close: async () => {
      await Promise.all([server.close(), control.close()]);
    },
  };
}

await runSimulator(config, start);
