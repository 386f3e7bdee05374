import { lostAnswer, transportFault } from '../shared/faults.ts';
import { type FormFields, parseForm, textField, toEntities } from '../shared/form.ts';
import { count } from '../shared/hash.ts';
import { locate } from '../shared/panels.ts';
import { json, type Outcome, page, type WebRequest } from '../shared/web.ts';
import { runAction } from './actions.ts';
import { failure, formatAnswer } from './answers.ts';
import { refusalOf } from './auth.ts';
import { MODULE } from './config.ts';
import type { Panel } from './panel.ts';

const MODULE_FILE = '/modules/registrars/domainnameapi/whmcs.json';

/** Answers one request to any of the panels. */
export async function answerWhmcs(panels: ReadonlyMap<string, Panel>, request: WebRequest): Promise<Outcome> {
  const found = locate(panels, request.path);
  if (found?.rest === MODULE_FILE && found.panel.config.showsModuleFile) return moduleFile(found.panel);
  if (found?.rest !== '/includes/api.php') return page(404, '404 Not Found');
  const fields = request.method === 'POST' ? sanitise(parseForm(request.body)) : {};
  return answerApi(found.panel, fields, request);
}

async function answerApi(panel: Panel, fields: FormFields, { address: caller, path }: WebRequest): Promise<Outcome> {
  const action = (textField(fields, 'action') ?? '').toLowerCase();
  count(panel.actions, action);
  const fault = panel.faults.take(action);
  const mode = fault?.mode ?? 'none';
  const broken = mode === '403' ? page(403, '403 Forbidden') : await transportFault(fault);
  if (broken !== undefined) return broken;
  const style = { action, json: textField(fields, 'responsetype') === 'json' };
  const refusal = refusalOf(panel, fields, caller, action);
  if (refusal !== undefined) return formatAnswer(403, failure(refusal), style);
  const answer = await runAction(action, { panel, fields, mode, path, caller });
  return lostAnswer(mode) ?? formatAnswer(200, answer, style);
}

/** The static file in which the module carries its version; module 3.0.n ships library 3.0.n. */
function moduleFile(panel: Panel): Outcome {
  return json(200, { schema: panel.config.libraryVersion, type: 'whmcs-registrars', name: MODULE });
}

/** WHMCS turns special characters of all its input into HTML entities. */
function sanitise(fields: FormFields): FormFields {
  const clean: FormFields = {};
  for (const [name, value] of Object.entries(fields)) {
    clean[name] = typeof value === 'string' ? toEntities(value) : sanitise(value);
  }
  return clean;
}
