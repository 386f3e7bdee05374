import { describe, expect, it } from 'vitest';
import { isActionMissing, isOwnRefusal, whmcsError } from '../../../providers/panels/whmcs/errors.ts';

function refusal(message: string, status = 403) {
  return { where: 'WHMCS at billing.example.com', action: 'GetRegistrars', status, message };
}

describe("WHMCS's own refusals", () => {
  it.each([
    ['Authentication Failed', 'PERMISSION_DENIED', 'API Credentials'],
    ['Invalid or missing credentials', 'PERMISSION_DENIED', 'API Credentials'],
    ['Access Denied', 'PERMISSION_DENIED', 'API Credentials'],
    ['Invalid Permissions: API action "getregistrars" is not allowed', 'PERMISSION_DENIED', 'API Roles'],
    ['Invalid IP 203.0.113.7', 'ADDRESS_NOT_ALLOWED', 'API IP Access Restriction'],
    ['Forbidden IP 2001:db8::7', 'ADDRESS_NOT_ALLOWED', 'API IP Access Restriction'],
    ['IP Banned', 'ADDRESS_NOT_ALLOWED', 'Banned IPs'],
    ['Invalid API Action: "getregistrars" is not a valid API action', 'CAPABILITY_MISSING', 'Update WHMCS'],
    ['Invalid module name provided.', 'CONFIG_INVALID', 'System Settings > Domain Registrars'],
    ['Invalid module type provided. Supported module types include: gateway', 'CAPABILITY_MISSING', 'by hand'],
    ['Module Configuration Update Failed: disk full', 'PANEL_REFUSED', 'System Settings > Domain Registrars'],
    ['Domain ID Not Found', 'CONFIG_INVALID', 'domainid'],
    ['Registrar Function Not Supported', 'CONFIG_INVALID', 'canaryDomainId'],
  ])('%s is %s', (text, code, fix) => {
    for (const status of [200, 403]) {
      const error = whmcsError(refusal(text, status));
      expect(error.code).toBe(code);
      expect(error.fix).toContain(fix);
      expect(error.disposition).toBe('operator');
    }
  });

  it.each([
    ['anything', 200, 'PANEL_REFUSED'],
    ['', 403, 'PERMISSION_DENIED'],
    ['', 429, 'RATE_LIMITED'],
    ['', 503, 'UPSTREAM_UNAVAILABLE'],
  ])('an unknown text "%s" with status %i is %s', (text, status, code) => {
    expect(whmcsError(refusal(text, status)).code).toBe(code);
  });

  it('names the address that WHMCS saw, and repeats no other upstream text', () => {
    const error = whmcsError(refusal('Invalid IP 203.0.113.7 key-that-leaked'));
    expect(error.safeMessage).toContain('203.0.113.7');
    expect(error.context['address']).toBe('203.0.113.7');
    expect(JSON.stringify([error.safeMessage, error.fix, error.context])).not.toContain('leaked');
  });

  it('tells a missing action from a wrong credential', () => {
    expect(isActionMissing(whmcsError(refusal('Invalid Permissions: API action "x" is not allowed')))).toBe(true);
    expect(isActionMissing(whmcsError(refusal('Invalid API Action: "x" is not a valid API action')))).toBe(true);
    expect(isActionMissing(whmcsError(refusal('Authentication Failed')))).toBe(false);
  });

  it('takes texts that the module shows too for its own only with 401 or 403', () => {
    expect(isOwnRefusal(refusal('Authentication Failed', 403))).toBe(true);
    expect(isOwnRefusal(refusal('Authentication Failed', 200))).toBe(false);
    expect(isOwnRefusal(refusal('Invalid IP 203.0.113.7', 200))).toBe(true);
    expect(isOwnRefusal(refusal('Invalid API credentials - Authentication failed.', 200))).toBe(false);
  });
});
