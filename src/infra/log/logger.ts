import { pino } from 'pino';
import type { Logger } from '../../core/ports.ts';
import { toPlainFields } from './plain.ts';
import { createRedactingStream, type LineDestination } from './redacting-stream.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where finished lines go; standard error when left out, because standard output is for results. */
  readonly destination?: LineDestination;
}

/**
 * JSON lines through pino: `{"level":"info","time":"2026-...Z","pid":1,...fields,"msg":"static message"}`.
 *
 * Three lines of defence: fields are copied into plain values first (secrets, foreign errors and unknown objects stop there,
 * fields with a secret's name too), and every finished line passes the redactor. pino's own `redact` is not used: it leaves
 * error texts alone and sees names at fixed depths only. Writing is synchronous, so the last line before a crash is there.
 * A log call never throws.
 */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? pino.destination({ dest: 2, sync: true });
  const sink = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (plain: unknown) => plain },
    },
    createRedactingStream(destination),
  );
  function at(level: Exclude<LogLevel, 'silent'>): Logger['info'] {
    return (fields, message) => {
      if (!sink.isLevelEnabled(level)) return;
      try {
        sink[level](toPlainFields(fields), message);
      } catch {
        // The work matters more than its log: a full disk or a closed pipe must not fail a rotation.
      }
    };
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
