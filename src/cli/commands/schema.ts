import { EXIT } from '../exit-codes.ts';

/** `keyturn schema`: the JSON Schema of keyturn.yaml, with every kind that this release knows, for an editor. */
export async function schema(): Promise<number> {
  const [{ buildJsonSchema }, { configKinds }] = await Promise.all([
    import('../../infra/config/json-schema.ts'),
    import('../../compose/providers.ts'),
  ]);
  process.stdout.write(`${JSON.stringify(await buildJsonSchema(configKinds), undefined, 2)}\n`);
  return EXIT.ok;
}
