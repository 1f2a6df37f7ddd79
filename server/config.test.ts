import { expect, test } from 'vitest';
import { options, readConfig } from './config.ts';

const production = {
  HUB_MODE: 'production',
  HUB_DATA: '/srv/hub',
  HUB_URL: 'https://hub.hallowshire.gov.uk/',
  HUB_SECRET: 'k3J9sQ0vXy7Lw2ZbT5nR8mUcE1aHdFgP',
  HUB_SMTP_URL: 'smtps://hub:word@mail.hallowshire.gov.uk',
  HUB_MAIL_FROM: 'hub@hallowshire.gov.uk',
  HUB_SMS_KEY: 'hub-11111111-2222-3333-4444-555555555555-66666666-7777-8888-9999-000000000000',
  HUB_SMS_TEMPLATE: '11111111-2222-3333-4444-555555555555',
};
const faultsOf = (environment: Record<string, string>) => {
  const config = readConfig(environment);
  return config.ok ? [] : config.faults.map((fault) => fault.split(' ')[0]);
};

test('nothing needs to be set for a demonstration', () => {
  expect(readConfig({})).toMatchObject({
    ok: true,
    value: { mode: 'demonstration', port: 4000, dataFolder: './data', url: undefined },
  });
});

test('production starts when everything is set', () => {
  expect(readConfig(production)).toMatchObject({
    ok: true,
    value: { mode: 'production', url: 'https://hub.hallowshire.gov.uk' },
  });
});

test('production names every setting that is missing', () => {
  expect(faultsOf({ HUB_MODE: 'production' })).toEqual([
    'HUB_DATA',
    'HUB_URL',
    'HUB_SECRET',
    'HUB_SMTP_URL',
    'HUB_MAIL_FROM',
    'HUB_SMS_KEY',
    'HUB_SMS_TEMPLATE',
  ]);
});

test.each([
  ['HUB_URL', 'http://hub.hallowshire.gov.uk'],
  ['HUB_URL', 'https://localhost'],
  ['HUB_URL', 'https://hub.hallowshire.example'],
  ['HUB_URL', 'hub.hallowshire.gov.uk'],
  ['HUB_SECRET', 'only-thirty-one-characters-long'],
  ['HUB_SECRET', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ['HUB_SECRET', 'demonstration-demonstration-demonstration'],
  ['HUB_SMTP_URL', 'https://mail.hallowshire.gov.uk'],
  ['HUB_SMTP_URL', 'smtp://mail.example.org'],
  ['HUB_MAIL_FROM', 'hub@hallowshire.example'],
  ['HUB_SMS_URL', 'http://sms.hallowshire.gov.uk'],
  ['HUB_SMS_KEY', 'short'],
  ['PORT', '70000'],
  ['DATABASE_URL', 'mysql://hub:word@127.0.0.1/hub'],
  ['DATABASE_URL', 'postgres://hub:word@db.hallowshire.gov.uk/hub'],
  ['DATABASE_URL', 'postgres://hub:word@db.hallowshire.gov.uk/hub?sslmode=require'],
  ['DATABASE_URL', 'postgres://hub:word@localhost/hub?host=db.hallowshire.gov.uk'],
])('production refuses %s=%s and names it', (name, value) => {
  expect(faultsOf({ ...production, [name]: value })).toEqual([name]);
});

test.each([
  'postgres://hub:word@db.hallowshire.gov.uk/hub?sslmode=verify-full',
  'postgresql://hub:word@127.0.0.1:5433/hub',
  'postgres://hub@localhost/hub?host=%2Fvar%2Frun%2Fpostgresql',
])('production takes %s: nobody on the way can read what goes there', (url) => {
  expect(faultsOf({ ...production, DATABASE_URL: url })).toEqual([]);
});

test('an unknown mode is refused, not taken for a demonstration', () => {
  expect(faultsOf({ HUB_MODE: 'prod' })).toEqual(['HUB_MODE']);
});

test('a fault never shows the value', () => {
  const config = readConfig({ ...production, HUB_SECRET: 'short-and-private' });
  expect(JSON.stringify(config)).not.toContain('short-and-private');
  expect(Object.keys(options)).toContain('HUB_SECRET');
});
