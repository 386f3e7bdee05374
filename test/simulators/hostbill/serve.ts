import { answerCall, carryLetter, letterName } from '../connector/carry.ts';
import type { Panel } from '../connector/panel.ts';
import type { FaultMode } from '../connector/panel-config.ts';
import { type FormFields, parseForm, textField } from '../shared/form.ts';
import { json, type Outcome, type WebRequest } from '../shared/web.ts';
import type { PanelConfig } from './config.ts';

interface Call {
  readonly panel: Panel<PanelConfig>;
  readonly fields: FormFields;
  readonly request: WebRequest;
  readonly name: string;
}

/** `<admin>/api.php`, for the calls that Keyturn makes. */
export async function answerHostbill(
  panel: Panel<PanelConfig>,
  request: WebRequest,
  rest: string,
): Promise<Outcome | undefined> {
  if (rest !== `/${panel.config.admin}/api.php`) return undefined;
  const fields = parseForm(request.method === 'POST' ? request.body : request.query.toString());
  const name = textField(fields, 'call') ?? '';
  const letter = letterOf(fields);
  return answerCall(panel, letter === undefined ? name : letterName(letter), (mode) =>
    reply({ panel, fields, request, name }, mode),
  );
}

async function reply(call: Call, mode: FaultMode): Promise<Outcome> {
  const refusal = refusalOf(call);
  if (refusal !== undefined) return failure(refusal);
  const { panel, fields, request, name } = call;
  if (name === 'getHostBillversion') return success(name, { version: panel.config.panelVersion ?? '2026-03-04' });
  if (name === 'getAPIMethods') return success(name, { methods: ['getAPIMethods', 'getHostBillversion', 'module'] });
  const letter = letterOf(fields);
  if (name !== 'module' || letter === undefined) return failure(`Call ${name} not found`);
  const answer = await carryLetter(panel, letter, request, mode);
  return answer === undefined ? failure('Module not found') : success(name, { keyturn: answer });
}

function letterOf(fields: FormFields): string | undefined {
  const toConnector = textField(fields, 'module') === 'keyturn' && textField(fields, 'fn') === 'letter';
  return toConnector ? textField(fields, 'keyturn') : undefined;
}

function refusalOf({ panel: { config }, fields, request, name }: Call): string | undefined {
  const key = config.credentials.find(
    ({ apiId, apiKey }) => apiId === textField(fields, 'api_id') && apiKey === textField(fields, 'api_key'),
  );
  if (!key) return 'Authorization failed';
  if (!(config.apiAddresses?.includes(request.address) ?? true)) return 'IP not allowed';
  const allowed = key.calls?.some((one) => one.toLowerCase() === name.toLowerCase()) ?? true;
  return allowed ? undefined : `Access to call ${name} denied`;
}

function success(call: string, more: object): Outcome {
  return json(200, { success: true, ...more, call, server_time: Math.floor(Date.now() / 1000) });
}

function failure(text: string): Outcome {
  return json(200, { success: false, error: [text] });
}
