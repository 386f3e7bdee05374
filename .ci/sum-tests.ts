/** Adds up the counts of all vitest runs (see test/support/count-reporter.ts) and prints them, the total on the last line. */
import { readFileSync } from 'node:fs';
import { argv, exit, stdout } from 'node:process';
import { z } from 'zod';

const counts = z.object({ passed: z.number(), failed: z.number(), skipped: z.number() });
const run = z.object({ projects: z.record(z.string(), counts), errors: z.number(), empty: z.array(z.string()) });

const lines = readFileSync(argv[2] ?? '', 'utf8')
  .trim()
  .split('\n');
const runs = lines.map((line) => run.parse(JSON.parse(line)));
const total = { passed: 0, failed: 0, skipped: 0 };
for (const [index, { projects, errors, empty }] of runs.entries()) {
  for (const [name, { passed, failed, skipped }] of Object.entries(projects)) {
    stdout.write(
      `run ${String(index + 1)}, ${name}: ${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped\n`,
    );
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  for (const name of empty) stdout.write(`run ${String(index + 1)}, ${name}: no test ran, counted as a failure\n`);
  total.failed += errors + empty.length;
}
if (total.skipped > 0) stdout.write(`${String(total.skipped)} tests were skipped, counted as failures\n`);
total.failed += total.skipped;
stdout.write(`${String(total.passed)} passed, ${String(total.failed)} failed\n`);
exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
