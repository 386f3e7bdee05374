import { argv, stdout } from 'node:process';
import { openPrivateServer } from '../../src/infra/redis/private-server.ts';

/** A process of its own that starts the private server of a folder, or attaches to it, says so, and stays until it is killed. */
const [binary = '', directory = ''] = argv.slice(2);
await openPrivateServer(binary, directory);
stdout.write('attached\n');
setInterval(() => undefined, 60_000);
