import { describe, expect, test } from 'vitest';
import { formatVersion, parseVersion, versionGate } from '../../../src/core/version-gates.ts';

const NONE = Number.POSITIVE_INFINITY;

describe('parseVersion', () => {
  test.each([
    ['3.0.16', [3, 0, 16]],
    ['V3.0.16', [3, 0, 16]],
    ['v2.0.6-beta.2', [2, 0, 6]],
    [' Version 2.1.22 ', [2, 1, 22]],
    ['3.0.16.4', [3, 0, 16]],
    ['3.0', [3, 0, NONE]],
    ['2', [2, NONE, NONE]],
  ])('reads %s', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  test.each(['', 'unknown', 'V', '1234567.0.0', 'a name of more than twenty letters 3.0.0'])(
    'does not guess at "%s"',
    (text) => {
      expect(parseVersion(text)).toBeUndefined();
    },
  );

  test('writes a version in its own spelling', () => {
    expect(formatVersion([3, 0, 16])).toBe('3.0.16');
    expect(formatVersion([3, 0, NONE])).toBe('3.0');
  });
});

describe('versionGate', () => {
  test.each([
    ['whmcs', '1.9.9', 'soap-only'],
    ['whmcs', '2.2.15', 'soap-only'],
    ['whmcs', '3.0.0', 'broken-host'],
    ['whmcs', '3.0.1', 'broken-host'],
    ['whmcs', '3.0.2', 'no-trim'],
    ['whmcs', '3.0.5', 'no-trim'],
    ['whmcs', '3.0.6', 'capable'],
    ['whmcs', '3.1.0', 'capable'],
    ['whmcs', '4.0.0', 'capable'],
    ['whmcs', '2', 'soap-only'],
    ['whmcs', '3', 'capable'],
    ['whmcs', '3.0', 'capable'],
    ['wisecp', '1.18.12', 'soap-only'],
    ['hostbill', '2.0.0', 'broken-host'],
    ['blesta', '2.0.1', 'broken-host'],
    ['clientexec', '2.0.2', 'no-trim'],
    ['fossbilling', '2.0.5', 'no-trim'],
    ['hostfact', '2.0.6', 'capable'],
  ])('%s module %s is %s', (kind, moduleVersion, gate) => {
    expect(versionGate(kind, { moduleVersion })).toBe(gate);
  });

  test('asks the library before the module', () => {
    expect(versionGate('blesta', { moduleVersion: '2.0.16', libraryVersion: '2.1.22' })).toBe('soap-only');
    expect(versionGate('whmcs', { moduleVersion: '2.2.15', libraryVersion: '3.0.16' })).toBe('capable');
  });

  test('asks the module where the library cannot be read', () => {
    expect(versionGate('whmcs', { moduleVersion: '2.2.15', libraryVersion: 'unknown' })).toBe('soap-only');
  });

  test('knows nothing without a readable version', () => {
    expect(versionGate('whmcs', {})).toBeUndefined();
    expect(versionGate('whmcs', { moduleVersion: 'latest' })).toBeUndefined();
  });
});
