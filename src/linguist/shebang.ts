import { baseName } from '../git/paths.ts';

/** Returns the name of the interpreter in the first line of a script; empty if the line has none. */
export function interpreterOf(start: string): string {
  const [, program = '', rest = ''] =
    /^#![ \t]{0,8}([^ \t\r\n]{1,200})([^\r\n]{0,200})/.exec(start) ?? [];
  // `env -S VAR=1 deno run`.
  const command =
    baseName(program) === 'env'
      ? rest.split(/[ \t]+/).find((word) => /^[^-=]+$/.test(word))
      : program;
  return baseName(command ?? '');
}
