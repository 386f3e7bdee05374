/**
 * Seals bytes so that only the connector can open them (libsodium's sealed box): what a TLS-terminating proxy or an access log sees
 * of a new key is noise. Gives base64.
 */
export async function seal(bytes: Uint8Array, publicKey: Uint8Array): Promise<string> {
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  return Buffer.from(sodium.crypto_box_seal(bytes, publicKey)).toString('base64');
}
