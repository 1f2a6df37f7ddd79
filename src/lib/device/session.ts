/**
 * Signing in, unlocking and locking. The password as typed opens what is kept on this device, with or without a
 * connection; the session with the Hub is another thing, and when it ends writing goes on. Another e-mail address is
 * another store: words are never given to somebody else, and no wrong try ever deletes anything.
 */
import { signInRequests, type SignInRequests } from './sign-in-requests.ts';
import { openNews, type Account } from './account.ts';
import { databaseName, newEntry, type AccountEntry, type DeviceDatabase } from './device-database.ts';
import type { Session, SessionState } from './hub.ts';
import { watchIdle, type IdleWatch } from './idle.ts';
import { keptWords } from './kept-words.ts';
import { openLine, type Line } from './line.ts';
import type { SessionReply } from '#sync/protocol/session.ts';
import { openStore, offlineUntil, ownerOf, writeOwner } from './open-store.ts';
import { roundsMin } from './pass-slot.ts';
import type { DevicePorts } from './ports.ts';
import { done, refused, type Done } from './result.ts';
import { troubleAsResult } from './storage-trouble.ts';
import type { VaultKeeper } from './vault-keeper.ts';
import type { Vault } from './vault.ts';
import { watched } from './watched.ts';
import type { Workspace } from './workspace.ts';

export interface SessionParts {
  readonly ports: DevicePorts;
  readonly keeper: VaultKeeper;
  readonly devices: DeviceDatabase;
  /** The authority is known by the host name. */
  readonly host: string;
  readonly measureRounds: () => Promise<number>;
  /** The store of an account was opened, or (undefined) closed. */
  readonly onWorkspace: (workspace: Workspace | undefined) => void;
}
export interface SessionControl extends Session {
  start(): Promise<void>;
  lock(by: 'hand' | 'idle' | 'other-tab'): Promise<void>;
  workspace(): Workspace | undefined;
  /** Words that could not be stored when their store was locked; only this page's memory has them, sealed. */
  keepsWords(): boolean;
}

interface Attempt {
  readonly email: string;
  readonly password: string;
  readonly attempt: string;
  readonly session?: SessionReply;
}
const longestWaitMs = 300_000;

const openState = ({ owner }: Account, line: Line, offlineUntil: number): SessionState => ({
  is: 'open',
  person: {
    id: owner.person,
    name: owner.name,
    roles: owner.roles,
    ...(owner.email !== undefined && { email: owner.email }),
    ...(owner.phone !== undefined && { phone: owner.phone }),
  },
  authority: owner.authority,
  offlineUntil,
  line: line.state.current === 'signed-in' || line.state.current === 'unknown' ? line.state.current : 'ended',
});

