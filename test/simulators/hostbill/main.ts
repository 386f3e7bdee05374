import { runPanels } from '../connector/run-panels.ts';
import { runSimulator } from '../shared/process.ts';
import { config, panelConfig } from './config.ts';
import { answerHostbill } from './serve.ts';

/** The module's configuration; only the text 1 switches to the test system. */
const fields = {
  kind: 'hostbill',
  username: 'username',
  password: 'password',
  testMode: 'testmode',
  on: '1',
  off: '0',
  readsTestMode: true,
  place: 'module',
};

await runSimulator(config, (options) => runPanels(options, { fields, config: panelConfig, answer: answerHostbill }));
