// Who may import whom (DESIGN.md section 6). `allowed` is the whole list: an import that no line names is refused.
// Type imports count. test/unit/architecture.test.ts proves that this looks, and at what.

/** Folders inside, by the name used below. */
const CORE = '^src/core/';
const APP = '^src/app/';
const INFRA = '^src/infra/';
const CLI = '^src/cli/';
const COMPOSE = '^src/compose[./]';
const WORKER = '^src/worker\\.ts$';
const JOBS = '^jobs/';
const PROVIDERS = '^providers/';
const PROVIDERS_SHARED = '^providers/shared/';
const SIMULATORS = '^test/simulators/';
const HOSTS = '^test/hosts/';

/** Each npm package that our code may load, and the only modules that may load it. */
const PACKAGE_HOMES = {
  '@aws-sdk/client-secrets-manager': '^providers/secret-stores/aws-secrets-manager/',
  '@aws-sdk/credential-providers': '^providers/secret-stores/aws-secrets-manager/',
  '@azure/core-rest-pipeline': '^providers/secret-stores/azure-key-vault/',
  '@azure/identity': '^providers/secret-stores/azure-key-vault/',
  '@azure/keyvault-secrets': '^providers/secret-stores/azure-key-vault/',
  '@inquirer/password': CLI,
  '@noble/hashes': '^test/simulators/connector/',
  'age-encryption': '^providers/secret-stores/file/',
  bullmq: JOBS,
  commander: CLI,
  fflate: '^providers/shared/connector/archive\\.ts$',
  ioredis: '^(src/infra/redis|jobs)/',
  'js-redis-server': '^src/infra/redis/',
  'libsodium-wrappers': '^providers/shared/connector/',
  'log-update': CLI,
  'node-vault': '^providers/secret-stores/hashicorp-vault/',
  'p-limit': '^(src/(app/|compose)|jobs/|providers/shared/)',
  pino: '^src/infra/log/',
  'proper-lockfile': '^(providers/secret-stores/file|src/infra)/',
  tweetnacl: '^test/simulators/connector/',
  undici: '^providers/(shared|vendors)/',
  yaml: '^src/(infra/config|cli/demo)/',
  zod: '^(providers|jobs|src/infra|src/cli)/',
};

/** These cost tens of milliseconds or more to load: whoever needs one imports it when it is needed. */
const HEAVY = [
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/credential-providers',
  '@azure/core-rest-pipeline',
  '@azure/identity',
  '@azure/keyvault-secrets',
  'node-vault',
  'age-encryption',
  'js-redis-server',
  'libsodium-wrappers',
];

function packagePath(name) {
  return `^node_modules/(@types/)?${name.replaceAll('.', '\\.')}/`;
}

function allow(from, to) {
  return { from: { path: from }, to };
}

const outsideTests = { pathNot: '^(test|bench|\\.ci)/' };

export default {
  allowed: [
    allow(CORE, { path: [CORE, '^(node:)?(crypto|util)$'] }),
    allow(APP, { path: [CORE, APP] }),
    allow(INFRA, { path: [CORE, INFRA] }),
    allow(INFRA, { path: APP, dependencyTypes: ['type-only'] }),
    allow(CLI, { path: [CORE, APP, INFRA, CLI, COMPOSE, WORKER] }),
    // The demo starts the simulators, as processes, through the one module that knows how.
    allow('^src/cli/demo/', { path: '^test/simulators/start\\.ts$' }),
    allow(COMPOSE, { path: ['^src/(core|app|infra|compose)', JOBS, PROVIDERS] }),
    allow(WORKER, { path: ['^src/(core|infra)/', COMPOSE] }),
    allow(JOBS, { path: [CORE, APP, JOBS] }),
    allow(JOBS, { path: INFRA, dependencyTypes: ['type-only'] }),
    allow('^providers/registry\\.ts$', { path: PROVIDERS }),
    allow(PROVIDERS_SHARED, { path: [CORE, PROVIDERS_SHARED] }),
    allow('^providers/([^/]+)/([^/]+)/', { path: [CORE, PROVIDERS_SHARED, '^providers/$1/$2/'] }),
    allow('^(src/(infra|cli|compose|worker)|jobs|providers)', { dependencyTypes: ['core'] }),
    // Apart from what they check: a simulator that shared a line with the code would agree with its mistakes.
    allow(SIMULATORS, { path: SIMULATORS }),
    allow(SIMULATORS, { dependencyTypes: ['core'] }),
    // The panels in real PHP likewise; only the module that installs the connector into them knows how that is built.
    allow(HOSTS, { path: [HOSTS, '^test/simulators/shared/'] }),
    allow(HOSTS, { dependencyTypes: ['core'] }),
    allow('^test/hosts/start\\.ts$', {
      path: ['^providers/shared/connector/', '^providers/panels/[^/]+/connector\\.ts$', '^test/support/'],
    }),
    allow('^(test/(?!(simulators|hosts)/)|bench/|\\.ci/|[^/]+$)', {}),
    ...Object.entries(PACKAGE_HOMES).map(([name, home]) => allow(home, { path: packagePath(name) })),
  ],
  allowedSeverity: 'error',
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'not-to-dev-dep',
      comment: 'What ships may only need what is installed with it.',
      severity: 'error',
      from: outsideTests,
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
    },
    {
      name: 'not-in-package-json',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'source-knows-no-tests',
      severity: 'error',
      from: { path: '^(src|providers|jobs)/' },
      to: { path: '^(test|bench|\\.ci)/', pathNot: '^test/simulators/start\\.ts$' },
    },
    {
      name: 'heavy-packages-load-lazily',
      severity: 'error',
      from: { path: '^(src|providers|jobs)/' },
      to: { path: HEAVY.map(packagePath), dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports it and it imports nobody: delete it or wire it. Entry points start something.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['/main\\.ts$', '^src/worker\\.ts$', '\\.d\\.ts$', '^(test|bench|\\.ci)/', '^[^/]+$'],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
