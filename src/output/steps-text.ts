import type { Artifact, Command, Step } from '../schedule/scheduler.ts';

/** Steps as `--dry-run` shows them: every file and every command in full. */
export function stepsText(steps: readonly Step[]): string {
  return steps.map(stepText).join('');
}

function stepText(step: Step): string {
  switch (step.type) {
    case 'write':
      return `write   ${step.artifact.path}\n${indented(step.artifact.text)}`;
    case 'remove':
      return `remove  ${step.path}\n`;
    case 'exec':
      return `run     ${commandText(step.command)}${conditionText(step)}\n`;
    case 'await':
      return `wait    until this ends with ${String(step.exitCode)}: ${commandText(step.command)}\n`;
    case 'edit-crontab':
      return step.block === null
        ? `edit    crontab: remove the block ${step.id}\n`
        : `edit    crontab: the block ${step.id}\n${indented(step.block)}`;
  }
}

function conditionText({ onlyIf, retry }: Extract<Step, { type: 'exec' }>): string {
  if (onlyIf) return `   (only if this ends with 0: ${commandText(onlyIf)})`;
  return retry ? `   (again while it ends with ${retry.exitCodes.join(' or ')})` : '';
}

/** A command as a person would type it; never for a shell of ours. */
const commandText = (command: Command): string =>
  command
    .map((word) => (/^[\w/.:=@,+?\\-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');

const indented = (text: string): string =>
  plainText(text).replace(/^(.*)\n/gm, (_line, content: string) => `      | ${content}\n`);

/** The text of an artifact as a terminal shows it, whatever its encoding. */
const plainText = (text: string): string => text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');

/** Artifacts as `--print` shows them; with their paths where there are several. */
export function artifactsText(artifacts: readonly Artifact[]): string {
  const texts = artifacts.map(({ path, text }) =>
    artifacts.length === 1 ? plainText(text) : `# ${path}\n${plainText(text)}`,
  );
  return texts.join('\n');
}
