import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { oldestProtocolVersion, protocolVersion } from '#sync/protocol/version.ts';
import { commandNames } from '#sync/model/command.ts';
import { filesUnder, read } from './sources.ts';
import { schemasOfTheWire, typesOfTheWire } from './wire.ts';

const hashes = JSON.parse(read('tests/tidy/protocol-hashes.json')) as Record<string, string>;

test('the wire does not change without a new version', async () => {
  const schemas = await schemasOfTheWire();
  const types = typesOfTheWire();
  expect(schemas.length).toBeGreaterThan(20);
  expect(types.length).toBeGreaterThan(40);
  const hash = createHash('sha256')
    .update(JSON.stringify([schemas, types]))
    .digest('hex');
  // A released version's line stays for ever: a change raises `protocolVersion` and adds a line.
  expect(hash, 'sync/protocol changed; see sync/protocol/version.ts').toBe(hashes[protocolVersion]);
});

test('each version still served has a line of history and a hash', () => {
  const history = read('sync/protocol/version.ts');
  const served = Array.from(
    { length: protocolVersion - oldestProtocolVersion + 1 },
    (_, at) => oldestProtocolVersion + at,
  );
  expect(served.length).toBeGreaterThan(0);
  for (const version of served) {
    expect(history).toMatch(new RegExp(`\\| ${version} +\\| \\S`));
    expect(hashes[version]).toMatch(/^[0-9a-f]{64}$/);
  }
});

test('every kind of message is among what is hashed', async () => {
  const schemas = (await schemasOfTheWire()).map(([name]) => name);
  const sent = ['push push', 'presence presence', 'history historyAsked', 'session signIn', 'session signInCode'];
  sent.push('session signInResend', 'session signOut', 'session sessionRenew', 'session enrolment');
  const commands = commandNames.map((name) => `command ${name}`);
  const wanted = [...sent.map((one) => `sync/protocol/${one.replace(' ', '.ts ')}`), ...commands];
  expect(wanted.filter((name) => !schemas.includes(name))).toEqual([]);
  const types = typesOfTheWire().join('\n');
  const answers = [
    'PushReply',
    'Frame',
    'Change',
    'StreamLine',
    'Here',
    'EarlierAnswer',
    'SettingsReply',
    'SignInReply',
  ];
  answers.push('SessionReply', 'SessionOver', 'EnrolmentReply', 'Refusal', 'FileRequestHeaders', 'FileAnswerHeaders');
  // What those are made of, in whatever folder it stands.
  answers.push(
    'WireFrame',
    'AreaSetting',
    'PostalAddress',
    'CommandVerdict',
    'Verdict',
    'TextTree',
    'TextRun',
    'AttachmentState',
  );
  expect(answers.filter((name) => !new RegExp(`(interface|type) ${name}\\b`).test(types))).toEqual([]);
  expect(types).toContain("verdictKinds = ['applied'");
});

test('nothing is answered by a route whose shape is not hashed: every body has a type of sync/protocol', () => {
  const routes = filesUnder('server/routes', /^[^.]+\.ts$/).filter(
    (path) => !/\/(outbox|static|csp-reports|healthz)\.ts$/.test(path),
  );
  const loose = routes.flatMap((path) =>
    [...read(path).matchAll(/c\.json\((?!\{ error|\{\})[^)]*/g)].map(([call]) => `${path}: ${call}`),
  );
  expect(loose).toEqual([]);
});
