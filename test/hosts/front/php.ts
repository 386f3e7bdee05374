import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { FrontConfig } from './config.ts';

export interface RunningPhp {
  /** Runs a request on the process that has the fewest of them: each takes one at a time. */
  use<T>(request: (port: number) => Promise<T>): Promise<T>;
  /** The process for the test's own controls, which so never wait for a panel that hangs. */
  readonly controlPort: number;
  stop(): Promise<void>;
}

interface PhpProcess {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Several `php -S` processes for one panel. Not PHP_CLI_SERVER_WORKERS: PHP's own workers outlive a parent that was killed.
 * Throws an Error with PHP's words if they do not come up.
 */
export async function startPhp(config: FrontConfig, env: Readonly<Record<string, string>>): Promise<RunningPhp> {
  const log = createWriteStream(config.log, { flags: 'a' });
  const all = await Promise.all(Array.from({ length: config.workers + 1 }, () => startOne(config, env, log)));
  const [control, ...workers] = all.map(({ port }) => ({ port, busy: 0 }));
  return {
    controlPort: control?.port ?? 0,
    async use(request) {
      const worker = workers.toSorted((a, b) => a.busy - b.busy)[0];
      if (!worker) throw new Error('no PHP process');
      worker.busy += 1;
      try {
        return await request(worker.port);
      } finally {
        worker.busy -= 1;
      }
    },
    async stop() {
      await Promise.all(all.map((one) => one.stop()));
      log.end();
    },
  };
}

/** setpriv has the kernel kill PHP when this process dies, however it dies. */
async function startOne(
  config: FrontConfig,
  env: Readonly<Record<string, string>>,
  log: Writable,
): Promise<PhpProcess> {
  const ini = Object.entries(config.ini).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
  const php = [config.php, ...ini, '-S', `${config.address}:0`, '-t', config.root, config.router];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...php], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...config.env, ...env },
  });
  const port = await listeningPort(child, (line) => log.write(`${line}\n`));
  return {
    port,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function listeningPort(child: ChildProcess, print: (line: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`php ended with ${code}: ${said.join('\n')}`)));
    if (!child.stderr) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (said.length < 20) said.push(line);
      print(line);
      const port = /Development Server \(http:\/\/[\d.]+:(\d+)\) started/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
}
