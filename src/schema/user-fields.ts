import type { Project } from './projects.ts';

/** The fields of the user that are displayed and can be set by `projects set`. Free of zod: `status` loads it. */
export const userFieldNames = ['client', 'tags', 'deadline', 'notes'] as const;

export type UserFieldName = (typeof userFieldNames)[number];

export interface UserFields {
  readonly client: string | null;
  readonly tags: readonly string[];
  readonly deadline: string | null;
  readonly notes: string | null;
}

/** Returns the fields as text. A value of another type, which the file may contain, reads as not set. */
export const userFieldsOf = ({ client, tags, deadline, notes }: Project): UserFields => ({
  client: textOf(client),
  tags: [tags].flat().flatMap((tag) => textOf(tag) ?? []),
  deadline: textOf(deadline),
  notes: textOf(notes),
});

/** Returns the values of a field, by which projects are filtered and grouped; empty if it is not set. */
export function userFieldValues(fields: UserFields, name: UserFieldName): readonly string[] {
  const value = fields[name];
  return value === null ? [] : [value].flat();
}

function textOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null;
}
