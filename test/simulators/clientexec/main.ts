import { runPanels } from '../connector/run-panels.ts';
import { runSimulator } from '../shared/process.ts';
import { config, panelConfig } from './config.ts';
import { answerClientexec } from './serve.ts';

/** The table `setting`, by the names that ClientExec makes of the module's labels. The test switch is stored and never read. */
const fields = {
  kind: 'clientexec',
  username: 'plugin_Domainnameapi_Username',
  password: 'plugin_Domainnameapi_Password',
  testMode: 'plugin_Domainnameapi_Use testing server',
  on: '1',
  off: '0',
  readsTestMode: false,
  place: '',
};

await runSimulator(config, (options) => runPanels(options, { fields, config: panelConfig, answer: answerClientexec }));
