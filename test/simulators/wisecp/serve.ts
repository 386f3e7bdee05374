import { answerCall, carryLetter, letterName } from '../connector/carry.ts';
import { parseObject } from '../connector/letter.ts';
import type { Panel } from '../connector/panel.ts';
import type { Outcome, WebRequest } from '../shared/web.ts';
import type { PanelConfig } from './config.ts';
import { generations } from './generations.ts';

/** The one action of the addon, and in WISECP 5 the module list: what Keyturn asks of WISECP's own API. */
export async function answerWisecp(
  panel: Panel<PanelConfig>,
  request: WebRequest,
  rest: string,
): Promise<Outcome | undefined> {
  const generation = generations[panel.config.generation];
  const call = generation.callOf(request.method, rest.replace(/^\/index\.php/, ''));
  if (!call) return rest.includes('/api/') ? generation.refuse('missing') : undefined;
  const letter = parseObject(request.body)?.['keyturn'];
  const name = typeof letter === 'string' ? letterName(letter) : call.scope;
  return answerCall(panel, name, async (mode) => {
    const refusal = refusalOf(panel.config, request, generation.keyOf(request.headers), call.scope);
    if (refusal) return generation.refuse(refusal);
    if (call.group !== undefined) return generation.listModules(call.group, panel.config.active);
    const reply = typeof letter === 'string' ? await carryLetter(panel, letter, request, mode) : undefined;
    return reply === undefined ? generation.refuse('missing') : generation.succeed({ keyturn: reply });
  });
}

function refusalOf(
  { credentials, apiAddresses, connector }: PanelConfig,
  request: WebRequest,
  key: string | undefined,
  scope: string,
): 'key' | 'address' | 'scope' | undefined {
  const credential = credentials.find((one) => one.key === key);
  if (!credential) return 'key';
  if (!(apiAddresses?.includes(request.address) ?? true)) return 'address';
  // An action that no active addon offers cannot have been ticked.
  const allowed = credential.scopes?.includes(scope) ?? true;
  return allowed || !connector ? undefined : 'scope';
}
