import { toKeyturnError } from '../../../src/core/errors.ts';
import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { Finding } from '../../../src/core/ports.ts';
import { blocker, findingOf, ok, warning } from '../../shared/findings.ts';
import { versionFinding } from '../../shared/module-version.ts';
import { checkByCanary, MODULE } from './check.ts';
import { isActionMissing } from './errors.ts';
import { OWNED_FIELDS, type WhmcsBinding } from './options.ts';
import { detailsSchema, listsRegistrar, parameterNames } from './schema.ts';
import { toldModuleFacts, type WhmcsClient } from './transport.ts';

/** Everything about one WHMCS that can be found out without writing. Failures become findings; only an abort is thrown. */
export async function preflightWhmcs(
  client: WhmcsClient,
  binding: WhmcsBinding,
  signal: AbortSignal,
): Promise<Finding[]> {
  const first = await lookAtPanel(client, signal);
  if (first.level === 'blocker') return [first];
  const version = versionFinding('WHMCS', 'whmcs', await toldModuleFacts(client, signal));
  return [
    first,
    await lookAtRegistrars(client, signal),
    ...(await lookAtParameters(client, Object.keys(binding.settings ?? {}), signal)),
    ...(version ? [version] : []),
    ...whatCannotBeTold(binding),
    ...(await lookAtCanary(client, binding.canaryDomainId, signal)),
  ];
}

/** Runs one look. A missing action of the role is a warning if Keyturn can work without it. */
async function look(run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run();
  } catch (thrown) {
    return findingOf(thrown, isActionMissing(toKeyturnError(thrown)) ? 'warning' : 'blocker');
  }
}

function lookAtPanel(client: WhmcsClient, signal: AbortSignal): Promise<Finding> {
  return look(async () => {
    const details = detailsSchema.safeParse(await client.call('WhmcsDetails', {}, signal));
    return ok(`${client.where} answers${details.success ? ` (version ${details.data.whmcs.version})` : ''}.`);
  });
}

function lookAtRegistrars(client: WhmcsClient, signal: AbortSignal): Promise<Finding> {
  return look(async () => {
    const active = await isModuleActive(client, signal);
    if (active) return ok('The DomainNameAPI module is active.');
    return active === undefined
      ? warning(
          `Whether the DomainNameAPI module is active could not be told: ${client.where} gave no list of its registrars.`,
          `See that it is: ${menuPaths.whmcs.path}.`,
        )
      : blocker(`The DomainNameAPI module is not active in ${client.where}.`, `Activate it: ${menuPaths.whmcs.path}.`);
  });
}

/** Undefined if the answer is no list. Its documentation shows one without even a `result`, so other looks must decide. */
async function isModuleActive(client: WhmcsClient, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    return listsRegistrar(await client.call('GetRegistrars', {}, signal), MODULE);
  } catch (thrown) {
    const { code } = toKeyturnError(thrown);
    if (code === 'UNEXPECTED_RESPONSE' || code === 'PANEL_REFUSED') return undefined;
    throw thrown;
  }
}

async function lookAtParameters(
  client: WhmcsClient,
  settings: readonly string[],
  signal: AbortSignal,
): Promise<Finding[]> {
  try {
    const fields = { moduleType: 'registrar', moduleName: MODULE };
    const names = parameterNames(await client.call('GetModuleConfigurationParameters', fields, signal));
    return parameterFindings(names, settings);
  } catch (thrown) {
    return [findingOf(thrown)];
  }
}

function parameterFindings(names: readonly string[], settings: readonly string[]): Finding[] {
  const missing = OWNED_FIELDS.filter((name) => !names.includes(name));
  const unlisted = names.filter((name) => !OWNED_FIELDS.includes(name) && !settings.includes(name));
  const unknown = settings.filter((name) => !names.includes(name));
  return [
    missing.length === 0
      ? ok('The module has the fields that Keyturn writes.')
      : blocker(
          `The module in WHMCS has no field ${missing.join(', ')}.`,
          'Install the latest DomainNameAPI module for WHMCS from github.com/domainreseller.',
        ),
    ...(unlisted.length === 0 ? [] : [otherSettingsFinding(unlisted)]),
    ...unknown.map((name) =>
      warning(`The module has no setting ${name}.`, 'Correct or remove it under `settings` of the binding.'),
    ),
  ];
}

function otherSettingsFinding(names: readonly string[]): Finding {
  return warning(
    `The module's settings ${names.join(', ')} are not sent along; whether WHMCS keeps them then is not documented.`,
    'Give those that are in use under `settings` of the binding, and look at them after the first write.',
  );
}

function whatCannotBeTold(binding: WhmcsBinding): Finding[] {
  const blind = "WHMCS's API cannot read the stored values back, so drift in them cannot be seen.";
  const unproven = `${blind} Without a canary domain this panel cannot be proven either.`;
  return [
    warning(
      'Whether the API role may use UpdateModuleConfiguration shows only when Keyturn writes.',
      'Make sure that the role ticks it: System Settings > API Credentials > API Roles.',
    ),
    binding.canaryDomainId === undefined
      ? warning(unproven, 'Set `canaryDomainId` to the WHMCS id of a domain that is registered through this module.')
      : warning(blind, 'Rely on the canary check; after a change by hand run `keyturn check`.'),
  ];
}

async function lookAtCanary(
  client: WhmcsClient,
  domainId: number | undefined,
  signal: AbortSignal,
): Promise<Finding[]> {
  if (domainId === undefined) return [];
  try {
    const check = await checkByCanary(client, domainId, signal);
    if (check.verdict === 'valid') return [ok(check.detail)];
    return [warning(`With what WHMCS has stored now: ${check.detail}`, 'See what `keyturn check` says of this panel.')];
  } catch (thrown) {
    return [findingOf(thrown)];
  }
}
