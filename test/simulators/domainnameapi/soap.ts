import { answer, type WebAnswer, type WebRequest } from '../shared/web.ts';

/** True for a call to the legacy API. */
export function isLegacy(request: WebRequest): boolean {
  return request.path.toLowerCase() === '/domainapi.svc';
}

/** The password inside a legacy request, so that the log can say whose it was (as a hash). */
export function legacyPassword(body: string): string {
  return /<(?:\w+:)?Password[^>]*>([^<]*)</.exec(body)?.[1] ?? '';
}

/** The legacy API knows nobody any more: every call gets its "not found" in band, with HTTP 200. */
export function answerLegacy(request: WebRequest): WebAnswer {
  const operation = /IDomainApi\/(\w+)/.exec(request.headers['soapaction'] ?? '')?.[1] ?? 'GetResellerDetails';
  const result =
    '<a:ErrorCode>300</a:ErrorCode><a:OperationMessage>Reseller not found!</a:OperationMessage>' +
    '<a:OperationResult>ERROR</a:OperationResult>';
  const namespace = 'http://schemas.datacontract.org/2004/07/Olipso.Core.DataContracts';
  const body =
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
    `<${operation}Response xmlns="http://tempuri.org/">` +
    `<${operation}Result xmlns:a="${namespace}">${result}</${operation}Result>` +
    `</${operation}Response></s:Body></s:Envelope>`;
  return answer(200, 'text/xml; charset=utf-8', body);
}
