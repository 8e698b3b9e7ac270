import type * as z from 'zod/mini';
import { ReportError } from '../../report/report-file.ts';

/** A value of a JSON report as a schema has it. Throws `ReportError` with the place where it differs. */
export function checked<Schema extends z.ZodMiniType>(
  schema: Schema,
  place: string,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new ReportError(`"${place}"${at && ` at ${at}`}: is not what this format has`);
}

/** An instant that a report writes, in milliseconds since 1970; null when it is none. */
export function dateOf(text: string | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : time;
}
