import { describe, expect, it } from 'vitest';
import { verdictOfModuleText } from '../../../providers/panels/whmcs/module-text.ts';

describe("the module's error texts", () => {
  it.each([
    [
      'Invalid API credentials - Authentication failed. Check your API key and reseller ID.',
      'rejected',
      'bad-credential',
    ],
    ['API_302 Invalid API credentials', 'rejected', 'bad-credential'],
    ['Code: API_301 | Message: | Details:', 'rejected', 'bad-credential'],
    ['HTTP 401 - Unauthorized', 'rejected', 'bad-credential'],
    ['Unauthorized - ', 'rejected', 'bad-credential'],
    ['Invalid API Key', 'rejected', 'bad-credential'],
    ['Authentication failed for the given API key. - ', 'rejected', 'bad-credential'],
    ['Authentication Failed - ', 'rejected', 'bad-credential'],
    ['Reseller not found! - ', 'rejected', 'bad-credential'],
    ['API_300_ERROR', 'rejected', 'bad-credential'],
    ['127.0.0.9 is not authorized to access this API - ', 'rejected', 'address-not-allowed'],
    ['Your current IP address (203.0.113.7) is not authorized', 'rejected', 'address-not-allowed'],
    ['Unauthorized: IP 203.0.113.7 is not authorized to access', 'rejected', 'address-not-allowed'],
    ['API_301_ERROR', 'rejected', 'address-not-allowed'],
    ['CREDENTIALS - Invalid response format', 'inconclusive', 'outage'],
    ['Invalid API credentials: Invalid response format', 'inconclusive', 'outage'],
    [
      'Invalid response received from server! Response is empty. - The API response is empty or null',
      'inconclusive',
      'outage',
    ],
    ["SOAP Connection Error - SOAP-ERROR: Parsing WSDL: Couldn't load", 'inconclusive', 'outage'],
    ['HTTP 503 - Service Unavailable', 'inconclusive', 'outage'],
    ['Code: API_500 | Message: x', 'inconclusive', 'outage'],
    ['HTTP 502 - Bad Gateway', 'inconclusive', 'outage'],
    ['HTTP 429 - Too Many Requests', 'inconclusive', 'rate-limited'],
    ['The domain name you requested could not be found - ', 'inconclusive', 'unexpected-response'],
    ['Dna.DomainService:Domain:10007', 'inconclusive', 'unexpected-response'],
    ['HTTP 403 - Forbidden', 'inconclusive', 'unexpected-response'],
    ['Username and password combination not correct', 'inconclusive', 'unexpected-response'],
    ['Authentication Failed', 'inconclusive', 'unexpected-response'],
    [' - ', 'inconclusive', 'unexpected-response'],
    ['', 'inconclusive', 'unexpected-response'],
  ])('"%s" is %s, %s', (text, verdict, reason) => {
    expect(verdictOfModuleText(text)).toMatchObject({ verdict, reason });
  });

  it.each(['ip address ', 'ip ', 'authentication failed '])(
    'a megabyte of "%s" does not hold the worker up',
    (text) => {
      const begin = performance.now();
      verdictOfModuleText(text.repeat(1_000_000 / text.length));
      expect(performance.now() - begin).toBeLessThan(500);
    },
  );
});
