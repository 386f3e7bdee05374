import { toKeyturnError } from '../../../src/core/errors.ts';
import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { Finding } from '../../../src/core/ports.ts';
import { findingOf, ok, warning } from '../../shared/findings.ts';
import { modulesSchema } from './schema.ts';
import type { WisecpClient } from './transport.ts';

const SCOPE = 'Modules/GetModules';
/** WISECP's documentation names six groups, but not how the one of the registrars is written in an address. */
const GROUPS = ['domain', 'registrars', 'registrar', 'domains'];

/**
 * What WISECP 5 itself tells of the module: whether an extension is sold through it, which the connector cannot know. None of it is
 * needed, so a key without the right for it is well. A failure that the connector would meet as well is a blocker.
 */
export async function lookAtModules(client: WisecpClient, signal: AbortSignal): Promise<Finding[]> {
  for (const group of GROUPS) {
    try {
      const data = await client.call({ method: 'GET', path: `api/v1/admin/modules/${group}`, scope: SCOPE }, signal);
      return [moduleFinding(client.where, data)];
    } catch (thrown) {
      const refusal = toKeyturnError(thrown).context['refusal'];
      if (refusal === 'scope')
        return [ok(`The API key may not list modules (${SCOPE}), which Keyturn can do without.`)];
      if (refusal !== 'group' && refusal !== 'missing') return [findingOf(thrown)];
    }
  }
  return [
    ok(`${client.where} lists its registrars under a name that Keyturn does not know; the connector looks instead.`),
  ];
}

function moduleFinding(where: string, data: unknown): Finding {
  const modules = modulesSchema.safeParse(data);
  const module = modules.success ? modules.data.find(({ key }) => key.toLowerCase() === 'domainnameapi') : undefined;
  if (module?.active === true) return ok(`${where} has the DomainNameAPI module in use.`);
  if (module?.active !== false) return ok(`${where} does not tell whether its DomainNameAPI module is in use.`);
  return warning(
    `${where} has the DomainNameAPI module, but sells no domains through it.`,
    `If it should, choose it: ${menuPaths.wisecp.path}.`,
  );
}
