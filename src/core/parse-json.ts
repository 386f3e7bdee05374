/** `undefined` for a text that is not JSON; JSON itself has no undefined. V8's own error quotes the text, so it ends here. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
