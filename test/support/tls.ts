import { generate } from 'selfsigned';

/** A certificate and its private key, both PEM. Made anew on every run: no key is kept in the repository, none can expire. */
export interface KeyedCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface TestCa extends KeyedCertificate {
  /** A certificate for these names (IP addresses are told apart by themselves), good for a server and for a client. */
  issue(
    names: readonly string[],
    validity?: { readonly notBefore: Date; readonly notAfter: Date },
  ): Promise<KeyedCertificate>;
}

const DAY_MS = 86_400_000;

/** A private CA of the test's own, to be given as `ca` to what is tested. */
export async function createTestCa(commonName = 'Keyturn test CA'): Promise<TestCa> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { cert: made.cert, key: made.private };
  return { ...ca, issue: (names, validity) => issue(names, validity, ca) };
}

/** A server certificate that nobody signed. */
export async function createSelfSigned(names: readonly string[]): Promise<KeyedCertificate> {
  return issue(names, undefined, undefined);
}

async function issue(
  names: readonly string[],
  validity: { readonly notBefore: Date; readonly notAfter: Date } | undefined,
  ca: KeyedCertificate | undefined,
): Promise<KeyedCertificate> {
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'nobody' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: validity?.notBefore ?? new Date(Date.now() - DAY_MS),
    ...(validity && { notAfterDate: validity.notAfter }),
    ...(ca && { ca }),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames: names.map(altName) },
    ],
  });
  return { cert: made.cert, key: made.private };
}

function altName(name: string): { type: 2; value: string } | { type: 7; ip: string } {
  return /^[\d.]+$|:/.test(name) ? { type: 7, ip: name } : { type: 2, value: name };
}
