import { expect, test } from 'vitest';
import { parseDatabaseUrl } from '../../../src/publish/database/database-url.ts';
import { fleetOptions } from '../../../src/schema/fleet.ts';

const parse = (url: string): object => parseDatabaseUrl(url, 'fleet.url', { hasAuthority: false });

test.each([
  ['postgres://ada@/fleet?host=/run/postgresql', { host: '/run/postgresql', user: 'ada' }],
  ['postgresql://ada@/fleet?host=db.example', { host: 'db.example', port: 5432, tls: true }],
  ['postgres://ada@db.example:6432/fleet', { host: 'db.example', port: 6432, database: 'fleet' }],
])('fleet.url accepts %s', (url, expected) => {
  expect(fleetOptions.parse({ url })).toMatchObject({ url });
  expect(parse(url)).toMatchObject(expected);
});

test.each(['postgres://ada@/fleet', 'postgres://@/fleet?host=/run', 'mysql://ada@db/fleet', 'db'])(
  'the database URL %s is rejected',
  (url) => {
    expect(() => parse(url)).toThrow(/^fleet\.url: /);
  },
);
