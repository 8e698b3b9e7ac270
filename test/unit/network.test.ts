import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Whatever opens a connection in Node.js or a browser. */
const connections =
  /(?<![\w.])fetch\(|(?<!{ isIP } )from '(?:node:)?(?:https?|http2|net|tls|dgram|dns|undici)(?:\/\w+)?'|new (?:WebSocket|EventSource|XMLHttpRequest)\b|sendBeacon\(|import\('pg/;

test('docs/network.md lists every module that opens a network connection, and no other', () => {
  const modules = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => `src/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => connections.test(readFileSync(join(root, file), 'utf8')));
  const listed = readFileSync(join(root, 'docs/network.md'), 'utf8').match(/(?<=`)src\/[^`]+/g);
  expect(modules.sort()).toEqual([...new Set(listed)].sort());
});
