import { describe, expect, test } from 'vitest';
import { DRIFT_KINDS } from '../../../src/core/drift-kinds.ts';
import { explainKind } from '../../../src/core/guide.ts';
import { menuPaths } from '../../../src/core/menu-paths.ts';

describe.each(DRIFT_KINDS)('%s', (kind) => {
  test.each(Object.entries(menuPaths))('sends the operator to the place in %s', (panelKind, menu) => {
    const { cause, meaning, fix } = explainKind(kind, panelKind);
    expect(fix).toContain(`${menu.title}: ${menu.path}`);
    expect(cause).toMatch(/guide/);
    expect(cause).not.toContain('\n');
    expect(meaning).toMatch(/\.$/);
    expect(fix).toMatch(/\.$/);
  });

  test.each(['manual', 'fossbilling', 'constructor', '__proto__', ''])(
    'gives the general place for "%s"',
    (panelKind) => {
      expect(explainKind(kind, panelKind).fix).toContain("the DomainNameAPI module's settings");
    },
  );
});

test.each([
  ['legacy-credentials', 'cause 1'],
  ['stray-characters', 'cause 2'],
  ['swapped-fields', 'cause 3'],
  ['outdated-module', 'cause 4'],
  ['wrong-environment', 'cause 5'],
  ['stale-key', 'cause 6'],
  ['address-not-authorised', 'cause 7'],
  ['email-as-reseller-id', 'Reseller Not Found'],
  ['wrong-account', 'question 13'],
] as const)('%s is %s of the guide', (kind, where) => {
  expect(explainKind(kind, 'whmcs').cause).toContain(where);
});

test('names the download of each panel', () => {
  expect(explainKind('outdated-module', 'blesta').fix).toContain('https://github.com/domainreseller/blesta-dna');
  expect(explainKind('outdated-module', 'manual').fix).toContain('https://github.com/domainreseller over');
});

test('a kind that the guide does not know names the place that its own integration gives', () => {
  expect(explainKind('stale-key', 'fossbilling', 'System > Registrars').fix).toContain('System > Registrars');
  expect(explainKind('stale-key', 'blesta', 'elsewhere').fix).not.toContain('elsewhere');
});

test('names the fields where both are to be entered', () => {
  expect(explainKind('legacy-credentials', 'clientexec').fix).toContain('Password/Token = API Key');
});
