/** How a connector's letters get into one panel and back out: through the panel's own API where it has one. */
export interface Carrier {
  /** For the reader: `WISECP at billing.example.com`. */
  readonly where: string;
  /** The path of the address that letters are posted to, as the panel sees it. It is signed, so it must be exact. */
  readonly path: string;
  /**
   * Brings a letter in and the reply letter out. Throws a KeyturnError for whatever the panel answers instead: a wrong credential,
   * a role without the right, a login page, maintenance, no connector at this address.
   */
  post(letter: string, signal: AbortSignal): Promise<string>;
}
