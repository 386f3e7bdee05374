import { z } from 'zod';
import { baseUrl } from '../../shared/base-url.ts';
import { connectorOption } from '../../shared/connector/options.ts';

const panel = z.strictObject({
  url: baseUrl.describe('Where ClientExec is installed: https://billing.example.com, or https://example.com/clients.'),
  connector: connectorOption,
});

const binding = z.strictObject({});

/** Options of a ClientExec panel and of its bindings. The plugin has one set of settings, so all bindings mean the same place. */
export const clientexecSchemas = { panel, binding, place: [] };

export type ClientexecOptions = z.infer<typeof panel>;
