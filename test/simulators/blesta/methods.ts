import { randomBytes } from 'node:crypto';
import { type FormFields, textField, textMembers } from '../shared/form.ts';
import { type FaultMode, MODULE_CLASS } from './config.ts';
import { callModule, validateRow } from './module.ts';
import { countPush, type Meta, type Panel, writeRow } from './panel.ts';
import { failure, notCallable, notFound, type Reply, value } from './reply.ts';

/** One authorised call to a model's method. */
export interface Call {
  readonly panel: Panel;
  readonly fields: FormFields;
  readonly mode: FaultMode;
}

interface Method {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly run: (call: Call) => Reply | Promise<Reply>;
}

const MANAGER: Readonly<Record<string, Method>> = {
  getByClass: { required: ['class'], optional: ['company_id'], run: getByClass },
  get: { required: ['module_id'], optional: [], run: (call) => value(isOurs(call) ? moduleOf(call.panel) : false) },
  getRows: { required: ['module_id'], optional: [], run: (call) => value(isOurs(call) ? rowsOf(call.panel) : []) },
  getRow: { required: ['module_row_id'], optional: [], run: getRow },
  editRow: { required: ['module_row_id', 'vars'], optional: [], run: editRow },
  addRow: { required: ['module_id', 'vars'], optional: [], run: addRow },
  moduleRpc: { required: ['module_id', 'method'], optional: ['params', 'module_row_id'], run: moduleRpc },
};

const COMPANIES: Readonly<Record<string, Method>> = {
  get: {
    required: ['company_id'],
    optional: [],
    run: (call) =>
      value(textField(call.fields, 'company_id') === call.panel.config.companyId ? companyOf(call.panel) : false),
  },
  getAll: { required: [], optional: ['order'], run: ({ panel }) => value([companyOf(panel)]) },
};

const MODELS: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  module_manager: MANAGER,
  companies: COMPANIES,
};

/** Runs `<model>/<method>`. PHP does not care about the case of either. */
export async function runMethod(model: string, method: string, call: Call): Promise<Reply> {
  const methods = MODELS[model.toLowerCase()];
  if (!methods) return notFound;
  const found = Object.entries(methods).find(([name]) => name.toLowerCase() === method.toLowerCase());
  if (!found) return method.startsWith('_') ? notCallable : notFound;
  const { required, optional, run } = found[1];
  if (required.some((name) => call.fields[name] === undefined)) return failure(500, 'An unexpected error occured.');
  const left = call.panel.config.strictDefaults && optional.some((name) => call.fields[name] === undefined);
  return left ? failure(500, 'Failed to retrieve the default value') : run(call);
}

function isOurs({ panel, fields }: Call): boolean {
  return panel.config.installed && textField(fields, 'module_id') === panel.config.moduleId;
}

function companyOf(panel: Panel) {
  return { id: panel.config.companyId, name: 'Example Hosting', hostname: 'billing.example.com' };
}

function moduleOf({ config }: Panel) {
  return {
    id: config.moduleId,
    company_id: config.companyId,
    name: 'DomainNameAPI',
    class: MODULE_CLASS,
    version: config.moduleVersion,
  };
}

function getByClass({ panel, fields }: Call): Reply {
  const company = textField(fields, 'company_id') ?? panel.config.companyId;
  const found =
    panel.config.installed &&
    textField(fields, 'class')?.toLowerCase() === MODULE_CLASS &&
    company === panel.config.companyId;
  return value(found ? [moduleOf(panel)] : []);
}

function rowsOf(panel: Panel) {
  return [...panel.rows].map(([id, meta]) => rowOf(panel, id, meta));
}

function rowOf(panel: Panel, id: string, meta: Meta) {
  const key = meta['key'];
  const shown = panel.config.readBack === 'cipher' && key !== undefined ? { ...meta, key: disguise(key) } : meta;
  return { id, module_id: panel.config.moduleId, meta: shown };
}

/** Something as long as an encrypted key would be; it cannot be turned back. */
function disguise(key: string): string {
  return randomBytes(32 + key.length).toString('base64');
}

function getRow({ panel, fields }: Call): Reply {
  const id = textField(fields, 'module_row_id') ?? '';
  const meta = panel.rows.get(id);
  return value(meta ? rowOf(panel, id, meta) : false);
}

async function editRow({ panel, fields, mode }: Call): Promise<Reply> {
  const id = textField(fields, 'module_row_id') ?? '';
  if (!panel.rows.has(id)) return value(null);
  return saveRow(panel, id, textMembers(fields, 'vars'), mode);
}

async function addRow(call: Call): Promise<Reply> {
  if (!isOurs(call)) return value(null);
  const ids = [...call.panel.rows.keys()].map(Number);
  return saveRow(call.panel, String(Math.max(0, ...ids) + 1), textMembers(call.fields, 'vars'), call.mode);
}

async function saveRow(panel: Panel, id: string, vars: Meta, mode: FaultMode): Promise<Reply> {
  const outcome = await validateRow(panel, vars);
  const applied = 'meta' in outcome && mode !== 'success-without-write';
  countPush(panel, id, vars['key'] ?? '', applied);
  if ('errors' in outcome) return { kind: 'errors', errors: outcome.errors };
  if (applied) writeRow(panel, id, outcome.meta);
  return value(id);
}

async function moduleRpc(call: Call): Promise<Reply> {
  if (!isOurs(call)) return value(null);
  const params = Object.values(textMembers(call.fields, 'params'));
  const result = await callModule(call.panel, textField(call.fields, 'method') ?? '', params);
  return value(result?.value ?? null);
}
