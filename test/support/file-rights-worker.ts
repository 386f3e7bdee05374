import process from 'node:process';
import { fileRights } from '../../providers/secret-stores/file/rights.ts';

/* Prints what a user who is not root finds: for root the system's access check says yes to everything. */

const [directory = '', path = ''] = process.argv.slice(2);
if (process.getuid?.() === 0) process.setuid?.(65_534);
process.stdout.write(JSON.stringify(await fileRights(directory, path)));
