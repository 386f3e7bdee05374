import { lostAnswer, transportFault } from '../shared/faults.ts';
import { count } from '../shared/hash.ts';
import { locate } from '../shared/panels.ts';
import { isRecord } from '../shared/read.ts';
import { type Outcome, page, type WebAnswer, type WebRequest } from '../shared/web.ts';
import type { FaultMode, PanelConfig } from './config.ts';
import { METHODS } from './methods.ts';
import type { Panel } from './panel.ts';
import { ApiError, refused, result } from './reply.ts';

interface Target {
  readonly role: string;
  readonly module: string;
  readonly method: string;
}

/** Answers one request to any of the panels. */
export async function answerFossbilling(panels: ReadonlyMap<string, Panel>, request: WebRequest): Promise<Outcome> {
  const found = locate(panels, request.path);
  const path = /^\/api\/(guest|client|admin)\/(\w+)\/(\w+)$/.exec(found?.rest ?? '');
  if (!found || !path) return page(404, '404 Not Found');
  const [, role = '', module = '', method = ''] = path;
  return answerApi(found.panel, request, { role, module, method });
}

async function answerApi(panel: Panel, request: WebRequest, target: Target): Promise<Outcome> {
  const name = `${target.role}/${target.module}/${target.method}`;
  count(panel.actions, name);
  const fault = panel.faults.take(name);
  const mode = fault?.mode ?? 'none';
  if (mode === '429') return refused(panel.config, { code: 429, message: 'Rate limit exceeded.' }, fault?.retryAfter);
  const broken = mode === '403' ? page(403, '403 Forbidden') : await transportFault(fault);
  if (broken !== undefined) return broken;
  const answer = await reply(panel, request, target, mode);
  return lostAnswer(mode) ?? answer;
}

async function reply(panel: Panel, request: WebRequest, target: Target, mode: FaultMode): Promise<WebAnswer> {
  try {
    letIn(panel, request, target);
    if (mode === 'database') throw new ApiError('SQLSTATE[HY000] [2002] Connection refused', 'HY000');
    return result(await run(panel, request, target, mode));
  } catch (error) {
    if (error instanceof ApiError) return refused(panel.config, error);
    throw error;
  }
}

async function run(panel: Panel, request: WebRequest, target: Target, mode: FaultMode): Promise<unknown> {
  const method = target.module === 'servicedomain' ? METHODS[`${target.role}/${target.method}`] : undefined;
  if (!method) throw new ApiError('API call does not exist', 740);
  const { release } = panel.config;
  if (method.needs && release !== '0.7' && !mayOf(panel.config, request).includes(method.needs)) {
    throw new ApiError(`You need the "servicedomain.${method.needs}" permission to perform this action`, 403);
  }
  return method.run({ panel, data: dataOf(request), mode });
}

function dataOf({ body }: WebRequest): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(body);
    return isRecord(data) ? data : {};
  } catch {
    throw new ApiError('Malformed JSON input', 400);
  }
}

/** Everything that is looked at before a method, in FOSSBilling's order. */
function letIn({ config, host }: Panel, request: WebRequest, { role }: Target): void {
  if (config.maintenance) throw new ApiError('The system is undergoing maintenance.', 503);
  if (config.allowedIps.length > 0 && !config.allowedIps.includes(request.address)) {
    throw new ApiError('Unauthorized IP', 1002);
  }
  const referer = request.headers['referer'] ?? '';
  if (config.requireReferer && !referer.startsWith(`http://${host}`)) throw new ApiError('Invalid request.', 1004);
  if (role === 'guest') return;
  signIn(config, request, role);
  if (config.updatePending) throw new ApiError('FOSSBilling update finalization is pending.', 503);
}

function signIn(config: PanelConfig, request: WebRequest, role: string): void {
  const basic = basicOf(request);
  if (!basic) throw new ApiError('Authentication Failed', 201);
  if (basic.user !== role) throw new ApiError('Authentication Failed', 203);
  if (basic.password === '') throw new ApiError('Authentication Failed', 206);
  if (!config.staff.some(({ token }) => token === basic.password)) throw new ApiError('Authentication Failed', 205);
}

function basicOf({ headers }: WebRequest): { readonly user: string; readonly password: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const [user, ...rest] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':');
  return user === undefined || rest.length === 0 ? undefined : { user, password: rest.join(':') };
}

function mayOf(config: PanelConfig, request: WebRequest): readonly string[] {
  const token = basicOf(request)?.password;
  return config.staff.find((member) => member.token === token)?.may ?? ['manage_registrars', 'manage_tlds'];
}
