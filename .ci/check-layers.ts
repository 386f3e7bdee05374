/** Gate: imports point inward (DESIGN.md section 6). Prints how many modules and imports it saw. */
import { cwd, exit, stdout } from 'node:process';
import { checkLayers } from './layers.ts';

/** More than any folder alone holds: fewer means that a whole part was not looked at. */
const FEWEST_MODULES = 60;

const { modules, dependencies, unseen, violations } = await checkLayers(cwd());
for (const { rule, from, to } of violations) stdout.write(`${rule}: ${from} -> ${to}\n`);
for (const file of unseen) stdout.write(`not looked at: ${file}\n`);
stdout.write(
  `layers: ${String(modules.length)} modules, ${String(dependencies)} imports, ${String(violations.length)} violations\n`,
);
if (modules.length < FEWEST_MODULES) stdout.write(`layers: fewer than ${String(FEWEST_MODULES)} modules were seen\n`);
exit(violations.length === 0 && unseen.length === 0 && modules.length >= FEWEST_MODULES ? 0 : 1);
