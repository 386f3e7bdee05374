import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = `
import { startDomainNameApi } from ${JSON.stringify(fileURLToPath(new URL('../../simulators/start.ts', import.meta.url)))};
const vendor = await startDomainNameApi();
console.log(JSON.stringify({ pid: vendor.pid, url: vendor.url }));
setInterval(() => undefined, 60_000);
`;

/** A process that has started a simulator and now waits, to be killed. */
export async function spawnParent(): Promise<{
  readonly parent: ChildProcess;
  readonly simulatorPid: number;
  readonly url: string;
}> {
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    parent.once('exit', () => {
      reject(new Error('the parent ended early'));
    });
    createInterface({ input: parent.stdout }).once('line', resolve);
  });
  const { pid, url } = JSON.parse(line) as { pid: number; url: string };
  return { parent, simulatorPid: pid, url };
}
