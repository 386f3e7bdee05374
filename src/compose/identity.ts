import { panelKinds } from '../../providers/registry.ts';

/** For `keyturn init`, which may not know a provider. */
export { generateIdentity } from '../../providers/secret-stores/file/identity.ts';

/** The names of all panel kinds, for the comment in a new configuration that lists them. */
export const panelKindNames: readonly string[] = Object.keys(panelKinds);
