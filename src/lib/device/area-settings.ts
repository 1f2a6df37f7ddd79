/**
 * The settings of the area on this device: sealed with the rest of the account's store, so that one can be chosen without
 * a connection after a single sign-in. Asked for anew about twice a day; until an answer comes the last one stands.
 */
import type { AreaSetting } from '#sync/model/area-setting.ts';
import type { SettingsReply } from '#sync/protocol/settings.ts';
import type { Account } from './account.ts';
import { askJson, type Line } from './line.ts';
import { repeating } from './repeating.ts';
import { accountScope } from './sealed-store.ts';
import { troubleAsResult } from './storage-trouble.ts';
import { watched, type Watched } from './watched.ts';

export interface AreaSettings {
  /** Undefined until this device has been told of them once. */
  readonly settings: Watched<readonly AreaSetting[] | undefined>;
  stop(): void;
}

interface Kept {
  readonly at: number;
  readonly settings: readonly AreaSetting[];
}

const freshMs = 12 * 60 * 60_000;
const againMs = 30_000;
const key = 'area-settings';

export function keepAreaSettings({ store, ports, news }: Account, line: Line): AreaSettings {
  const settings = watched<readonly AreaSetting[] | undefined>(undefined);
  let kept: Kept | undefined;
  let isStopped = false;
  let cancelTimer: (() => void) | undefined;

  const read = async () => {
    kept = (await store.read(accountScope, { rows: [['settings', key]] })).rows[0]?.value as Kept | undefined;
    if (!isStopped && kept !== undefined) settings.set(kept.settings);
  };
  const keep = async (told: readonly AreaSetting[]) => {
    const value: Kept = { at: ports.now(), settings: told };
    await store.change(() =>
      Promise.resolve({ writes: [{ table: 'settings', key, scope: accountScope, value }], value: undefined }),
    );
    news.tell({ t: 'area-settings' });
  };
  const reads = repeating(async () => {
    await read();
    if (isStopped || line.state.current !== 'signed-in' || isFresh(kept, ports.now())) return;
    const answer = await askJson(ports, 'GET', '/api/settings');
    if (isStopped) return;
    const told = answer?.status === 200 ? settingsIn(answer.body) : undefined;
    if (told !== undefined) await keep(told);
    else if (answer === undefined || answer.status === 429 || answer.status >= 500) {
      cancelTimer?.();
      cancelTimer = ports.setTimer(againMs, reads.ask);
    }
  }, troubleAsResult);
  // The line tells its state at once, so this is the first look into the store too.
  const stops = [
    line.state.subscribe(() => reads.ask()),
    news.on((message) => {
      if (message.t === 'area-settings') reads.ask();
    }),
  ];
  return {
    settings,
    stop() {
      isStopped = true;
      cancelTimer?.();
      for (const stop of stops) stop();
    },
  };
}

/** A clock that was put back must not make an old list fresh for years. */
const isFresh = (kept: Kept | undefined, now: number): boolean =>
  kept !== undefined && Math.abs(now - kept.at) < freshMs;

/** Some networks answer in the Hub's place: what is no list of settings never takes the place of one. */
function settingsIn(body: unknown): readonly AreaSetting[] | undefined {
  const told: unknown = (body as Partial<SettingsReply> | undefined)?.settings;
  const isSetting = (one: unknown) =>
    typeof one === 'object' && one !== null && 'id' in one && 'name' in one && typeof one.name === 'string';
  return Array.isArray(told) && told.every(isSetting) ? (told as AreaSetting[]) : undefined;
}
