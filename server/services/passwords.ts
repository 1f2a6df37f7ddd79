/** Passwords as Argon2id. Checking takes the same time for an account that does not exist. */
import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { RandomBytes } from '#sync/model/ids.ts';

export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
}
export const passwordCost: PasswordCost = { memoryKiB: 64 * 1024, passes: 3 };

/** The PHC string: its parameters travel with it, so they can rise later. */
export async function hashPassword(password: string, random: RandomBytes, cost = passwordCost): Promise<string> {
  const salt = Buffer.from(random(16));
  const tag = await derive(password, salt, cost);
  return `$argon2id$v=19$m=${String(cost.memoryKiB)},t=${String(cost.passes)},p=1$${unpadded(salt)}$${unpadded(tag)}`;
}

/** `stored` is undefined for an unknown account: the work is done all the same, and the answer is no. */
export async function isPassword(password: string, stored: string | undefined, cost = passwordCost): Promise<boolean> {
  const parsed = stored === undefined ? undefined : parse(stored);
  const salt = parsed?.salt ?? Buffer.alloc(16);
  const expected = parsed?.tag ?? Buffer.alloc(32);
  const tag = await derive(password, salt, parsed ?? cost);
  return timingSafeEqual(tag, expected) && parsed !== undefined;
}

const argon2Promise = promisify(argon2);

/** The same password typed on a phone and on a desktop can arrive in two Unicode forms: NFKC makes them one. */
const derive = async (password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> =>
  argon2Promise('argon2id', {
    message: Buffer.from(password.normalize('NFKC')),
    nonce: salt,
    parallelism: 1,
    tagLength: 32,
    memory: cost.memoryKiB,
    passes: cost.passes,
  });

function parse(stored: string) {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/.exec(stored);
  if (match === null) throw new Error('A stored password is not in the form this server writes.');
  const [, memory, passes, salt = '', tag = ''] = match;
  return {
    memoryKiB: Number(memory),
    passes: Number(passes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
