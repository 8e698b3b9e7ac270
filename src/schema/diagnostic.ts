import * as z from 'zod/mini';
import type { Diagnostic } from '../util/diagnostic.ts';

/** A diagnostic in a file. The codes are open: files of other versions contain other ones. */
export const diagnosticEntry = z.object({
  /** How much it matters. */
  severity: z.enum(['error', 'warning', 'info']),
  code: z.string(),
  /** The subject: a sync, a project or a path; null if that is clear. */
  subject: z.nullable(z.string()),
  message: z.string(),
  hint: z.nullable(z.string()),
}) satisfies z.ZodMiniType<Diagnostic>;
