import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSecrets, redactor } from '../../../src/config/secrets.ts';
import { testSystem } from '../../helpers/context.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';

const key = 'sk-ant-admin01-canary-canary';
const system = testSystem({ env: {} });

async function writeEnvFile(workspace: TemporaryWorkspace, mode: number): Promise<void> {
  await workspace.write('data/config/.env', `# mine\nANTHROPIC_ADMIN_KEY="${key}"\nOTHER=1\n`);
  await chmod(workspace.paths.secrets, mode);
}

describe('readSecrets', () => {
  test('returns only the known variables of data/config/.env', async () => {
    await using workspace = await temporaryWorkspace();
    await writeEnvFile(workspace, 0o600);
    expect(await readSecrets(workspace.paths, system)).toEqual({ ANTHROPIC_ADMIN_KEY: key });
  });

  test('prefers the environment to data/config/.env', async () => {
    await using workspace = await temporaryWorkspace();
    await writeEnvFile(workspace, 0o400);
    const withEnv = testSystem({ env: { ANTHROPIC_ADMIN_KEY: 'from-env' } });
    expect(await readSecrets(workspace.paths, withEnv)).toEqual({
      ANTHROPIC_ADMIN_KEY: 'from-env',
    });
  });

  test('rejects a file on Windows that its access control list lets other users read, and returns the icacls command', async () => {
    await using workspace = await temporaryWorkspace();
    await writeEnvFile(workspace, 0o600);
    const withAcl = (sddl: string): typeof system =>
      testSystem({
        platform: 'win32',
        env: { USERNAME: 'ada' },
        tmpDir: workspace.root,
        exec: async (_program, args) => {
          await writeFile(args[2] ?? '', `.env\r\n${sddl}\r\n`, 'utf16le');
          return { exitCode: 0, stdout: new Uint8Array(), stderr: '' };
        },
      });
    const path = workspace.paths.secrets;
    await expect(
      readSecrets(workspace.paths, withAcl('D:AI(A;ID;0x1200a9;;;BU)')),
    ).rejects.toMatchObject({
      code: 'secrets',
      hint: `icacls "${path}" /inheritance:r /grant:r "ada:F"`,
    });
    const secrets = await readSecrets(workspace.paths, withAcl('D:AI(A;ID;FA;;;SY)'));
    expect(secrets).toEqual({ ANTHROPIC_ADMIN_KEY: key });
  });

  test.each([0o644, 0o640, 0o604, 0o620])(
    'rejects a file with mode %o and returns the chmod command',
    async (mode) => {
      await using workspace = await temporaryWorkspace();
      await writeEnvFile(workspace, mode);
      await expect(readSecrets(workspace.paths, system)).rejects.toMatchObject({
        code: 'secrets',
        hint: `chmod 600 ${workspace.paths.secrets}`,
      });
    },
  );

  test('rejects a link', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('elsewhere', `ANTHROPIC_ADMIN_KEY=${key}`);
    await symlink(join(workspace.root, 'elsewhere'), workspace.paths.secrets);
    await expect(readSecrets(workspace.paths, system)).rejects.toMatchObject({ code: 'secrets' });
  });
});

describe('redactor', () => {
  test('removes secrets from texts, also in base64 and percent-encoding', () => {
    const redact = redactor({
      ANTHROPIC_ADMIN_KEY: `${key}+/=`,
      ANTHROPIC_ORG_ID: 'org-0123456789',
    });
    const encoded = Buffer.from(`${key}+/=`).toString('base64');
    expect(redact(`a ${key}+/= b ${encoded} c ${encodeURIComponent(`${key}+/=`)}`)).not.toContain(
      'canary',
    );
    expect(redact(encoded)).not.toContain(encoded.slice(0, 20));
    expect(redact('org-0123456789')).toBe('org-0123456789');
  });

  test('removes other keys and all parts of a URL except its host', () => {
    const redact = redactor({
      ANTHROPIC_BASE_URL: 'https://user:canary%2Fcanary@proxy.example/v1?token=canary',
      OPENAI_BASE_URL: 'not a URL: canary',
      OPENAI_ADMIN_KEY: key,
    });
    const text =
      'https://user:canary%2Fcanary@proxy.example/v1?token=canary, canary/canary, ' +
      `not a URL: canary, ${key}, ?token=canary`;
    expect(redact(text)).not.toContain('canary');
    const plain = redactor({ ANTHROPIC_BASE_URL: 'https://proxy.example/v1' });
    expect(plain('https://proxy.example/v1')).toBe('https://proxy.example/v1');
  });
});
