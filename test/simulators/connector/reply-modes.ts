import { randomBytes } from 'node:crypto';
import type { ReplyMode } from './config.ts';
import { encodeReply, type Reply, sealReply } from './letter.ts';

const GIANT_BYTES = 900_000;

/**
 * The reply letter as somebody who does not have the key, or a connector that is wrong, would send it. Undefined: send the true one.
 * `last` is the reply before this one.
 */
export function distort(mode: ReplyMode, reply: Reply, last: string | undefined): string | undefined {
  const change = Object.hasOwn(CHANGES, mode) ? CHANGES[mode] : undefined;
  if (change) return encodeReply(change(reply));
  if (mode === 'not-base64') return '*** not a letter ***';
  if (mode === 'not-json') return Buffer.from('<?php return 1;').toString('base64url');
  return mode === 'old-reply' ? last : undefined;
}

const CHANGES: Readonly<Partial<Record<ReplyMode, (reply: Reply) => Record<string, unknown>>>> = {
  altered: (reply) => ({ ...sealReply(reply), body: altered(reply.body) }),
  unsigned: (reply) => sealReply({ ...reply, authKey: undefined }),
  'other-key': (reply) => sealReply({ ...reply, authKey: randomBytes(32) }),
  'other-nonce': (reply) => sealReply({ ...reply, nonce: 'f'.repeat(32) }),
  'refused-unsigned': (reply) => sealReply({ ...reply, ok: false, body: '{"code":"superseded"}', authKey: undefined }),
  'ok-as-refused': (reply) => ({ ...sealReply(reply), ok: !reply.ok }),
  giant: (reply) => sealReply({ ...reply, body: JSON.stringify({ padding: 'x'.repeat(GIANT_BYTES) }) }),
  'other-version': (reply) => ({ ...sealReply(reply), v: 2 }),
  'body-not-json': (reply) => sealReply({ ...reply, body: 'Notice: Undefined index' }),
  'body-of-another-operation': (reply) => sealReply({ ...reply, body: '{"changed":true,"asked":true}' }),
};

/** A small change that leaves JSON: one digit or letter becomes another. */
function altered(body: string): string {
  return body.replace(/[0-9a-f](?=")/, (one) => (one === '0' ? '1' : '0'));
}
