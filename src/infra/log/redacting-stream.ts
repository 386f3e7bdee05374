import { redact } from '../../core/redact.ts';

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

/** A secret of digits may be hit inside a bare number, where the marker breaks the JSON; such a line is dropped, not mended. */
function redactLine(line: string): string {
  const clean = redact(line);
  if (clean === line || isJson(clean)) return clean;
  return '{"level":"warn","msg":"A log line was withheld: it held a secret where it could not be cut out."}\n';
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
