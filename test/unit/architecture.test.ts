import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cwd } from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkLayers, type LayerReport } from '../../.ci/layers.ts';

describe('this tree', () => {
  let report: LayerReport;
  beforeAll(async () => {
    report = await checkLayers(cwd());
  }, 60_000);

  test('every module is looked at', () => {
    expect(report.unseen).toEqual([]);
    expect(report.modules.length).toBeGreaterThan(60);
    expect(report.dependencies).toBeGreaterThan(report.modules.length);
    for (const folder of ['src/core/', 'src/infra/', 'providers/', 'jobs/', 'test/simulators/']) {
      expect(report.modules.some((module) => module.startsWith(folder))).toBe(true);
    }
  });

  test('imports point inward', () => {
    expect(report.violations).toEqual([]);
  });
});

/** A small tree in which each file breaks one rule: what the gate must find. */
const PLANTED: Readonly<Record<string, string>> = {
  'package.json':
    '{"name":"planted","type":"module","dependencies":{"bullmq":"6.7.0","ioredis":"6.0.0","node-vault":"0.12.0"},"devDependencies":{"execa":"1.0.0"}}',
  'tsconfig.json': '{"compilerOptions":{"module":"nodenext","allowImportingTsExtensions":true,"noEmit":true}}',
  'node_modules/bullmq/package.json': '{"name":"bullmq","version":"6.7.0","main":"index.js"}',
  'node_modules/bullmq/index.js': 'exports.Queue = 1;',
  'node_modules/ioredis/package.json': '{"name":"ioredis","version":"6.0.0","main":"index.js"}',
  'node_modules/ioredis/index.js': 'exports.Redis = 1;',
  'node_modules/node-vault/package.json': '{"name":"node-vault","version":"0.12.0","main":"index.js"}',
  'node_modules/node-vault/index.js': 'exports.vault = 1;',
  'node_modules/execa/package.json': '{"name":"execa","version":"1.0.0","main":"index.js"}',
  'node_modules/execa/index.js': 'exports.execa = 1;',
  'src/core/good.ts': "import { createHmac } from 'node:crypto';\nexport const hmac = createHmac;\n",
  'src/core/reads-files.ts': "import { readFile } from 'node:fs/promises';\nexport const read = readFile;\n",
  'src/core/looks-outward.ts': "import type { A } from '../app/uses-infra.ts';\nexport type B = A;\n",
  'src/app/uses-infra.ts': "import { c } from '../infra/clock.ts';\nexport type A = typeof c;\n",
  'src/app/queues.ts': "import { Queue } from 'bullmq';\nexport const q = Queue;\n",
  'src/infra/clock.ts': 'export const c = 1;\n',
  'src/infra/ring-a.ts': "import { b } from './ring-b.ts';\nexport const a = () => b;\n",
  'src/infra/ring-b.ts': "import { a } from './ring-a.ts';\nexport const b = () => a;\n",
  'src/infra/alone.ts': 'export const alone = 1;\n',
  'src/infra/runs.ts': "import { execa } from 'execa';\nexport const run = execa;\n",
  'src/cli/reaches.ts': "import { whmcs } from '../../providers/panels/whmcs/index.ts';\nexport const r = whmcs;\n",
  'jobs/good.ts':
    "import { Queue } from 'bullmq';\nimport { Redis } from 'ioredis';\nexport const q = [Queue, Redis];\n",
  'jobs/pushes.ts': "import { whmcs } from '../providers/panels/whmcs/index.ts';\nexport const p = whmcs;\n",
  'providers/panels/whmcs/index.ts': 'export const whmcs = 1;\n',
  'providers/panels/blesta/index.ts': "import { whmcs } from '../whmcs/index.ts';\nexport const blesta = whmcs;\n",
  'providers/panels/hostbill/index.ts': "import { Redis } from 'ioredis';\nexport const hostbill = Redis;\n",
  'providers/secret-stores/hashicorp-vault/index.ts': "import { vault } from 'node-vault';\nexport const v = vault;\n",
  'test/simulators/whmcs/main.ts':
    "import { whmcs } from '../../../providers/panels/whmcs/index.ts';\nexport const s = whmcs;\n",
  'src/app/uses-tests.ts': "import { s } from '../../test/simulators/whmcs/main.ts';\nexport const t = s;\n",
};

describe('a tree with one breach per rule', () => {
  let root: string;
  let found: string[];
  let report: LayerReport;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'keyturn-layers-'));
    for (const [path, text] of Object.entries(PLANTED)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    report = await checkLayers(root);
    found = report.violations.map(({ rule, from, to }) => `${rule} ${from} -> ${to}`);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test.each([
    'not-in-allowed src/core/reads-files.ts -> fs/promises',
    'not-in-allowed src/core/looks-outward.ts -> src/app/uses-infra.ts',
    'not-in-allowed src/app/uses-infra.ts -> src/infra/clock.ts',
    'not-in-allowed src/app/queues.ts -> node_modules/bullmq/index.js',
    'not-in-allowed src/cli/reaches.ts -> providers/panels/whmcs/index.ts',
    'not-in-allowed jobs/pushes.ts -> providers/panels/whmcs/index.ts',
    'not-in-allowed providers/panels/blesta/index.ts -> providers/panels/whmcs/index.ts',
    'not-in-allowed providers/panels/hostbill/index.ts -> node_modules/ioredis/index.js',
    'not-in-allowed test/simulators/whmcs/main.ts -> providers/panels/whmcs/index.ts',
    'source-knows-no-tests src/app/uses-tests.ts -> test/simulators/whmcs/main.ts',
    'heavy-packages-load-lazily providers/secret-stores/hashicorp-vault/index.ts -> node_modules/node-vault/index.js',
    'no-orphans src/infra/alone.ts -> src/infra/alone.ts',
    'not-to-dev-dep src/infra/runs.ts -> node_modules/execa/index.js',
  ])('finds %s', (violation) => {
    expect(found).toContain(violation);
  });

  test('finds the ring', () => {
    expect(found.some((violation) => violation.startsWith('no-circular src/infra/ring-'))).toBe(true);
  });

  test('says nothing about what is allowed', () => {
    expect(report.violations.filter(({ from }) => from.endsWith('/good.ts')).map(({ to }) => to)).toEqual([]);
    expect(report.unseen).toEqual([]);
  });
});
