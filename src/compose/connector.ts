import { isAbsolute, join } from 'node:path';
import { panelKinds } from '../../providers/registry.ts';
import { buildConnector, type ConnectorArchive } from '../../providers/shared/connector/archive.ts';
import type { ConnectorLayout } from '../../providers/shared/connector/layout.ts';
import { readPairing } from '../../providers/shared/connector/pairing.ts';
import { createPairing } from '../../providers/shared/connector/pairing-files.ts';
import { vendorOptions } from '../../providers/vendors/domainnameapi/options.ts';
import { KeyturnError, toKeyturnError } from '../core/errors.ts';
import type { Logger } from '../core/ports.ts';
import {
  isSecretReference,
  type SecretReference,
  type SecretSource,
  secretSourceOf,
} from '../core/secret-reference.ts';
import type { SecretValue } from '../core/secret-value.ts';
import type { Config, PanelConfig } from '../infra/config/config.ts';
import { isThere } from '../infra/private-file.ts';
import { openProviders } from './providers.ts';

/** The connector of one panel of the configuration, and where its pairing is. */
export interface PlannedConnector {
  readonly panel: PanelConfig;
  readonly title: string;
  readonly layout: ConnectorLayout;
  readonly pairing: SecretSource;
  /** The id of the pairing that is there already; undefined if there is none yet. */
  readonly paired?: string;
}

/** Finds out what there is to build. Throws CONFIG_INVALID with the lines to add where the configuration lacks some. */
export async function planConnector(
  config: Config,
  panel: PanelConfig,
  surroundings: { readonly env: NodeJS.ProcessEnv; readonly log: Logger; readonly signal: AbortSignal },
): Promise<PlannedConnector> {
  const kind = panelKinds[panel.kind];
  const title = kind?.title ?? panel.kind;
  const layout = await kind?.connector?.();
  if (!layout) throw noConnectorFor(title);
  const reference = pairingReference(panel.options);
  if (!reference) throw notConfigured(panel.id);
  const paired = await presentPairing(config, reference, panel.id, surroundings);
  return { panel, title, layout, pairing: secretSourceOf(reference), ...(paired !== undefined && { paired }) };
}

/** The archive, and the text for the worker if the panel is paired anew. */
export interface MadeConnector {
  readonly archive: ConnectorArchive;
  readonly pairing?: { readonly connector: string; readonly text: SecretValue };
}

/** Makes the archive of a planned connector: with a pairing of its own if `newPairing`, else an upgrade that has none. */
export async function makeConnector(
  config: Config,
  { panel, layout }: PlannedConnector,
  { newPairing, addresses }: { readonly newPairing: boolean; readonly addresses: readonly string[] },
): Promise<MadeConnector> {
  const { live, test } = vendorOptions.parse(config.vendor);
  const settings = { layout, addresses, vendor: { live: live.url, test: test.url } };
  if (!newPairing) return { archive: await buildConnector(panel.kind, settings) };
  const pairing = await createPairing();
  return { pairing, archive: await buildConnector(panel.kind, { ...settings, pairing }) };
}

function pairingReference(options: unknown): SecretReference | undefined {
  const connector = fieldOf(options, 'connector');
  const pairing = fieldOf(connector, 'pairing');
  return typeof pairing === 'string' && isSecretReference(pairing) ? pairing : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** The id of the pairing behind the reference. Something else there is an error, so that nobody's file is taken for free. */
async function presentPairing(
  config: Config,
  reference: SecretReference,
  panelId: string,
  { env, log, signal }: Parameters<typeof planConnector>[2],
): Promise<string | undefined> {
  const source = secretSourceOf(reference);
  if (source.from === 'file' && !(await isThere(filePath(config, source.path)))) return undefined;
  if (source.from === 'env' && (env[source.name] ?? '') === '') return undefined;
  const providers = await openProviders(config, env, log, signal);
  try {
    const text = await providers.resolveSecret(reference, signal);
    return readPairing(text, `panel ${panelId}`).connector;
  } catch (thrown) {
    const error = toKeyturnError(thrown);
    if (source.from === 'store' && error.code === 'CONFIG_INVALID') return undefined;
    throw error;
  } finally {
    await providers.close();
  }
}

/** Where a `file:` reference leads. */
export function filePath({ directory }: Config, path: string): string {
  return isAbsolute(path) ? path : join(directory, path);
}

const NOTHING_MADE = 'Nothing was made.';

function noConnectorFor(title: string): KeyturnError {
  const kinds = Object.values(panelKinds).filter((kind) => 'connector' in kind);
  return new KeyturnError('CAPABILITY_MISSING', `There is no connector for ${title}, and none is needed there.`, {
    fix: `Connectors are for: ${kinds.map((kind) => kind.title).join(', ')}.`,
    untouched: NOTHING_MADE,
  });
}

function notConfigured(panelId: string): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `Panel ${panelId} has no connector in the configuration.`, {
    fix: `Add this line to it in keyturn.yaml, beside its kind, and run the same command again:\n  connector: { pairing: "file:.keyturn/${panelId}.pairing" }`,
    untouched: NOTHING_MADE,
  });
}
