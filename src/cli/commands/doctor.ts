import { preflight, type Readiness } from '../../app/preflight.ts';
import type { Keyturn } from '../../compose.ts';
import { EXIT } from '../exit-codes.ts';
import { paint } from '../output.ts';
import { readinessDocument, sayReadiness } from '../readiness-view.ts';
import { type Session, withKeyturn } from '../session.ts';

/** `keyturn doctor`: opens and asks everything the configuration names, account by account. Changes nothing. */
export async function doctor(session: Session): Promise<number> {
  return withKeyturn(
    session,
    async (keyturn) => {
      const warnings = sayBasics(session, keyturn);
      const readiness: Readiness[] = [];
      for (const account of keyturn.deps.estate.accounts()) {
        const ready = await preflight(keyturn.deps, account, session.signal);
        sayReadiness(session.output, ready);
        readiness.push(ready);
      }
      const { version, evictionPolicy } = keyturn.redis.facts;
      const redis = { choice: keyturn.redis.choice, version, evictionPolicy, warnings };
      session.output.result({ config: keyturn.config.path, redis, accounts: readiness.map(readinessDocument) });
      return readiness.every(({ go }) => go) ? EXIT.ok : EXIT.notProven;
    },
    { allowEmbedded: true },
  );
}

function sayBasics({ output }: Session, { config, redis }: Keyturn): string[] {
  output.say(
    `${paint('green', '✔')} ${config.path}: ${config.accounts.length} accounts, ${config.panels.length} panels, ${config.bindings.length} bindings`,
  );
  output.say(`${paint('green', '✔')} ${redis.choice} (version ${redis.facts.version}, ${redis.facts.evictionPolicy})`);
  const warnings = [
    ...(redis.kind === 'embedded'
      ? [
          'There is no real Redis: `keyturn worker` and `keyturn rotate` will refuse to start. Set REDIS_URL or install redis-server.',
        ]
      : []),
    ...(redis.kind === 'url' && redis.facts.appendOnly === false
      ? ['This Redis keeps nothing on disk; switch appendonly on.']
      : []),
  ];
  for (const warning of warnings) output.say(`${paint('yellow', '!')} ${warning}`);
  return warnings;
}
