import { shellQuote } from '../../util/shell.ts';
import type { Artifact, Command, Step } from '../../schedule/scheduler.ts';

/** Returns steps for `--dry-run`, with every file and command in full. */
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
      return `wait    until this exits with ${String(step.exitCode)}: ${commandText(step.command)}\n`;
    case 'edit-crontab':
      return step.block === null
        ? `edit    crontab: remove the block ${step.owner.id}\n`
        : `edit    crontab: the block ${step.owner.id}\n${indented(step.block)}`;
  }
}

function conditionText({ onlyIf, retry }: Extract<Step, { type: 'exec' }>): string {
  if (onlyIf) return `   (only if this exits with 0: ${commandText(onlyIf)})`;
  return retry ? `   (retried while it exits with ${retry.exitCodes.join(' or ')})` : '';
}

/** Returns a command as it would be typed in a shell. For display only. */
const commandText = (command: Command): string =>
  command.map((word) => (/^[\w/.:=@,+?\\-]+$/.test(word) ? word : shellQuote(word))).join(' ');

const indented = (text: string): string =>
  plainText(text).replace(/^(.*)\n/gm, (_line, content: string) => `      | ${content}\n`);

/** Returns the text of an artifact without byte order mark and carriage returns. */
const plainText = (text: string): string => text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');

/** Returns artifacts for `--print` on a terminal, or several of them, with their paths if there are several. */
export function artifactsText(artifacts: readonly Artifact[]): string {
  const texts = artifacts.map(({ path, text }) =>
    artifacts.length === 1 ? plainText(text) : `# ${path}\n${plainText(text)}`,
  );
  return texts.join('\n');
}
