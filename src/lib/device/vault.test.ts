import { expect, test } from 'vitest';
import { makeSlot, measureRounds, openSlot, roundsMin } from './pass-slot.ts';
import { seededRandom } from './testing/device.ts';
import { localKeeper } from './vault-keeper.ts';
import { dataKeyOf, localVault } from './vault.ts';
import { answerCalls, workerKeeper, VaultDropped, type FromWorker } from './worker-vault.ts';

const random = seededRandom(3);
const vaultOf = async (key: number, account = 'account') =>
  localVault({ dataKey: await dataKeyOf(new Uint8Array(32).fill(key)), keyId: 'k', account }, random);
const deviceKey = (extractable = false) =>
  crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, extractable, ['sign']);
const rounds = roundsMin;

test('a record opens in its own place and nowhere else', async () => {
  const vault = await vaultOf(1);
  const sealed = await vault.seal('fields', 'a', 1, { words: 'Ünïcode ✓' });
  expect(await vault.open('fields', 'a', 1, sealed)).toEqual({ words: 'Ünïcode ✓' });
  for (const [table, key, rev] of [
    ['texts', 'a', 1],
    ['fields', 'b', 1],
    ['fields', 'a', 2],
  ] as const) {
    expect(await vault.openMany([{ table, key, rev, sealed }])).toEqual([{ ok: false }]);
  }
  const altered = { ...sealed, ct: sealed.ct.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) };
  expect(await vault.openMany([{ table: 'fields', key: 'a', rev: 1, sealed: altered }])).toEqual([{ ok: false }]);
});

test('another account cannot open a record, even under the same key', async () => {
  const sealed = await (await vaultOf(1)).seal('fields', 'a', 1, 'words');
  for (const other of [await vaultOf(2), await vaultOf(1, 'somebody-else')]) {
    expect(await other.openMany([{ table: 'fields', key: 'a', rev: 1, sealed }])).toEqual([{ ok: false }]);
  }
});

test('a ref is the same each time, differs by kind and account, and cannot be read', async () => {
  const vault = await vaultOf(1);
  const ref = await vault.ref('documents', 'EHC/26/0001');
  expect(ref).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(await vault.ref('documents', 'EHC/26/0001')).toBe(ref);
  expect(await vault.ref('fields', 'EHC/26/0001')).not.toBe(ref);
  expect(await (await vaultOf(2)).ref('documents', 'EHC/26/0001')).not.toBe(ref);
});

test('raw key bytes are overwritten once the key is in use', async () => {
  const raw = new Uint8Array(32).fill(9);
  await dataKeyOf(raw);
  expect(raw.every((byte) => byte === 0)).toBe(true);
});

test('the password opens its slot however its letters were composed; another password or device does not', async () => {
  const key = await deviceKey();
  const dataKey = new Uint8Array(32).fill(5);
  const slot = await makeSlot(
    dataKey,
    'k',
    { account: 'a', password: 'caf\u00e9 au lait 1', deviceKey: key, rounds },
    random,
  );
  expect(await openSlot(slot, 'cafe\u0301 au lait 1', key)).toEqual(dataKey);
  expect(await openSlot(slot, 'cafe au lait 1', key)).toBeUndefined();
  expect(await openSlot(slot, 'caf\u00e9 au lait 1', await deviceKey())).toBeUndefined();
});

test('a password is stretched by 600,000 rounds at least, on the slowest device as well', async () => {
  // A device on which a hundred thousand rounds take a minute.
  let at = 0;
  expect(await measureRounds(() => (at += 60_000))).toBe(600_000);
  const facts = { account: 'a', password: 'long enough words', deviceKey: await deviceKey() };
  const weak = await makeSlot(new Uint8Array(32).fill(5), 'k', { ...facts, rounds: 599_999 }, random);
  expect(await openSlot(weak, facts.password, facts.deviceKey)).toBeUndefined();
});

test('a slot whose header was altered does not open', async () => {
  const key = await deviceKey();
  const slot = await makeSlot(
    new Uint8Array(32).fill(5),
    'k',
    { account: 'a', password: 'long enough words', deviceKey: key, rounds },
    random,
  );
  expect(
    await openSlot({ ...slot, header: { ...slot.header, account: 'b' } }, 'long enough words', key),
  ).toBeUndefined();
  expect(await openSlot({ ...slot, header: { ...slot.header, rounds: 1 } }, 'long enough words', key)).toBeUndefined();
});

test('a vault in a worker seals what the same password opens again, and answers nothing once it is dropped', async () => {
  const inWorker = () => {
    const answer = answerCalls(localKeeper(random));
    let tell: (message: FromWorker) => void = () => undefined;
    return {
      post: (message: Parameters<typeof answer>[0]) => void answer(message).then((answers) => tell(answers)),
      onAnswer: (listener: typeof tell) => void (tell = listener),
      onFailure: () => undefined,
      terminate: () => undefined,
    };
  };
  const keeper = workerKeeper(inWorker);
  const key = await deviceKey();
  const made = await keeper.create({ account: 'a', password: 'long enough words', deviceKey: key, rounds });
  const [first, second] = await Promise.all([
    made.vault.seal('fields', 'a', 1, 'one'),
    made.vault.seal('fields', 'b', 1, 'two'),
  ]);
  keeper.drop();
  await expect(made.vault.ref('documents', 'x')).rejects.toBeInstanceOf(VaultDropped);

  expect(await keeper.unlock({ slot: made.slot, password: 'wrong', deviceKey: key })).toEqual({
    ok: false,
    reason: 'wrong-passphrase',
  });
  const again = await keeper.unlock({ slot: made.slot, password: 'long enough words', deviceKey: key });
  if (!again.ok) throw new Error('the right password did not open the slot');
  expect(
    await Promise.all([again.vault.open('fields', 'a', 1, first), again.vault.open('fields', 'b', 1, second)]),
  ).toEqual(['one', 'two']);
});
