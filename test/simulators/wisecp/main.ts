import { runPanels } from '../connector/run-panels.ts';
import { runSimulator } from '../shared/process.ts';
import { config, panelConfig } from './config.ts';
import { answerWisecp } from './serve.ts';

/** The module's own config.php. */
const fields = {
  kind: 'wisecp',
  username: 'username',
  password: 'password',
  testMode: 'test-mode',
  on: '1',
  off: '0',
  readsTestMode: true,
  place: '',
};

await runSimulator(config, (options) => runPanels(options, { fields, config: panelConfig, answer: answerWisecp }));
