import { expect, test } from 'vitest';
import { startDir } from '../../../../src/syncs/tokens/agents/claude-code/start-dir.ts';

test('startDir accepts any spelling of a Windows path below the directory that the logs are named after', () => {
  const logDir = 'C--Code-Alpha';
  expect(startDir('c:\\code\\alpha\\src', logDir)).toBe('c:\\code\\alpha');
  expect(startDir('C:/Code/Alpha', logDir)).toBe('C:/Code/Alpha');
  expect(startDir('C:\\Code\\Alphabet', logDir)).toBeNull();
});

test('startDir distinguishes other paths by case', () => {
  expect(startDir('/code/Alpha', '-code-Alpha')).toBe('/code/Alpha');
  expect(startDir('/code/alpha', '-code-Alpha')).toBeNull();
});
