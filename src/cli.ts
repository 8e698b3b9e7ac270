import packageJson from '../package.json' with { type: 'json' };
import { exitCodeFor, exitCodes, stackOf } from './util/errors.ts';
import { failureOf } from './util/failure.ts';
import type { System } from './system/system.ts';
import { errorDocument, errorText } from './output/error-text.ts';
import { jsonLine } from './output/json.ts';

/** Runs the command line and returns the exit code. The only place that converts errors to exit codes. */
export async function main(argv: readonly string[], system: System): Promise<number> {
  try {
    return await runFastPath(argv, system);
  } catch (error) {
    return reportError(error, argv, system);
  }
}

/** Handles these commands without the parser, whose import takes as long as they do. */
async function runFastPath(argv: readonly string[], system: System): Promise<number> {
  const [word, ...rest] = argv;
  if (rest.length === 0 && word === '--version') {
    system.stdout.write(`${packageJson.version}\n`);
    return exitCodes.done;
  }
  if (rest.length === 0 && word === 'status') {
    const { status } = await import('./commands/status.ts');
    return status({}, system, []);
  }
  if (rest.length === 0 && word === 'statusline') {
    const { statusline } = await import('./commands/statusline.ts');
    return statusline({}, system);
  }
  const { runProgram } = await import('./commands/program.ts');
  return runProgram(argv, system);
}

function reportError(error: unknown, argv: readonly string[], system: System): number {
  const failure = failureOf(error, { bug: 'this is a bug: ' });
  const { code } = failure;
  if (code === 'unexpected') system.stderr.write(`${stackOf(error)}\n`);
  if (argv.includes('--json')) system.stdout.write(jsonLine(errorDocument(failure)));
  else system.stderr.write(errorText(failure));
  return exitCodeFor(code);
}
