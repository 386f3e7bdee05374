/**
 * Gate: docker-compose.yml and Dockerfile without an engine. Docker Compose reads and resolves the file (`config`), then the
 * properties that an operator relies on are looked up in what it resolved; hadolint reads the Dockerfile.
 */
import { execFileSync } from 'node:child_process';
import { env, exit, stdout } from 'node:process';
import { z } from 'zod';

const CANARY = 'compose-canary-7f3a91';
const WORKER_DRAIN_SECONDS = 60;

const service = z.object({
  command: z.array(z.string()).nullish(),
  init: z.boolean().default(false),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
  network_mode: z.string().optional(),
  networks: z.record(z.string(), z.unknown()).default({}),
  healthcheck: z.unknown().optional(),
  build: z.object({ target: z.string() }).optional(),
  ports: z.array(z.object({ host_ip: z.string().optional() })).default([]),
});
const project = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })),
});
type Service = z.output<typeof service>;

function resolveProject(tool: string): z.output<typeof project> {
  const args = ['--profile', 'lab', 'config', '--format', 'json'];
  return project.parse(
    JSON.parse(execFileSync(tool, args, { encoding: 'utf8', env: { ...env, REDIS_PASSWORD: CANARY } })),
  );
}

function seconds(duration: string | undefined): number {
  const parts = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration ?? '');
  return Number(parts?.[1] ?? 0) * 60 + Number(parts?.[2] ?? 0);
}

function isHardened(each: Service | undefined): boolean {
  return each !== undefined && each.init && each.read_only && each.cap_drop.includes('ALL');
}

const { COMPOSE_BIN: compose = 'docker-compose', HADOLINT_BIN: hadolint = 'hadolint' } = env;
execFileSync(hadolint, ['Dockerfile'], { stdio: 'inherit' });
const { services, networks } = resolveProject(compose);
const { redis, worker, vault } = services;
const simulators = Object.entries(services).filter(([name]) => name.startsWith('simulator-'));
const redisCommand = redis?.command?.join(' ') ?? '';
const ours = [redis, worker, ...simulators.map(([, each]) => each)];

const checks: Record<string, boolean> = {
  'Redis keeps an append-only file, synced every second': /--appendonly yes --appendfsync everysec/.test(redisCommand),
  'Redis never evicts': redisCommand.includes('--maxmemory-policy noeviction'),
  'Redis asks for a password and has none in its arguments':
    redisCommand.includes('requirepass') && !redisCommand.includes(CANARY),
  'Redis is on an internal network only':
    Object.keys(redis?.networks ?? {}).join() === 'queue' && networks['queue']?.internal === true,
  'Redis publishes no port': redis?.ports.length === 0,
  'Redis has a health check': redis?.healthcheck !== undefined,
  'the worker gets longer to stop than it takes to drain': seconds(worker?.stop_grace_period) > WORKER_DRAIN_SECONDS,
  'the worker is built from the target `worker`': worker?.build?.target === 'worker',
  'three simulators share the loopback of the worker':
    simulators.length === 3 &&
    simulators.every(([, each]) => each.network_mode === 'service:worker' && each.build?.target === 'simulators'),
  'Vault and an AWS emulator are there': vault !== undefined && services['aws-secrets-manager'] !== undefined,
  'published ports are on loopback': Object.values(services).every((each) =>
    each.ports.every((port) => port.host_ip === '127.0.0.1'),
  ),
  'our own services are hardened': ours.every(isHardened),
};
const broken = Object.keys(checks).filter((name) => checks[name] !== true);
for (const name of broken) stdout.write(`compose: not so: ${name}\n`);
stdout.write(
  `compose: ${String(Object.keys(services).length)} services, ${String(Object.keys(checks).length)} properties, ${String(broken.length)} broken\n`,
);
exit(broken.length === 0 ? 0 : 1);
