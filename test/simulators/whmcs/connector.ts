import type { ConnectorHost, Stored } from '../connector/host.ts';
import { type Answer, failure } from './answers.ts';
import type { FaultMode } from './config.ts';
import { addressOf, countPush, type Panel, readSettings, writeSettings } from './panel.ts';

interface Carried {
  readonly letter: string;
  /** The path of the address that the letter was posted to. */
  readonly path: string;
  readonly caller: string;
  readonly mode: FaultMode;
}

/** The custom API action: hands a letter to the connector inside the panel. */
export async function carryLetter(panel: Panel, { letter, path, caller, mode }: Carried): Promise<Answer> {
  const { connector: config } = panel.config;
  if (!config) return failure('Invalid API Action: "keyturnconnector" is not a valid API action');
  const visit = { path, https: false, caller, server: panel.host };
  const reply = await panel.connector.answer(letter, visit, { host: hostOf(panel, mode), config });
  return { result: 'success', keyturn: reply };
}

/** WHMCS as its connector sees it from inside, while this failure is switched on. */
function hostOf(panel: Panel, mode: FaultMode): ConnectorHost {
  const { active, libraryVersion, whmcsVersion } = panel.config;
  return {
    kind: 'whmcs',
    version: whmcsVersion,
    address: addressOf(panel),
    vendor: panel.vendor,
    readsTestMode: true,
    module: () => ({ present: true, active, version: libraryVersion, library: libraryVersion }),
    places: () => [{ id: '', label: 'DomainNameAPI' }],
    read: () => readStored(panel),
    write: (_place, wanted) => writeStored(panel, wanted, mode),
  };
}

function readStored(panel: Panel): Stored {
  const settings = readSettings(panel);
  const { API_UserName: username = '', API_Password: password = '', API_TestMode: testMode = '', ...others } = settings;
  return { username, password, testMode: testMode === 'on', others };
}

function writeStored(panel: Panel, wanted: Stored, mode: FaultMode): void {
  const applied = mode !== 'success-without-write';
  countPush(panel, wanted.password, applied);
  if (!applied) return;
  const testMode = wanted.testMode ? 'on' : '';
  const own = { API_UserName: wanted.username, API_Password: wanted.password, API_TestMode: testMode };
  writeSettings(panel, { ...wanted.others, ...own });
}
