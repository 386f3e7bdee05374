import { z } from 'zod';
import { baseUrl } from '../../providers/shared/base-url.ts';
import { secretReference } from '../../providers/shared/secret-reference.ts';
import type { ConfigKinds } from '../../src/infra/config/config.ts';

const storeSchema = z.strictObject({
  directory: z.string().min(1).describe('Where the files are.'),
  identity: secretReference.optional(),
  keep: z.int().min(3).max(100).default(10),
});

const panelSchema = z.strictObject({
  url: baseUrl.describe('Where the panel is.'),
  secret: secretReference.describe('Reference to the API secret.'),
  caFile: z.string().optional(),
});

const bindingSchema = z.strictObject({ row: z.int().positive().optional(), note: z.string().max(5).optional() });

/** Two small kinds with every sort of option, so that tests of the configuration do not depend on real providers. */
export const fakeKinds: ConfigKinds = {
  stores: { box: { title: 'Box', schema: async () => storeSchema } },
  panels: {
    acme: { title: 'Acme', schemas: async () => ({ panel: panelSchema, binding: bindingSchema, place: ['row'] }) },
    hand: { title: 'By hand', schemas: async () => ({ panel: z.strictObject({}), binding: z.strictObject({}) }) },
  },
  vendor: z.strictObject({
    live: z.strictObject({ url: baseUrl.default('https://vendor.example/api') }).prefault({}),
    rate: z.number().positive().max(100).default(1),
  }),
};
