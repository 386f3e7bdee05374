import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** What one project of one vitest run did, in numbers. */
export interface ProjectCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** One line of the counts file. `errors` are failures outside any test: a file that does not load, an unhandled rejection. */
export interface RunCounts {
  readonly projects: Record<string, ProjectCounts>;
  readonly errors: number;
  /** Projects that were asked for and ran nothing. */
  readonly empty: readonly string[];
}

function countModule(module: TestModule, projects: Record<string, ProjectCounts>): number {
  const counts = (projects[module.project.name] ??= { passed: 0, failed: 0, skipped: 0 });
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    counts[state === 'pending' ? 'skipped' : state] += 1;
  }
  return (
    module.errors().length + [...module.children.allSuites()].reduce((sum, suite) => sum + suite.errors().length, 0)
  );
}

/** Adds up a finished run. */
export function countRun(asked: readonly string[], modules: readonly TestModule[], unhandled: number): RunCounts {
  const projects: Record<string, ProjectCounts> = {};
  const errors = modules.reduce((sum, module) => sum + countModule(module, projects), unhandled);
  const empty = asked.filter((name) => (projects[name]?.passed ?? 0) + (projects[name]?.failed ?? 0) === 0);
  return { projects, errors, empty };
}

/**
 * A vitest reporter that appends the run's counts as one JSON line to `file`, for `.ci/run` to add up over several runs.
 * With a file given the run counts as complete: a project that ran nothing makes it fail. Without one it does nothing.
 */
export function createCountReporter(file: string | undefined): Reporter {
  if (file === undefined) return {};
  let asked: readonly string[] = [];
  return {
    onInit(vitest: Vitest): void {
      asked = vitest.projects.map((each) => each.name);
    },
    onTestRunEnd(modules, unhandledErrors): void {
      const counts = countRun(asked, modules, unhandledErrors.length);
      appendFileSync(file, `${JSON.stringify(counts)}\n`);
      if (counts.empty.length > 0) process.exitCode = 1;
    },
  };
}
