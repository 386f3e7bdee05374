import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { env } from 'node:process';

/* Given to Node by --import: writes the address of every module that is loaded to the file LOADED_MODULES names, one a line. */

const list = env['LOADED_MODULES'] ?? '/dev/null';

registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(list, `${url}\n`);
    return nextLoad(url, context);
  },
});
