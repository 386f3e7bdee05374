/** The version of the connector that this Keyturn ships and expects (providers/panels/connector/core says the same), and its protocol. */
export const CONNECTOR_VERSION = '1.0.0';
export const CONNECTOR_PROTOCOL = 1;
