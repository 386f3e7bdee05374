import { definePanelKind, defineStoreKind, type PanelKind, type StoreKind } from './shared/kinds.ts';

/** Every secret store, by the `kind` that the configuration names. Adding one is a folder and a line here. */
export const storeKinds: Readonly<Record<string, StoreKind>> = {
  file: defineStoreKind({
    title: 'Encrypted file (age)',
    schema: async () => (await import('./secret-stores/file/options.ts')).fileStoreOptions,
    load: async () => (await import('./secret-stores/file/index.ts')).createFileStore,
  }),
  env: defineStoreKind({
    title: 'Environment variables or .env (read-only)',
    schema: async () => (await import('./secret-stores/env/options.ts')).envStoreOptions,
    load: async () => (await import('./secret-stores/env/index.ts')).createEnvStore,
  }),
  'aws-secrets-manager': defineStoreKind({
    title: 'AWS Secrets Manager',
    schema: async () => (await import('./secret-stores/aws-secrets-manager/options.ts')).awsStoreOptions,
    load: async () => (await import('./secret-stores/aws-secrets-manager/index.ts')).createAwsStore,
  }),
  'hashicorp-vault': defineStoreKind({
    title: 'HashiCorp Vault or OpenBao (KV version 2)',
    schema: async () => (await import('./secret-stores/hashicorp-vault/options.ts')).vaultStoreOptions,
    load: async () => (await import('./secret-stores/hashicorp-vault/index.ts')).createVaultStore,
  }),
  'azure-key-vault': defineStoreKind({
    title: 'Azure Key Vault',
    schema: async () => (await import('./secret-stores/azure-key-vault/options.ts')).azureStoreOptions,
    load: async () => (await import('./secret-stores/azure-key-vault/index.ts')).createAzureStore,
  }),
};

/** Every panel kind, by the `kind` that the configuration names. Adding one is a folder and a line here. */
export const panelKinds: Readonly<Record<string, PanelKind>> = {
  whmcs: definePanelKind({
    title: 'WHMCS',
    schemas: async () => (await import('./panels/whmcs/options.ts')).whmcsSchemas,
    load: async () => (await import('./panels/whmcs/index.ts')).createWhmcsPanel,
    connector: async () => (await import('./panels/whmcs/connector.ts')).connectorLayout,
  }),
  blesta: definePanelKind({
    title: 'Blesta',
    schemas: async () => (await import('./panels/blesta/options.ts')).blestaSchemas,
    load: async () => (await import('./panels/blesta/index.ts')).createBlestaPanel,
    connector: async () => (await import('./panels/blesta/connector.ts')).connectorLayout,
  }),
  hostbill: definePanelKind({
    title: 'HostBill',
    schemas: async () => (await import('./panels/hostbill/options.ts')).hostbillSchemas,
    load: async () => (await import('./panels/hostbill/index.ts')).createHostbillPanel,
    connector: async () => (await import('./panels/hostbill/connector.ts')).connectorLayout,
  }),
  wisecp: definePanelKind({
    title: 'WISECP',
    schemas: async () => (await import('./panels/wisecp/options.ts')).wisecpSchemas,
    load: async () => (await import('./panels/wisecp/index.ts')).createWisecpPanel,
    connector: async () => (await import('./panels/wisecp/connector.ts')).connectorLayout,
  }),
  clientexec: definePanelKind({
    title: 'ClientExec',
    schemas: async () => (await import('./panels/clientexec/options.ts')).clientexecSchemas,
    load: async () => (await import('./panels/clientexec/index.ts')).createClientexecPanel,
    connector: async () => (await import('./panels/clientexec/connector.ts')).connectorLayout,
  }),
  fossbilling: definePanelKind({
    title: 'FOSSBilling',
    schemas: async () => (await import('./panels/fossbilling/options.ts')).fossbillingSchemas,
    load: async () => (await import('./panels/fossbilling/index.ts')).createFossbillingPanel,
  }),
  manual: definePanelKind({
    title: 'By hand',
    schemas: async () => (await import('./panels/manual/options.ts')).manualSchemas,
    load: async () => (await import('./panels/manual/index.ts')).createManualPanel,
  }),
};
