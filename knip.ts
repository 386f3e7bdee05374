import type { KnipConfig } from 'knip';

/** Nothing unused: no file, export or dependency. A trailing `!` marks what ships (`knip --production` looks at that alone). */
const config: KnipConfig = {
  entry: [
    'src/cli/main.ts!',
    'test/simulators/*/main.ts!',
    // The demo and the tests each use some of the starters.
    'test/simulators/start.ts!',
    'test/hosts/front/main.ts',
    // Imported by the name of the panel's kind.
    'providers/panels/*/connector.ts!',
    'test/**/*.test.ts',
    // Started as processes by tests.
    'test/support/*-worker.ts',
    // Given to Node by --import.
    'test/support/loaded-modules.ts',
    '.ci/*.ts',
    'bench/*.ts',
  ],
  project: [
    '{src,providers,jobs}/**/*.ts!',
    'test/simulators/**/*.ts!',
    '{bench,.ci}/**/*.ts',
    'test/!(simulators)/**/*.ts',
    '*.{ts,js}',
  ],
  ignoreDependencies: [
    // Started as a program by .ci/layers.ts.
    'dependency-cruiser',
  ],
  // Debian's packages: redis-server, which .ci/run installs, util-linux, which is always there, and Java for Lowkey Vault.
  ignoreBinaries: ['redis-server', 'setpriv', 'java'],
  ignoreExportsUsedInFile: true,
};

export default config;
