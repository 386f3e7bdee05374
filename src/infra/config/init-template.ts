/**
 * The keyturn.yaml that `keyturn init` writes. Lines that begin with "# " explain; an option that is not in use has its "#"
 * right in front of it, so that taking the "#" away switches it on. It holds references only.
 */
export function renderInitConfig(schemaPath: string, panelKinds: readonly string[]): string {
  return `# yaml-language-server: $schema=${schemaPath}\n#\n${BODY.replace('KINDS', panelKinds.join(', '))}`;
}

const BODY = `# Configuration of Keyturn. Secrets are never written here, only where to find them:
#   env:NAME                 an environment variable
#   file:PATH                a file; relative paths start from the directory of this file
#   store:STORE/NAME#FIELD   a secret in one of the stores below; #FIELD picks one field of a JSON secret
# Check it at any time with "keyturn doctor". Every option is explained in docs/configuration.md.

# Key of the fingerprints that stand for credentials everywhere. The same on every worker; keep it for good.
fingerprintKey: file:.keyturn/fingerprint.key

# Redis holds the queue. Without this section Keyturn uses REDIS_URL, or starts a private redis-server.
redis:
  #url: env:KEYTURN_REDIS_URL

# Where the credentials are kept. Kinds: file, env, aws-secrets-manager, hashicorp-vault, azure-key-vault.
stores:
  local:
    # One file per secret, encrypted with age.
    kind: file
    # Where these files are.
    directory: .keyturn/secrets
    # What opens them. Keep a copy in a safe place: without it they cannot be read.
    identity: file:.keyturn/identity.txt
    # How many versions of each secret are kept.
    #keepVersions: 10
  #aws:
    #kind: aws-secrets-manager
    #region: eu-central-1

# The DomainNameAPI reseller accounts, each under a name of your choice.
accounts:
  main:
    # The credential for live domains.
    live:
      # Which store has it, and under which name. "keyturn key submit" puts it there.
      secret: { store: local, name: domainnameapi/main }
      # Refuse any credential that belongs to another Reseller ID.
      #resellerId: 00000000-0000-0000-0000-000000000000
    # The credential for the vendor's test platform (OTE), if you have one.
    #test:
      #secret: { store: local, name: domainnameapi/main-test }
  # Secrets that are there already may stay as they are: JSON with field names of its own,
  #second:
    #live:
      #secret: { store: local, name: dna/second, fields: { resellerId: username, apiKey: password } }
  # the API key and nothing else,
  #third:
    #live:
      #secret: { store: local, name: dna/third, format: plain }
      #resellerId: 00000000-0000-0000-0000-000000000000
  # or a secret for each of the two.
  #fourth:
    #live:
      #secret: { store: local, resellerId: { name: dna/fourth-id }, apiKey: { name: dna/fourth-key } }

# The panels that use these credentials, each under a name of your choice, with the options of its page in docs/panels.
# Kinds: KINDS.
panels:
  #billing:
    #kind: whmcs
    # Where WHMCS is installed.
    #url: https://billing.example.com
    # An API credential of WHMCS (Configuration > System Settings > API Credentials).
    #identifier: env:WHMCS_IDENTIFIER
    #secret: env:WHMCS_SECRET
    # What "keyturn connector build billing" makes; its archive is installed in the panel.
    #connector: { pairing: "file:.keyturn/billing.pairing" }
    # Which credential this panel holds.
    #bindings:
      #- account: main
        # live (the default) or test.
        #environment: live
        # What a drift check does: alert (the default) tells, heal also puts the right credential back.
        #policy: alert
        # Without the connector: a domain that is registered through this module; reading it proves that the panel's copy works.
        #canaryDomainId: 12
  #shop:
    #kind: blesta
    #url: https://shop.example.com
    # The plugin that "keyturn connector build shop" makes. Without it: user and key of Settings > System > API Access.
    #connector: { pairing: "file:.keyturn/shop.pairing" }
    #user: keyturn
    #key: env:BLESTA_API_KEY
    #bindings:
      #- account: main
  #store:
    #kind: fossbilling
    #url: https://store.example.com
    # The API token of a staff member who may manage registrars and TLDs.
    #token: env:FOSSBILLING_TOKEN
    #bindings:
      #- account: main
        # A TLD that is sold through this registrar; looking up a random name in it proves that the panel's copy works.
        #canaryTld: .com
  #reseller:
    #kind: wisecp
    #url: https://reseller.example.com
    # v5 for WISECP 5, v3 for WISECP 3.1.7 to 4.
    #generation: v5
    #apiKey: env:WISECP_KEY
    # What "keyturn connector build reseller" makes; its archive is installed in the panel.
    #connector: { pairing: "file:.keyturn/reseller.pairing" }
    #bindings:
      #- account: main
  #hosting:
    #kind: hostbill
    # The admin folder of HostBill.
    #url: https://hosting.example.com/admin
    #apiId: env:HOSTBILL_API_ID
    #apiKey: env:HOSTBILL_API_KEY
    #connector: { pairing: "file:.keyturn/hosting.pairing" }
    #bindings:
      #- account: main
  #clients:
    #kind: clientexec
    #url: https://clients.example.com
    #connector: { pairing: "file:.keyturn/clients.pairing" }
    #bindings:
      #- account: main
  #office:
    # A panel that no program can reach: Keyturn tells a person what to type where.
    #kind: manual
    #of: hostbill
    #bindings:
      #- account: main

# The vendor's API. Needed only for a proxy, a private CA or a simulator.
vendor:
  #live: { url: https://api.domainresellerapi.com/api/v1 }
  #test: { url: https://ote.domainresellerapi.com/api/v1 }
  # Requests a second with one API key, all workers together; the vendor refuses more than about one.
  #pace: { requestsPerSecond: 1 }
  # Certificates of a private CA, trusted beside the public ones.
  #caFile: ca.pem
  # Time for one whole request.
  #timeoutSeconds: 15

# How the worker works.
worker:
  # Panels worked on at the same time.
  #concurrency: 100
  # Bindings that one queue job carries; by default a tenth of the fan-out, 25 to 200.
  #chunkSize: 25
  # On shutdown: how long running work may still finish, and how long cut-off work may take to stop.
  #drainSeconds: 10
  #abortSeconds: 5
  # debug, info, warn or error.
  #logLevel: info
`;
