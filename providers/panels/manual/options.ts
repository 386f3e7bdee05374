import { z } from 'zod';

const panel = z.strictObject({
  title: z.string().min(1).optional().describe('What operators call this panel, for example "HostBill in Frankfurt".'),
  of: z
    .enum(['whmcs', 'wisecp', 'hostbill', 'blesta', 'clientexec'])
    .optional()
    .describe('The product this panel is, so that instructions carry its menu path and field names.'),
  menuPath: z
    .string()
    .min(1)
    .optional()
    .describe("Where the module's settings are in this panel, if that differs from the product's usual place."),
});

/** Options of a panel that no program can reach. */
export const manualSchemas = {
  panel,
  binding: z.strictObject({}).describe('A panel kept by hand needs no options for a binding.'),
};

export type ManualOptions = z.infer<typeof panel>;
