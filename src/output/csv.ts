export type CsvValue = string | number | boolean | null;

/**
 * Rows as CSV (RFC 4180): CRLF after each, quoted where necessary, unknown values empty. Text
 * that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises ("CSV
 * Injection"); numbers stay numbers.
 */
export function csvText(header: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [header, ...rows].map((row) => `${row.map(fieldText).join(',')}\r\n`).join('');
}

// Some spreadsheets also treat the full-width forms as formulas. Control and bidirectional formatting
// characters are removed.
const formula = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;
const control =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function fieldText(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = (formula.test(value) ? `'${value}` : value).replace(control, '\ufffd');
  return /["',\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
