import { createFossbillingPanel } from '../../../providers/panels/fossbilling/index.ts';
import { fossbillingSchemas } from '../../../providers/panels/fossbilling/options.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import {
  type FossbillingControl,
  type FossbillingOptions,
  type Simulator,
  startDomainNameApi,
  startFossbilling,
} from '../../simulators/start.ts';
import type { PanelWorld, Stored } from '../panel.contract.ts';

export const ACCESS = { 'env:FOSSBILLING_TOKEN': 'sim-token-of-fossbilling', 'env:WRONG': 'not-the-token-at-all' };
const ID = 3;
/** What a person has chosen once in the adapter's form. */
const CHOSEN = { logAPI: '0', logFunction: '0' };

export interface FossbillingWorld extends PanelWorld {
  readonly fossbilling: Simulator<FossbillingControl>;
}

/** A simulated FOSSBilling with a vendor of its own whose pace does not get in the way. */
export async function startFossbillingWorld(
  host: string,
  panel: NonNullable<FossbillingOptions['panels']>[number] = {},
): Promise<FossbillingWorld> {
  const vendor = await startDomainNameApi({ pacing: { on: false } });
  const own = { staff: [{ token: ACCESS['env:FOSSBILLING_TOKEN'] }], ...panel };
  const fossbilling = await startFossbilling({ host, vendor: vendor.vendor, panels: [own] });
  return {
    vendor,
    fossbilling,
    address: host,
    accessSecrets: Object.values(ACCESS),
    bindingOptions: { canaryTld: '.com' },
    tellsVersion: false,
    says: { badKey: 'unspecified', address: 'unspecified', outage: 'rejected' },
    async resolveSecret(reference) {
      return new SecretValue(Object.entries(ACCESS).find(([name]) => name === reference)?.[1] ?? '');
    },
    create(deps, { url = fossbilling.url, wrongSecret = false } = {}) {
      const token = wrongSecret ? 'env:WRONG' : 'env:FOSSBILLING_TOKEN';
      return createFossbillingPanel(fossbillingSchemas.panel.parse({ url, token }), deps);
    },
    stored: async () => toStored(await fossbilling.control.registrar({ id: ID })),
    async store({ username, password, testMode, others }) {
      const config = { ...CHOSEN, ...others, Username: username, Password: password };
      await fossbilling.control.setRegistrar({ id: ID, config, testMode });
    },
    fail: async (mode) => {
      await fossbilling.control.setFault({ mode });
    },
    async close() {
      await fossbilling.stop();
      await vendor.stop();
    },
  };
}

function toStored({ config, testMode }: Awaited<ReturnType<FossbillingControl['registrar']>>): Stored {
  const texts = Object.entries(config).map(([name, value]) => [name, String(value)] as const);
  const { Username: username = '', Password: password = '', ...others } = Object.fromEntries(texts);
  return { username, password, testMode, others };
}
