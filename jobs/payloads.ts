import { z } from 'zod';
import type { BindingId, RotationId } from '../src/core/model.ts';

/*
 * What a job carries: ids and version handles, never a value (DESIGN.md section 7). `v` is the payload's version, so that a worker
 * of another release refuses what it does not understand.
 */

const v = z.literal(1);
const rotationId = z.string().transform((text) => text as RotationId);
const bindingId = z.string().transform((text) => text as BindingId);

export const rotationPayload = z.object({ v, rotationId });
export const chunkPayload = z.object({ v, rotationId, chunk: z.number().int().nonnegative() });
export const retryPayload = z.object({ v, rotationId, bindingId });
export const sweepPayload = z.object({ v, runId: z.string(), bindings: z.array(bindingId), lookup: z.boolean() });
