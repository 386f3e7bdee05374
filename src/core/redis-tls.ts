/** What both Redis clients have to be told so that TLS is verified. */
export interface RedisTls {
  readonly tls?: { readonly rejectUnauthorized: true };
}

/**
 * The TLS options of a Redis address. Spelt out because the client would leave verification to NODE_TLS_REJECT_UNAUTHORIZED, and
 * would speak without TLS to an address that begins with REDISS:// in capitals.
 */
export function redisTls(address: string): RedisTls {
  return /^rediss:/iu.test(address) ? { tls: { rejectUnauthorized: true } } : {};
}
