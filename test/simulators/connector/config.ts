import {
  anything,
  fallback,
  flag,
  list,
  maybe,
  number,
  type Out,
  object,
  oneOf,
  record,
  text,
} from '../shared/read.ts';

/** What the two ends share, as the connector's own file keeps it: base64, the key pair as secret key and then public key. */
export const pairingConfig = object({
  connector: text,
  key: text,
  keypair: text,
  /** Addresses that may send letters; empty: any. */
  addresses: fallback(list(text), () => []),
});
export type PairingConfig = Out<typeof pairingConfig>;

/** What somebody between the two ends, or a wrong connector, could do to a reply. */
export const replyMode = oneOf(
  'true',
  'altered',
  'unsigned',
  'other-key',
  'other-nonce',
  'refused-unsigned',
  'ok-as-refused',
  'giant',
  'not-base64',
  'not-json',
  'other-version',
  'body-not-json',
  'body-of-another-operation',
  'old-reply',
);
export type ReplyMode = Out<typeof replyMode>;

export const connectorConfig = object({
  /** Left out: unpacked, but never paired. */
  pairing: maybe(pairingConfig),
  version: fallback(text, () => '1.0.0'),
  protocol: fallback(number, () => 1),
  php: fallback(text, () => '8.2.36'),
  /** How far the panel's clock is ahead. */
  clockOffsetSeconds: fallback(number, () => 0),
  stateWritable: fallback(flag, () => true),
  /** PHP has its sodium extension. */
  sodium: fallback(flag, () => true),
  /** The panel has a function that saves the module's settings. */
  canWrite: fallback(flag, () => true),
  /** Accepted letters of the last minute, and refused ones per address of the last five. */
  requestsPerMinute: fallback(number, () => 600),
  failuresPerAddress: fallback(number, () => 30),
  /** What the web server tells PHP about the connection, instead of the truth. */
  pretend: maybe(object({ https: maybe(flag), caller: maybe(text), server: maybe(text) })),
  /** Every letter that is in order gets this refusal. */
  refuse: maybe(object({ code: text, facts: fallback(record(anything), () => ({})) })),
  reply: fallback(replyMode, () => 'true' as const),
});
export type ConnectorConfig = Out<typeof connectorConfig>;
