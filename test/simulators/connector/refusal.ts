/** A refusal with its code and its facts. No value of anything stored is in it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(`The simulated connector refuses: ${code}.`);
    this.code = code;
    this.facts = facts;
  }

  /** The body of the reply that says so. */
  body(): string {
    return JSON.stringify({ code: this.code, message: this.message, ...this.facts });
  }
}
