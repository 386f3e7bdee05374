/** What a log line can hold: JSON, and nothing that has code of its own. */
export type PlainValue = string | number | boolean | null | readonly PlainValue[] | PlainFields;

export interface PlainFields {
  readonly [name: string]: PlainValue;
}
