import { type FormFields, textField, textMembers, toEntities } from '../shared/form.ts';
import { type Answer, failure, success } from './answers.ts';
import { decrypt, encrypt } from './cipher.ts';
import { type FaultMode, MODULE } from './config.ts';
import { carryLetter } from './connector.ts';
import { isField, listFields } from './fields.ts';
import { countPush, type Panel, writeSettings } from './panel.ts';
import { getLockingStatus, getNameservers, listDomains } from './registrar.ts';

/** One authorised call. `fields` are already sanitised, as WHMCS does with all its input. */
interface Call {
  readonly panel: Panel;
  readonly fields: FormFields;
  readonly mode: FaultMode;
  readonly path: string;
  readonly caller: string;
}

const ACTIONS: Readonly<Record<string, (call: Call) => Answer | Promise<Answer>>> = {
  whmcsdetails: ({ panel }) => {
    const version = panel.config.whmcsVersion;
    return { result: 'success', whmcs: { version, canonicalversion: `${version}-release.1` } };
  },
  getregistrars: ({ panel }) => ({
    result: 'success',
    registrars: panel.config.active ? [{ module: MODULE, display_name: 'DomainNameAPI' }] : [],
  }),
  getmoduleconfigurationparameters: (call) =>
    wrongModule(call) ?? { result: 'success', ...listFields(call.panel.config.parameterList) },
  updatemoduleconfiguration: (call) => wrongModule(call) ?? updateConfiguration(call),
  activatemodule: (call) => wrongModule(call) ?? activate(call),
  encryptpassword: ({ fields }) => ({ result: 'success', password: encrypt(textField(fields, 'password2') ?? '') }),
  decryptpassword: ({ fields }) => ({
    result: 'success',
    password: toEntities(decrypt(textField(fields, 'password2') ?? '')),
  }),
  getclientsdomains: ({ panel, fields }) => listDomains(panel, textField(fields, 'domainid') ?? ''),
  domaingetnameservers: ({ panel, fields }) => getNameservers(panel, textField(fields, 'domainid') ?? ''),
  keyturnconnector: (call) => carryLetter(call.panel, { ...call, letter: textField(call.fields, 'keyturn') ?? '' }),
  domaingetlockingstatus: ({ panel, fields }) => getLockingStatus(panel, textField(fields, 'domainid') ?? ''),
};

/** Runs an action by its lower-case name. */
export async function runAction(action: string, call: Call): Promise<Answer> {
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  return run ? run(call) : failure(`Invalid API Action: "${action}" is not a valid API action`);
}

function wrongModule({ fields }: Call): Answer | undefined {
  if (textField(fields, 'moduleType') !== 'registrar') {
    return failure('Invalid module type provided. Supported module types include: gateway, registrar, addon, fraud');
  }
  return textField(fields, 'moduleName') === MODULE ? undefined : failure('Invalid module name provided.');
}

function updateConfiguration({ panel, fields, mode }: Call): Answer {
  if (!panel.config.active) return failure('Module Configuration Update Failed: Module is not active');
  const sent = Object.entries(textMembers(fields, 'parameters')).filter(([name]) => isField(name));
  const settings = Object.fromEntries(sent);
  const applied = mode !== 'success-without-write';
  if (settings['API_Password'] !== undefined) countPush(panel, settings['API_Password'], applied);
  if (applied) writeSettings(panel, settings);
  return success;
}

function activate(call: Call): Answer {
  if (call.panel.config.active) return failure('Failed to activate: Module is already active');
  call.panel.config = { ...call.panel.config, active: true };
  return updateConfiguration(call);
}
