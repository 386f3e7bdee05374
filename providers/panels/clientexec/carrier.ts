import type { Carrier } from '../../shared/connector/carrier.ts';
import { joinUrl, parseBaseUrl } from '../../shared/http.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { noLetter } from './errors.ts';
import type { ClientexecOptions } from './options.ts';

/** The snapin's own address: ClientExec's API has nothing that could carry a letter. */
const ENTRY = 'plugins/snapin/keyturn/connector.php';
/** The reply, alone or behind a page that ClientExec could not be kept from sending. A page that ends like this is not signed. */
const LETTER = /(?:^|\s)([\w-]{100,})\s*$/;

/** Letters as one form field. No credential of ClientExec's goes along: the letter's signature is the whole authentication. */
export function createClientexecCarrier(options: Pick<ClientexecOptions, 'url'>, deps: ProviderDeps): Carrier {
  const base = parseBaseUrl(options.url, 'The url of the ClientExec panel');
  const url = joinUrl(base, ENTRY);
  const where = `ClientExec at ${base.host}`;
  return {
    where,
    path: url.pathname,
    async post(letter, signal) {
      const response = await deps.http.send(
        {
          method: 'POST',
          url,
          headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/plain' },
          body: new URLSearchParams({ keyturn: letter }).toString(),
        },
        signal,
      );
      const reply = response.status === 200 ? LETTER.exec(response.text)?.[1] : undefined;
      if (reply === undefined) throw noLetter(where, response, deps.clock.now());
      return reply;
    },
  };
}
