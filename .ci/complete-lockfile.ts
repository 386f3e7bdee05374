/**
 * Run by hand after `npm install` of something with platform packages (`node .ci/complete-lockfile.ts`). A registry that does not
 * offer some of them makes npm write a lockfile which `npm ci` then refuses ("Missing: ...@ from lock file", npm/cli issue 9846).
 * Adds each missing one with the version that its parent pins. It has no hash, since nothing was there to hash; no machine but
 * one of that platform ever loads it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { stdout } from 'node:process';
import { z } from 'zod';

const PLATFORM =
  /(android|darwin|linux|freebsd|netbsd|openbsd|openharmony|sunos|win32|aix)-(arm64|arm|x64|ia32|loong64|mips64el|ppc64|riscv64|s390x)(?:-(.+))?$/;

const entry = z.looseObject({
  dev: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lockfile = z.looseObject({ packages: z.record(z.string(), entry) });
type Entry = z.output<typeof entry>;

function platformEntry(name: string, version: string, isDev: boolean): Entry | undefined {
  const [, os, cpu, variant] = PLATFORM.exec(name) ?? [];
  if (os === undefined || !/^\d/.test(version)) return undefined;
  const libc = variant?.startsWith('musl') ? 'musl' : 'glibc';
  return {
    version,
    cpu: [cpu],
    ...(isDev && { dev: true }),
    ...(os === 'linux' && variant !== undefined && { libc: [libc] }),
    optional: true,
    os: [os],
  };
}

const lock = lockfile.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
const added: string[] = [];
for (const [path, { dev, optionalDependencies }] of Object.entries(lock.packages)) {
  for (const [name, version] of path === '' ? [] : Object.entries(optionalDependencies ?? {})) {
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
    const missing = places.some((place) => place in lock.packages)
      ? undefined
      : platformEntry(name, version, dev === true);
    if (missing === undefined) continue;
    lock.packages[`node_modules/${name}`] = missing;
    added.push(`${name}@${version}`);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
if (added.length > 0) {
  writeFileSync(
    'package-lock.json',
    `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, undefined, 2)}\n`,
  );
}
stdout.write(`lockfile: ${String(sorted.length)} entries, ${String(added.length)} added ${added.join(' ')}\n`);
