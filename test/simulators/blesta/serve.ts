import { lostAnswer, transportFault } from '../shared/faults.ts';
import { parseForm } from '../shared/form.ts';
import { count } from '../shared/hash.ts';
import { locate } from '../shared/panels.ts';
import { json, type Outcome, page, type WebRequest } from '../shared/web.ts';
import type { FaultMode } from './config.ts';
import { runMethod } from './methods.ts';
import type { Panel } from './panel.ts';
import { badFormat, badKey, bodyOf, maintenance, type Reply } from './reply.ts';

/** Answers one request to any of the panels. */
export async function answerBlesta(panels: ReadonlyMap<string, Panel>, request: WebRequest): Promise<Outcome> {
  const found = locate(panels, request.path);
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
  const name = `${target.model}/${target.method}`.toLowerCase();
  count(panel.actions, name);
  const fault = panel.faults.take(name);
  const mode = fault?.mode ?? 'none';
  const broken = mode === '403' ? page(403, '403 Forbidden') : await transportFault(fault);
  if (broken !== undefined) return broken;
  const { status, body } = bodyOf(await replyTo(panel, request, target, mode), panel.config.errorsAs200);
  return lostAnswer(mode) ?? json(status, body);
}

async function replyTo(panel: Panel, request: WebRequest, target: Target, mode: FaultMode): Promise<Reply> {
  if (mode === 'maintenance') return maintenance;
  if (!isAuthorised(panel, request)) return badKey;
  if (target.format !== 'json') return badFormat;
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
