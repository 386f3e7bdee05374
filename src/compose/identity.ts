/** For `keyturn init`, which may not know a provider. */
export { generateIdentity } from '../../providers/secret-stores/file/identity.ts';
