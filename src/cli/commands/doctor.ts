import type { Readiness } from '../../app/preflight.ts';
import type { Keyturn } from '../../compose.ts';
import type { Config } from '../../infra/config/config.ts';
import { EXIT } from '../exit-codes.ts';
import { type Output, paint } from '../output.ts';
import { preflightAloud, readinessDocument, sayReadiness } from '../readiness-view.ts';
import { type Session, withKeyturn } from '../session.ts';
import { count } from '../text.ts';

/** `keyturn doctor`: opens and asks everything the configuration names, account by account. Changes nothing. */
export async function doctor(session: Session): Promise<number> {
  const { output } = session;
  return withKeyturn(
    session,
    async (keyturn) => {
      const warnings = sayRedis(output, keyturn);
      const readiness: Readiness[] = [];
      for (const account of keyturn.deps.estate.accounts()) {
        const ready = await preflightAloud(session, keyturn, account);
        sayReadiness(output, ready);
        readiness.push(ready);
      }
      const { version, evictionPolicy } = keyturn.redis.facts;
      const next = nextSteps(keyturn.config, readiness);
      for (const [index, step] of next.entries()) output.sayHung(index === 0 ? 'Next: ' : '      ', step);
      output.result({
        config: keyturn.config.path,
        redis: { choice: keyturn.redis.choice, version, evictionPolicy, warnings },
        accounts: readiness.map(readinessDocument),
        next,
      });
      return readiness.every(({ go }) => go) ? EXIT.ok : EXIT.notProven;
    },
    { allowEmbedded: true, onConfig: (config) => sayConfig(output, config) },
  );
}

function sayConfig(output: Output, { path, accounts, panels, bindings }: Config): void {
  const sizes = [count(accounts.length, 'account'), count(panels.length, 'panel'), count(bindings.length, 'binding')];
  output.say(`${paint('green', '✔')} ${path}: ${sizes.join(', ')}`);
}

function sayRedis(output: Output, { redis }: Keyturn): string[] {
  output.say(`${paint('green', '✔')} Redis ${redis.facts.version} answers and evicts nothing`);
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
  for (const warning of warnings) output.sayHung('! ', warning, 'yellow');
  return warnings;
}

/** What to do now, the first thing first. */
function nextSteps({ bindings }: Config, readiness: readonly Readiness[]): readonly string[] {
  const steps: string[] = [];
  if (readiness.some(({ go }) => !go)) steps.push('mend what is marked ✖, then run again: keyturn doctor');
  for (const { account, hasKey } of readiness) {
    if (hasKey) continue;
    const option = account.environment === 'live' ? '' : ` --environment ${account.environment}`;
    steps.push(
      `give the present key: keyturn key submit ${account.accountId}${option} --follow --reseller-id <Reseller ID>`,
    );
  }
  if (bindings.length === 0) {
    steps.push('put your first panel under "panels" in keyturn.yaml: take the # away in front of one of the examples.');
  }
  return steps.length > 0 ? steps : ['find out what every panel holds: keyturn check'];
}
