/** Returns plain data as block YAML. Strings that YAML could read as another type are quoted as in JSON. */
export function toYaml(value: object, indent = ''): string {
  const entries = Array.isArray(value)
    ? value.map((item: unknown) => ['-', item] as const)
    : Object.entries(value).map(([key, item]) => [`${scalar(key)}:`, item as unknown] as const);
  return entries.map(([lead, item]) => `${indent}${lead}${entryText(lead, item, indent)}`).join('');
}

function entryText(lead: string, item: unknown, indent: string): string {
  if (typeof item !== 'object' || item === null) return ` ${scalar(item)}\n`;
  const deeper = toYaml(item, `${indent}  `);
  // The first key of a list item is on the line of its dash.
  return lead === '-' ? ` ${deeper.trimStart()}` : `\n${deeper}`;
}

function scalar(value: unknown): string {
  const isPlain = typeof value === 'string' && /^[A-Za-z/][\w./-]*$/.test(value);
  const isString = isPlain && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isString ? value : JSON.stringify(value);
}
