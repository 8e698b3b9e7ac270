import { expect, test } from 'vitest';
import { editorAddress } from '../../../src/report/view/sections/project-links.ts';
import { webAddress } from '../../../src/report/web-address.ts';

test.each([
  ['https://github.com/acme/web.git', 'https://github.com/acme/web'],
  ['https://user:secret@git.example.org:8443/acme/web', 'https://git.example.org:8443/acme/web'],
  ['git@github.com:acme/web.git', 'https://github.com/acme/web'],
  [
    'ssh://git@gitlab.example.org:2222/group/sub/web.git/',
    'https://gitlab.example.org/group/sub/web',
  ],
  ['git://example.org/web.git', 'https://example.org/web'],
  ['http://localhost:3000/acme/web.git?token=secret#x', 'http://localhost:3000/acme/web'],
  ['/srv/git/web.git', null],
  ['C:\\git\\web', null],
  ['file:///srv/git/web', null],
  ['backup:web.git', null],
  ['javascript:alert(1)', null],
  ['javascript://example.org/%0aalert(1)', null],
  ['ext::sh -c true', null],
  ['https://example.org/', null],
  ['', null],
  [null, null],
])('webAddress returns the page of %s', (remote, expected) => {
  expect(webAddress(remote)).toBe(expected);
});

test.each([
  ['/home/dev/my code/a#b?c%', 'vscode://file/home/dev/my%20code/a%23b%3Fc%25'],
  ['C:\\code\\web', 'vscode://file/C:/code/web'],
  ['relative/x', null],
  ['javascript:alert(1)', null],
])('editorAddress returns the address that opens %s', (path, expected) => {
  expect(editorAddress(path)).toBe(expected);
});