export function openSession(parts: SessionParts): SessionControl {
  const { ports, keeper, devices, host } = parts;
  const requests: SignInRequests = signInRequests(ports);
  const state = watched<SessionState>({ is: 'starting' });
  let attempt: Attempt | undefined;
  let current: { readonly workspace: Workspace; readonly idle: IdleWatch; show(): void; stop(): void } | undefined;
  let locking: Promise<void> | undefined;
  const kept = keptWords();

  const restingState = async (by: 'start' | 'hand' | 'idle' | 'other-tab'): Promise<SessionState> => {
    const last = await devices.last();
    return last !== undefined && (await devices.entry(last)) !== undefined
      ? { is: 'locked', by }
      : { is: 'signed-out' };
  };
  const asResult = async (work: () => Promise<Done>): Promise<Done> => {
    try {
      return await work();
    } catch (error) {
      return troubleAsResult(error);
    }
  };

  const openAccount = async (entry: AccountEntry, vault: Vault, session: SessionReply | undefined): Promise<Done> => {
    const store = await openStore(entry, vault, ports);
    const known = await ownerOf(store);
    if (session !== undefined && known !== undefined && known.person !== session.person.id) {
      // The address belongs to another person now: a store of their own, and the old one stays sealed for its author.
      await store.close();
      return beginStore(entry, requiredAttempt());
    }
    const owner = session === undefined ? known : await writeOwner(store, session, ports.now());
    if (owner === undefined) {
      await store.close();
      return refused('line-needed');
    }
    const account: Account = {
      ref: entry.ref,
      owner,
      device: entry.device,
      signing: entry.signing,
      store,
      ports,
      news: openNews(entry.ref, ports),
    };
    const line = openLine(ports, {
      person: owner.person,
      device: entry.device,
      signing: entry.signing,
      onSession: (info) => void writeOwner(store, info, ports.now()).catch(troubleAsResult),
    });
    if (session !== undefined) line.begin(session);
    const until = await offlineUntil(account);
    if (session === undefined && ports.now() > until && !(await line.nonce()).ok) {
      account.news.close();
      await store.close();
      return refused('line-needed');
    }
    // Written only when it says something new: a device without room still opens.
    if ((await devices.last()) !== entry.ref) await devices.setLast(entry.ref);
    const { openWorkspace } = await import('./workspace.ts');
    run(openWorkspace(account, line), account, line, until, await devices.locks());
    return done(undefined);
  };

  const run = (workspace: Workspace, account: Account, line: Line, until: number, locks: string | undefined) => {
    const idle = watchIdle(
      ports,
      () => account.news.tell({ t: 'alive', at: ports.now() }),
      () => void lock('idle'),
    );
    const show = () => state.set(openState(account, line, until));
    const stops = [
      account.news.on((message, isFromHere) => {
        if (message.t === 'missed')
          void devices.locks().then((now) => (now === locks ? undefined : lock('other-tab')), troubleAsResult);
        if (isFromHere) return;
        if (message.t === 'lock') void lock('other-tab');
        if (message.t === 'alive') idle.heard();
      }),
      line.state.subscribe(() => current?.workspace === workspace && attempt === undefined && show()),
    ];
    current = { workspace, idle, show, stop: () => stops.forEach((stop) => stop()) };
    attempt = undefined;
    parts.onWorkspace(workspace);
    show();
    void kept.bringBack(workspace).catch(troubleAsResult);
  };

  const shut = async (): Promise<void> => {
    const closing = current;
    if (closing === undefined) return;
    current = undefined;
    closing.idle.stop();
    closing.stop();
    parts.onWorkspace(undefined);
    await closing.workspace.flushHere();
    await kept.keep(closing.workspace);
    await closing.workspace.close();
    keeper.drop();
  };
  /** At once to those who hear, and noted for those that stand still. */
  const tellLock = ({ news }: Account): void => {
    news.tell({ t: 'lock' });
    void devices.noteLock().catch(troubleAsResult);
  };
  const lock = (by: 'hand' | 'idle' | 'other-tab'): Promise<void> =>
    (locking ??= (async () => {
      if (current === undefined) return;
      if (by !== 'other-tab') tellLock(current.workspace.account);
      await shut();
      attempt = undefined;
      state.set(await restingState(by));
    })().finally(() => (locking = undefined)));

  const beginStore = async (before: AccountEntry | undefined, { email, password, session }: Attempt): Promise<Done> => {
    const ref = await devices.accountRef(host, email);
    const deviceKey = await devices.deviceKey();
    const { slot, vault } = await keeper.create({
      account: ref,
      password,
      deviceKey,
      rounds: Math.max(roundsMin, await parts.measureRounds()),
    });
    const fresh = await newEntry(ref, slot, ports);
    const kept = before === undefined ? [] : [...before.kept, { database: before.database, slot: before.slot }];
    const entry: AccountEntry = { ...fresh, database: databaseName(ref, kept.length), kept };
    await devices.put(entry);
    return openAccount(entry, vault, session);
  };

  const requiredAttempt = (): Attempt => {
    if (attempt === undefined) throw new Error('a step of signing in was taken before its first');
    return attempt;
  };

  /** Tries a password on an account's slot; wrong tries only slow down. */
  const tryPassword = async (entry: AccountEntry, password: string): Promise<Done<Vault>> => {
    const until = Math.min(entry.wrong.until, ports.now() + longestWaitMs);
    if (entry.wrong.tries > 0 && until > ports.now()) return refused('wait', until);
    const unlocked = await keeper.unlock({ slot: entry.slot, password, deviceKey: await devices.deviceKey() });
    const tries = unlocked.ok ? 0 : entry.wrong.tries + 1;
    const wait = unlocked.ok ? 0 : Math.min(longestWaitMs, 1_000 * 2 ** Math.min(tries - 1, 20));
    if (tries > 0 || entry.wrong.tries > 0)
      await devices.put({ ...entry, wrong: { tries, until: unlocked.ok ? 0 : ports.now() + wait } });
    return unlocked.ok ? done(unlocked.vault) : refused('wrong-passphrase', ports.now() + wait);
  };

  const signedIn = async (): Promise<Done> => {
    const { email, password, session } = requiredAttempt();
    const ref = await devices.accountRef(host, email);
    const open = current?.workspace;
    if (open?.account.ref === ref && session !== undefined && open.account.owner.person === session.person.id) {
      attempt = undefined;
      open.line.begin(session);
      open.account.news.tell({ t: 'signed-in' });
      current?.show();
      return done(undefined);
    }
    await shut();
    const entry = await devices.entry(ref);
    if (entry === undefined) return beginStore(undefined, requiredAttempt());
    // Whoever has just proved who they are does not wait for wrong tries made before.
    const unlocked = await keeper.unlock({ slot: entry.slot, password, deviceKey: await devices.deviceKey() });
    if (unlocked.ok) return openAccount(entry, unlocked.vault, session);
    state.set({ is: 'old-password' });
    return done(undefined);
  };
  return {
    state,
    lock,
    workspace: () => current?.workspace,
    keepsWords: () => kept.isHolding(),
    async start() {
      state.set(await restingState('start').catch((): SessionState => ({ is: 'signed-out' })));
    },
    async signIn(email, password) {
      const answer = await requests.begin(email, password);
      if (!answer.ok) return answer;
      attempt = { email, password, attempt: answer.value };
      state.set({ is: 'code' });
      return done(undefined);
    },
    async enterCode(code) {
      const before = requiredAttempt();
      const answer = await requests.code(before.attempt, code);
      if (!answer.ok) return answer;
      attempt = { ...before, session: answer.value };
      return asResult(signedIn);
    },
    resendCode: () => requests.resend(requiredAttempt().attempt),
    unlock: (password, email) =>
      asResult(async () => {
        await shut();
        const ref = email === undefined ? await devices.last() : await devices.accountRef(host, email);
        const entry = ref === undefined ? undefined : await devices.entry(ref);
        if (entry === undefined) return refused('not-here');
        const opened = await tryPassword(entry, password);
        return opened.ok ? openAccount(entry, opened.value, undefined) : opened;
      }),
    enterOldPassword: (old) =>
      asResult(async () => {
        const { email, password, session } = requiredAttempt();
        const entry = await devices.entry(await devices.accountRef(host, email));
        if (entry === undefined) return refused('not-here');
        const opened = await tryPassword(entry, old);
        if (!opened.ok) return opened;
        const deviceKey = await devices.deviceKey();
        const wanted = { account: entry.ref, password, deviceKey, rounds: entry.slot.header.rounds };
        const slot = await keeper.remake({ slot: entry.slot, password: old, deviceKey }, wanted);
        const renewed: AccountEntry = { ...entry, slot: slot ?? entry.slot, wrong: { tries: 0, until: 0 } };
        await devices.put(renewed);
        return openAccount(renewed, opened.value, session);
      }),
    startAnew: () =>
      asResult(async () => {
        const before = await devices.entry(await devices.accountRef(host, requiredAttempt().email));
        return beginStore(before, requiredAttempt());
      }),
    async signOut({ keep = false, everywhere = false } = {}) {
      return asResult(async () => {
        const open = current?.workspace;
        if (open !== undefined && !keep) {
          await open.flush();
          if ((await open.unsent()) > 0) return refused('unsent');
        }
        // Without a line the session ends by itself on the Hub; on this device it has ended either way. Other devices are
        // signed out by the Hub alone: nobody may be told so when it has not heard of it.
        if (!(await requests.signOut(everywhere)) && everywhere) return refused('no-line');
        if (open !== undefined) tellLock(open.account);
        await shut();
        await devices.setLast(undefined);
        attempt = undefined;
        state.set({ is: 'signed-out' });
        return done(undefined);
      });
    },
    cancel() {
      attempt = undefined;
      if (current !== undefined) current.show();
      else void restingState('hand').then((resting) => state.set(resting), troubleAsResult);
    },
    alive: () => current?.idle.alive(),
  };
}
