import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  requiredSecrets,
  secretNames,
  secretRegistry,
  secretType,
} from '../../../src/schema/secrets.ts';

describe('the registry of secrets', () => {
  test('requires every variable of a source except base URLs', () => {
    expect(requiredSecrets('anthropic-admin')).toEqual(['ANTHROPIC_ADMIN_KEY', 'ANTHROPIC_ORG_ID']);
    expect(requiredSecrets('openai')).toEqual(['OPENAI_ADMIN_KEY']);
  });

  test('returns no type for a name that only the configuration knows', () => {
    expect(secretType('NTFY_TOKEN')).toBeNull();
    expect(secretType('toString')).toBeNull();
  });

  test.each(secretNames)('%s is documented in README.md', async (name) => {
    const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
    expect(readme).toContain(`\`${name}\``);
  });

  test.each(Object.entries(secretRegistry))(
    '%s has the type that its name implies',
    (name, { type }) => {
      const suffix = { key: '_KEY', id: '_ID', url: '_URL' }[type];
      expect(name.endsWith(suffix)).toBe(true);
    },
  );
});
