import { z } from 'zod';

/** WISECP 5: `data`, or an `error` with a code. */
export const answerV5 = z.union([
  z.object({ error: z.object({ code: z.coerce.string() }) }),
  z.object({ data: z.unknown() }).refine(({ data }) => data !== undefined),
]);

/** WISECP 3 and 4: a status of two words. The message is looked at, never shown. */
export const answerV3 = z.union([
  z.object({ status: z.literal('successful'), data: z.unknown() }),
  z.object({ status: z.literal('error'), message: z.coerce.string().catch('') }),
]);

/** What the addon hands out, under either generation's `data`. */
export const letterSchema = z.object({ keyturn: z.string().min(1) });

/** The part of the module list that is looked at (Modules/GetModules). */
export const modulesSchema = z.array(z.object({ key: z.string(), active: z.boolean().optional().catch(undefined) }));
