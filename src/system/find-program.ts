import { UserError } from '../util/errors.ts';
import type { System } from './system.ts';

/** Returns the absolute path of a program, or null if it is missing or can't be executed. */
export async function findProgramOrNull(
  file: string,
  { findProgram }: Pick<System, 'findProgram'>,
): Promise<string | null> {
  try {
    return await findProgram(file);
  } catch (error) {
    if (error instanceof UserError && error.code === 'tool') return null;
    throw error;
  }
}
