import { stdout } from 'node:process';
import { startHost } from '../hosts/start.ts';

/** A process of its own that starts a panel in PHP, says where, and stays until it is killed. */
const host = await startHost('whmcs', { vendor: { live: 'http://127.0.0.1:9', test: 'http://127.0.0.1:9' } });
stdout.write(`${host.url}\n`);
setInterval(() => undefined, 60_000);
