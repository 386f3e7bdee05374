import { answerCall, carryLetter, letterName } from '../connector/carry.ts';
import type { Panel } from '../connector/panel.ts';
import { parseForm, textField } from '../shared/form.ts';
import { answer, type Outcome, page, type WebRequest } from '../shared/web.ts';

const ENTRY = '/plugins/snapin/keyturn/connector.php';

/** The snapin's own entry point: ClientExec has no API for it, so the letter's signature is the only sign-in. */
export async function answerClientexec(panel: Panel, request: WebRequest, rest: string): Promise<Outcome | undefined> {
  if (rest !== ENTRY || !panel.config.connector) return undefined;
  const letter = request.method === 'POST' ? textField(parseForm(request.body), 'keyturn') : undefined;
  if (letter === undefined) return page(405, '405 Method Not Allowed');
  return answerCall(panel, letterName(letter), async (mode) => {
    return answer(200, 'text/plain; charset=utf-8', (await carryLetter(panel, letter, request, mode)) ?? '');
  });
}
