import { env } from 'node:process';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { createCountReporter } from './test/support/count-reporter.ts';

const SECOND = 1000;

/** One project: `test/<name>/**`. Projects of one `order` run side by side, the next order starts when they are done. */
function project(
  name: string,
  order: number,
  test: TestProjectInlineConfiguration['test'],
): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      exclude: ['**/*.{moto,vault,lowkey}.test.ts'],
      sequence: { groupOrder: order },
      ...test,
    },
  };
}

/** For tests that own processes, ports and a Redis: two files at a time, with time for a slow machine. */
const heavy = { maxWorkers: 2, testTimeout: 120 * SECOND, hookTimeout: 60 * SECOND };

/** The same for those that wait more than they work: for a process to start, for the vendor's pace. */
const mostlyWaiting = { ...heavy, maxWorkers: 3 };

export default defineConfig({
  test: {
    allowOnly: false,
    passWithNoTests: false,
    restoreMocks: true,
    unstubEnvs: true,
    teardownTimeout: 20 * SECOND,
    reporters: ['default', createCountReporter(env['KEYTURN_TEST_COUNTS'])],
    projects: [
      project('unit', 0, { testTimeout: 20 * SECOND }),
      project('property', 0, { testTimeout: 60 * SECOND }),
      project('contract', 0, { testTimeout: 60 * SECOND, hookTimeout: 30 * SECOND }),
      project('integration', 1, heavy),
      project('crash', 2, heavy),
      project('e2e', 3, mostlyWaiting),
      project('stores', 4, {
        ...heavy,
        include: ['test/**/*.moto.test.ts', 'test/contract/secret-store-vault*.test.ts'],
        exclude: ['**/*.vault.test.ts'],
      }),
      project('lowkey', 4, { ...heavy, include: ['test/**/*.lowkey.test.ts'], exclude: [] }),
      project('vault', 4, { ...heavy, include: ['test/**/*.vault.test.ts'], exclude: [] }),
      project('panels', 5, { ...mostlyWaiting, globalSetup: ['test/hosts/global-setup.ts'] }),
    ],
  },
});
