import { type FormFields, textField } from '../shared/form.ts';
import type { Panel } from './panel.ts';

/** The refusal's text, or undefined if the caller may run the action. All of them go out with HTTP 403. */
export function refusalOf(panel: Panel, fields: FormFields, caller: string, action: string): string | undefined {
  if (!isAllowedAddress(panel, fields, caller)) return `Invalid IP ${caller}`;
  const identifier = textField(fields, 'identifier') ?? textField(fields, 'username');
  const secret = textField(fields, 'secret') ?? textField(fields, 'password');
  if (!identifier || !secret) return 'Invalid or missing credentials';
  const credential = panel.config.credentials.find((one) => one.identifier === identifier && one.secret === secret);
  if (!credential) return 'Authentication Failed';
  const allowed = credential.actions?.some((one) => one.toLowerCase() === action) ?? true;
  return allowed ? undefined : `Invalid Permissions: API action "${action}" is not allowed`;
}

function isAllowedAddress({ config }: Panel, fields: FormFields, caller: string): boolean {
  const bypass = config.accessKey !== undefined && textField(fields, 'accesskey') === config.accessKey;
  return bypass || (config.apiAddresses?.includes(caller) ?? true);
}
