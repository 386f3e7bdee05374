import { lostAnswer, transportFault } from '../shared/faults.ts';
import { parseForm } from '../shared/form.ts';
import { count } from '../shared/hash.ts';
import { locate } from '../shared/panels.ts';
import { answer, json, type Outcome, page, type WebRequest } from '../shared/web.ts';
import type { FaultMode } from './config.ts';
import { carryLetter, PLUGIN_MODEL, PLUGIN_PAGE } from './connector.ts';
import { runMethod } from './methods.ts';
import type { Panel } from './panel.ts';
import { badFormat, badKey, bodyOf, maintenance, notFound, type Reply, value } from './reply.ts';

/** Answers one request to any of the panels. */
export async function answerBlesta(panels: ReadonlyMap<string, Panel>, request: WebRequest): Promise<Outcome> {
  const found = locate(panels, request.path);
  if (found && PLUGIN_PAGE.test(found.rest)) return answerPlugin(found.panel, request);
  const path = /^(?:\/index\.php)?\/api\/([\w.]+)\/(\w+?)(?:\.(\w+))?$/.exec(found?.rest ?? '');
  if (!found || !path) return page(404, '404 Not Found');
  const [, model = '', method = '', format = 'json'] = path;
  return answerApi(found.panel, request, { model, method, format });
}

interface Target {
  readonly model: string;
  readonly method: string;
  readonly format: string;
}

async function answerApi(panel: Panel, request: WebRequest, target: Target): Promise<Outcome> {
  return amidFaults(panel, `${target.model}/${target.method}`, async (mode) => {
    const { status, body } = bodyOf(await replyTo(panel, request, target, mode), panel.config.errorsAs200);
    return json(status, body);
  });
}

/** The plugin's page is open to everybody; letters are its whole authentication. */
async function answerPlugin(panel: Panel, request: WebRequest): Promise<Outcome> {
  return amidFaults(panel, 'plugin/keyturn', async (mode) => {
    if (mode === 'maintenance') return page(503, 'We are down for maintenance');
    const reply = await carryLetter(panel, request, mode);
    return reply === undefined ? page(404, '404 Not Found') : answer(200, 'text/plain; charset=utf-8', reply);
  });
}

/** The failure that is switched on for this call instead of its answer, or instead of an answer that was on its way. */
async function amidFaults(panel: Panel, call: string, run: (mode: FaultMode) => Promise<Outcome>): Promise<Outcome> {
  const name = call.toLowerCase();
  count(panel.actions, name);
  const fault = panel.faults.take(name);
  const mode = fault?.mode ?? 'none';
  const broken = mode === '403' ? page(403, '403 Forbidden') : await transportFault(fault);
  if (broken !== undefined) return broken;
  const outcome = await run(mode);
  return lostAnswer(mode) ?? outcome;
}

async function replyTo(panel: Panel, request: WebRequest, target: Target, mode: FaultMode): Promise<Reply> {
  if (mode === 'maintenance') return maintenance;
  if (!isAuthorised(panel, request)) return badKey;
  if (target.format !== 'json') return badFormat;
  if (target.model === PLUGIN_MODEL && target.method === 'answer') {
    const reply = await carryLetter(panel, request, mode);
    return reply === undefined ? notFound : value(reply);
  }
  // PHP fills the arguments from the place that fits the verb.
  const fields = parseForm(request.method === 'GET' ? request.query.toString() : request.body);
  return runMethod(target.model, target.method, { panel, fields, mode });
}

function isAuthorised(panel: Panel, { headers }: WebRequest): boolean {
  const { apiUser, apiKey } = panel.config;
  if (headers['blesta-api-user'] !== undefined) {
    return headers['blesta-api-user'] === apiUser && headers['blesta-api-key'] === apiKey;
  }
  return headers['authorization'] === `Basic ${Buffer.from(`${apiUser}:${apiKey}`).toString('base64')}`;
}
