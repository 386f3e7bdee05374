/** The registrar module's fields as GetModuleConfigurationParameters lists them: name, label, type. */
const FIELDS = [
  ['API_UserName', 'UserName', 'text'],
  ['API_Password', 'Password', 'password'],
  ['API_TestMode', 'Test Mode', 'yesno'],
  ['TrIdendity', 'Turkish Identity Number', 'dropdown'],
  ['TrTaxOffice', 'Turkish Tax Office', 'dropdown'],
  ['TrTaxNumber', 'Turkish Tax Identification Number', 'dropdown'],
  ['basecurrency', 'Exchange Conversion for TLD Sync', 'dropdown'],
  ['AI_Suggestion', 'AI Domain Suggestions', 'dropdown'],
  ['AI_OpenAI_Key', 'OpenAI API Key', 'password'],
] as const;

/** True for a setting that the module declares. */
export function isField(name: string): boolean {
  return FIELDS.some(([field]) => field === name);
}

/** The list as a nested array, or flattened into keys as the documentation's sample shows it. */
export function listFields(style: 'nested' | 'flat'): Record<string, unknown> {
  const parameters = FIELDS.map(([name, displayName, fieldType]) => ({ name, displayName, fieldType }));
  if (style === 'nested') return { parameters };
  const pairs = parameters.flatMap((one, at) =>
    Object.entries(one).map(([key, value]) => [`parameters[${at}][${key}]`, value] as const),
  );
  return Object.fromEntries<unknown>(pairs);
}
