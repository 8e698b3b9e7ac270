import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  getLanguageService,
  TextDocument,
  type LanguageService,
} from 'vscode-json-languageservice';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';

const packaged = resolve(import.meta.dirname, '../../data/schema');

describe('the configuration of init in the JSON editor of VS Code', () => {
  let workspace: string;
  let service: LanguageService;
  let path: string;

  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'sync-runner-init-'));
    const { exitCode } = await runCli(['init', '-w', workspace, workspace]);
    expect(exitCode).toBe(0);
    path = join(workspace, 'data/config/sync.json');
    service = getLanguageService({
      schemaRequestService: (uri) => readFile(fileURLToPath(uri), 'utf8'),
      workspaceContext: { resolveRelativePath: (relative, base) => new URL(relative, base).href },
    });
  });
  afterAll(() => rm(workspace, { recursive: true }));

  const diagnosticsOf = async (text: string): Promise<readonly string[]> => {
    const document = TextDocument.create(pathToFileURL(path).href, 'json', 1, text);
    const found = await service.doValidation(document, service.parseJSONDocument(document));
    return found.map(({ message }) => (typeof message === 'string' ? message : message.value));
  };

  test('has no diagnostics, with its comments and with a trailing comma', async () => {
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('//');
    expect(await diagnosticsOf(text)).toEqual([]);
    const schema = '"$schema": "../schema/config.schema.json"';
    expect(await diagnosticsOf(`{ ${schema}, "retries": 1, }`)).toEqual([]);
    // All keys, as the template has them in comments.
    const complete = text.replaceAll(/^( *)\/\/ (?=")/gm, '$1').replaceAll(/^ *\/\/[^\n]*\n/gm, '');
    expect(await diagnosticsOf(complete)).toEqual([]);
  });

  test('has a diagnostic for an unknown key and for an invalid value', async () => {
    const schema = '"$schema": "../schema/config.schema.json"';
    expect(await diagnosticsOf(`{ ${schema}, "retry": 1 }`)).toEqual([
      'Property retry is not allowed.',
    ]);
    expect(await diagnosticsOf(`{ ${schema}, "retries": -1 }`)).toHaveLength(1);
  });

  test('shows the description of the key at the cursor', async () => {
    const text =
      '{ "$schema": "../schema/config.schema.json", "history": { "retentionMonths": 6 } }';
    const document = TextDocument.create(pathToFileURL(path).href, 'json', 1, text);
    const position = document.positionAt(text.indexOf('retentionMonths'));
    const hover = await service.doHover(document, position, service.parseJSONDocument(document));
    expect(JSON.stringify(hover?.contents)).toContain('Months after which history files');
  });

  test('is beside the schemas of all files', () => {
    const copied = readdirSync(join(workspace, 'data/schema'));
    expect(copied.sort()).toEqual(readdirSync(packaged).sort());
    for (const name of copied) {
      const { $id } = JSON.parse(readFileSync(join(packaged, name), 'utf8')) as { $id: string };
      expect($id).toMatch(new RegExp(`^https://.*/${name}$`));
    }
  });
});
