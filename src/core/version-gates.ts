import type { ModuleFacts } from './observation.ts';

/*
 * Which credentials a version of the vendor's module can use (reference domainnameapi.md, section 8). The bundled library
 * decides; where only the module's number is known, WHMCS modules carry the library's number and all others one major less.
 */

/**
 * `soap-only`    cannot use a Reseller ID and API key at all
 * `broken-host`  knows the REST API, but sends everything to one host and ignores test mode
 * `no-trim`      works, but does not survive a stray space
 * `capable`      works, and trims plain outer whitespace
 */
export type VersionGate = 'soap-only' | 'broken-host' | 'no-trim' | 'capable';

export type Version = readonly [major: number, minor: number, patch: number];

/** Reads `3.0.16`, `V3.0.16`, `v2.0.6-beta` or `3.0`. A part that is not there is Infinity, so a vague version meets no gate. */
export function parseVersion(text: string): Version | undefined {
  const match = /^[^\d]{0,20}(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?!\d)/u.exec(text);
  if (!match) return undefined;
  return [partOf(match[1]), partOf(match[2]), partOf(match[3])];
}

/** A version in our own spelling. What a panel answered is never repeated as it came. */
export function formatVersion(version: Version): string {
  return version.filter((part) => Number.isFinite(part)).join('.');
}

function partOf(digits: string | undefined): number {
  return digits === undefined ? Number.POSITIVE_INFINITY : Number(digits);
}

function isBefore(a: Version, b: Version): boolean {
  if (a[0] !== b[0]) return a[0] < b[0];
  if (a[1] !== b[1]) return a[1] < b[1];
  return a[2] < b[2];
}

/** The gate of what is installed; undefined when no version is known or readable. The library's number goes before the module's. */
export function versionGate(panelKind: string, facts: ModuleFacts): VersionGate | undefined {
  const library = facts.libraryVersion === undefined ? undefined : parseVersion(facts.libraryVersion);
  if (library) return gateFrom(library, 3);
  const module = facts.moduleVersion === undefined ? undefined : parseVersion(facts.moduleVersion);
  if (module) return gateFrom(module, firstRestMajor(panelKind));
  return undefined;
}

/** The major number of the first module release that knows the REST API. */
export function firstRestMajor(panelKind: string): number {
  return panelKind === 'whmcs' ? 3 : 2;
}

function gateFrom(version: Version, major: number): VersionGate {
  if (isBefore(version, [major, 0, 0])) return 'soap-only';
  if (isBefore(version, [major, 0, 2])) return 'broken-host';
  if (isBefore(version, [major, 0, 6])) return 'no-trim';
  return 'capable';
}
