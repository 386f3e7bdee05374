/** What a method gives back: a value, refused input, or one of the API's own failures. */
export type Reply =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, Readonly<Record<string, string>>>> }
  | { readonly kind: 'failure'; readonly status: number; readonly message: string };

/** A good answer. */
export function value(result: unknown): Reply {
  return { kind: 'value', value: result };
}

/** A failure with the text that Blesta's documentation gives for the status. */
export function failure(status: number, message: string): Reply {
  return { kind: 'failure', status, message };
}

export const notFound = failure(404, 'The requested resource does not exist.');
export const notCallable = failure(403, 'The requested resource is not accessible.');
export const badKey = failure(401, 'The authorization details given appear to be invalid.');
export const badFormat = failure(415, 'The format requested is not supported by the server.');
export const maintenance = failure(503, 'The requested resource is currently unavailable due to maintenance.');

/** The status and body that go out. `errorsAs200` is the shape that some clients have seen for refused input. */
export function bodyOf(reply: Reply, errorsAs200: boolean): { readonly status: number; readonly body: unknown } {
  if (reply.kind === 'value') return { status: 200, body: { response: reply.value } };
  if (reply.kind === 'failure') return { status: reply.status, body: { message: reply.message } };
  const message = 'The request cannot be fulfilled due to bad syntax.';
  return { status: errorsAs200 ? 200 : 400, body: { message, errors: reply.errors } };
}
