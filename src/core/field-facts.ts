import type { Credential } from './model.ts';
import { hasInvisibleCharacters, hasOuterWhitespace, normalize } from './normalize.ts';
import type { CredentialFacts, FieldFacts, FieldShape } from './observation.ts';
import type { Fingerprinter } from './ports.ts';
import type { SecretValue } from './secret-value.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const MASK = /^[*•●]+$/u;
/** Defaults that the vendor's modules ship with (reference domainnameapi.md, section 6.1): never a real credential. */
const PLACEHOLDER = /^(owner\w*|user\.domainnameapi)$/i;

export function shapeOf(text: string): FieldShape {
  const value = normalize(text);
  if (value === '') return 'empty';
  if (UUID.test(value)) return 'uuid';
  if (EMAIL.test(value)) return 'email';
  if (MASK.test(value)) return 'mask';
  if (PLACEHOLDER.test(value)) return 'placeholder';
  return 'opaque';
}

/** A Reseller ID may be written in upper or lower case (the modules accept both), so its normal form is lower case. */
function comparable(text: string): string {
  const value = normalize(text);
  return UUID.test(value) ? value.toLowerCase() : value;
}

export function fieldFacts(fingerprint: Fingerprinter, text: string): FieldFacts {
  return {
    raw: fingerprint(text),
    normalized: fingerprint(comparable(text)),
    shape: shapeOf(text),
    outerWhitespace: hasOuterWhitespace(text),
    invisibleCharacters: hasInvisibleCharacters(text),
    length: text.length,
  };
}

export function credentialFacts(fingerprint: Fingerprinter, credential: Credential): CredentialFacts {
  return storedFacts(fingerprint, credential.resellerId, credential.apiKey);
}

/** Facts of the two fields exactly as a panel stores them. */
export function storedFacts(fingerprint: Fingerprinter, username: string, password: SecretValue): CredentialFacts {
  return { username: fieldFacts(fingerprint, username), password: fieldFacts(fingerprint, password.reveal()) };
}
