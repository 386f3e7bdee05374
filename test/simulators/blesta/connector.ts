import type { ConnectorHost, Stored } from '../connector/host.ts';
import { parseForm, textField } from '../shared/form.ts';
import type { WebRequest } from '../shared/web.ts';
import type { FaultMode } from './config.ts';
import { addressOf, countPush, type Panel, writeRow } from './panel.ts';

/** The plugin's own address, below the panel's prefix. */
export const PLUGIN_PAGE = /^(?:\/index\.php)?\/plugin\/keyturn\/main\/index\/$/;
/** Its model as the API names it. */
export const PLUGIN_MODEL = 'Keyturn.KeyturnConnector';

/** The plugin: hands a letter to the connector inside the panel. Undefined: it is not installed. */
export async function carryLetter(panel: Panel, request: WebRequest, mode: FaultMode): Promise<string | undefined> {
  const { connector: config } = panel.config;
  if (!config) return undefined;
  const letter = textField(parseForm(request.body), 'keyturn') ?? '';
  const visit = { path: request.path, https: false, caller: request.address, server: panel.host };
  return panel.connector.answer(letter, visit, { host: hostOf(panel, mode), config });
}

/** Blesta as its connector sees it from inside, while this failure is switched on. It saves without asking the vendor. */
function hostOf(panel: Panel, mode: FaultMode): ConnectorHost {
  const { installed, moduleVersion: version, libraryVersion: library } = panel.config;
  return {
    kind: 'blesta',
    version: null,
    address: addressOf(panel),
    vendor: panel.vendor,
    readsTestMode: true,
    module: () => ({ present: installed, active: installed, version, library }),
    places: () => placesOf(panel).map(([id]) => ({ id, label: id })),
    read: (place) => readRow(panel, place),
    write: (place, wanted) => writeStored(panel, place, wanted, mode),
  };
}

/** Row ids by the place's name: the company alone stands for its only row. */
function placesOf({ config, rows }: Panel): [place: string, row: string][] {
  const company = `companyId ${config.companyId}`;
  const named = [...rows.keys()].map((id): [string, string] => [`${company} rowId ${id}`, id]);
  const [only, ...more] = rows.keys();
  return only !== undefined && more.length === 0 ? [[company, only], ...named] : named;
}

function rowOf(panel: Panel, place: string): string | undefined {
  return placesOf(panel).find(([name]) => name === place)?.[1];
}

function readRow(panel: Panel, place: string): Stored | undefined {
  const meta = panel.rows.get(rowOf(panel, place) ?? '');
  if (!meta) return undefined;
  const { user: username = '', key: password = '', sandbox = '', ...others } = meta;
  return { username, password, testMode: sandbox === 'true', others };
}

function writeStored(panel: Panel, place: string, wanted: Stored, mode: FaultMode): void {
  const row = rowOf(panel, place) ?? '';
  const applied = mode !== 'success-without-write';
  countPush(panel, row, wanted.password, applied);
  if (!applied) return;
  const own = { user: wanted.username, key: wanted.password, sandbox: String(wanted.testMode === true) };
  writeRow(panel, row, { ...wanted.others, ...own });
}
