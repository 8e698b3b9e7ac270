import { expect, test } from 'vitest';
import { parseGitConfig } from '../../../src/git/config/git-config.ts';
import { remoteUrl, withoutCredentials } from '../../../src/git/config/remote-url.ts';

test.each([
  ['https://github.com/a/b.git', 'https://github.com/a/b.git'],
  ['https://token@github.com/a/b.git', 'https://github.com/a/b.git'],
  ['https://ada:secret@host:8443/a?token=secret#secret', 'https://host:8443/a'],
  [' https://ada:secret@host/a', 'https://host/a'],
  ['https://ada:sec@ret@host/a', 'https://host/a'],
  ['https://ada:sec/ret@host/a', null],
  ['https://ada:12/secret@host/a', null],
  ['https://host/@scope/a', 'https://host/@scope/a'],
  ['ssh://git@host:22/a.git', 'ssh://host:22/a.git'],
  ['https://ada:secret@[::1]:8443/a', 'https://[::1]:8443/a'],
  ['git@github.com:a/b.git', 'git@github.com:a/b.git'],
  ['ada:secret@host:a/b.git', 'ada@host:a/b.git'],
  ['ext::sh -c "curl -H secret"', null],
  ['/srv/git/a.git', '/srv/git/a.git'],
  ['../a b', '../a b'],
  ['https://host/\u001b[31mred\u202e', 'https://host/ [31mred'],
])('withoutCredentials converts %j to %j', (url, expected) => {
  expect(withoutCredentials(url)).toBe(expected);
});

const remotes = (...names: string[]): string =>
  names.map((name) => `[remote "${name}"]\n\turl = /srv/${name}\n\turl = /mirror\n`).join('');

test.each([
  ['the URL of the only remote', remotes('upstream'), '/srv/upstream'],
  ['the URL of origin among several remotes', remotes('fork', 'origin'), '/srv/origin'],
  ['null for several remotes without origin', remotes('fork', 'other'), null],
  ['null for a remote without URL', '[remote "x"]\n\tfetch = y\n', null],
  ['null for an empty URL', '[remote "x"]\n\turl =\n', null],
])('remoteUrl returns %s', (_name, text, expected) => {
  expect(remoteUrl(parseGitConfig(text))).toBe(expected);
});
