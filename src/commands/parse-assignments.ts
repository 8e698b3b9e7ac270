import { isDay } from '../schema/timestamp.ts';
import { userFieldNames, type UserFieldName } from '../schema/user-fields.ts';
import { UserError } from '../util/errors.ts';

/** Far longer than a note that fits on a screen. */
const maxLength = 10_000;

export type FieldValues = Partial<Record<UserFieldName, string | string[] | null>>;

/**
 * Parses `client=ACME tags=web,api`. An empty value removes the field. Throws `UserError` with code `usage` for an
 * unknown or repeated field and for an invalid value.
 */
export function parseAssignments(words: readonly string[]): FieldValues {
  const values: FieldValues = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const field = userFieldNames.find((name) => name === word.slice(0, Math.max(0, at)));
    if (field === undefined) {
      const name = at < 0 ? word : word.slice(0, at);
      throw new UserError('usage', `${name}: expected FIELD=VALUE`, {
        hint: `the fields are ${userFieldNames.join(', ')}; others can be edited in data/projects.json`,
      });
    }
    if (field in values) throw new UserError('usage', `${field} is given twice`);
    values[field] = parseValue(field, word.slice(at + 1).trim());
  }
  return values;
}

function parseValue(field: UserFieldName, text: string): string | string[] | null {
  if (text.length > maxLength) {
    throw new UserError('usage', `${field} has more than ${String(maxLength)} characters`);
  }
  if (field === 'tags') {
    const tags = text.split(',').map((tag) => tag.trim());
    return [...new Set(tags.filter((tag) => tag !== ''))];
  }
  if (text === '') return null;
  if (field === 'deadline' && !isDay(text)) {
    throw new UserError('usage', `deadline: expected a day such as 2026-12-31, not '${text}'`);
  }
  return text;
}
