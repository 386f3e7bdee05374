import { redact } from '../../core/redact.ts';
import { redactJson } from '../../core/redact-json.ts';

/** Takes whole lines, each with its line break. */
export interface LineDestination {
  write(line: string): unknown;
}

/** Removes every registered secret from a line on its way out, and keeps the line JSON. */
export function createRedactingStream(destination: LineDestination): LineDestination {
  return {
    write: (line) => destination.write(redactLine(line)),
  };
}

/**
 * What was cut out may have been structure, for a panel's key can look like a piece of a log line: then a hostile panel could have
 * lines withheld. So a line with a secret in it is taken apart and each of its texts cleaned by itself.
 */
function redactLine(line: string): string {
  if (redact(line) === line) return line;
  try {
    return `${JSON.stringify(redactJson(JSON.parse(line)))}\n`;
  } catch {
    return '{"level":"warn","msg":"A log line was withheld: it held a secret and was not JSON."}\n';
  }
}
