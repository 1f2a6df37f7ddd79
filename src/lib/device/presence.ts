/**
 * Says where this person writes, and hears who else does. It is told or forgotten: nothing of it is kept, queued or
 * asked for again, and no word waits for it. Only the newest place is said, seldom, and only while there is a line.
 */
import type { DocumentId, PenId, SectionKey } from '#sync/model/ids.ts';
import type { Here, PresenceMessage } from '#sync/protocol/presence.ts';
import { protocolVersion } from '#sync/protocol/version.ts';
import type { Account } from './account.ts';
import { utf8 } from './bytes.ts';
import { signatureOf } from './device-signature.ts';
import type { Line } from './line.ts';
import { openedNews } from './presence-news.ts';
import { watched, type Watched } from './watched.ts';

export interface Presence {
  /** Others who have this document open now, by section where they write in one; empty without a line. */
  readonly here: Watched<readonly Here[]>;
  /** This person writes there; null: only has the document open; undefined: not even that any more. */
  at(section: SectionKey | null | undefined): void;
  stop(): void;
}

/** Whoever goes through the sections quickly is said to be where they stay. */
const paceMs = 2_000;
/** Somebody who goes on writing is said again in time, before the Hub takes them for gone. */
const againMs = 30_000;
const path = '/api/presence';

export function joinPresence(account: Account, line: Line, doc: DocumentId, pen: PenId): Presence {
  const { ports, news } = account;
  const here = watched<readonly Here[]>([], (a, b) => JSON.stringify(a) === JSON.stringify(b));
  let wanted: SectionKey | null | undefined;
  let said: { readonly section: SectionKey | null; readonly at: number } | undefined;
  let lastAt = -Infinity;
  let goodbye: (() => void) | undefined;
  let isBusy = false;
  let isStopped = false;
  let cancelTimer: (() => void) | undefined;
  /** Counts what the streams told: a word that took longer to open than the next one to come is passed over. */
  let words = 0;

  const isDue = () =>
    wanted !== undefined && (said?.section !== wanted || ports.monotonic() - said.at >= againMs) && !isStopped;
  const look = () => {
    if (!isDue() || isBusy) return;
    const waitMs = lastAt + paceMs - ports.monotonic();
    cancelTimer?.();
    cancelTimer = undefined;
    if (waitMs > 0) cancelTimer = ports.setTimer(waitMs, look);
    else if (wanted !== undefined) void say(wanted);
  };
  const say = async (section: SectionKey | null) => {
    // Without a line, or signed out: what is not said now is not said later either.
    if (!ports.signals.isOnline() || line.state.current === 'ended' || line.state.current === 'other-person') return;
    isBusy = true;
    lastAt = ports.monotonic();
    try {
      const nonce = await line.nonce();
      if (!nonce.ok) return;
      const [coming, going] = await Promise.all([signed({ doc, section }, nonce.nonce), signed(null, nonce.nonce)]);
      goodbye = () => void post(going).catch(isNoLine);
      const answer = await post(coming);
      if (answer.ok) said = { section, at: ports.monotonic() };
      // The session was woken in another tab: the next sign of life asks for it anew.
      else if (answer.status === 401) line.forget();
      if (wanted === undefined) leave();
    } catch (error) {
      isNoLine(error);
    } finally {
      isBusy = false;
      if (said?.section !== wanted) look();
    }
  };
  /** Signed beforehand, because a page that goes away has no time left for ciphers. */
  const leave = () => {
    cancelTimer?.();
    cancelTimer = undefined;
    said = undefined;
    goodbye?.();
    goodbye = undefined;
  };

  const signed = async (place: PresenceMessage['place'], nonce: string) => {
    const { owner, device } = account;
    const message: PresenceMessage = { v: protocolVersion, account: owner.person, device, pen, place };
    const body = utf8(JSON.stringify(message));
    return { body, signature: await signatureOf(account.signing.privateKey, path, nonce, body) };
  };
  const post = ({ body, signature }: { body: Uint8Array<ArrayBuffer>; signature: string }) =>
    ports.fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      keepalive: true,
      headers: {
        'content-type': 'application/json',
        'hub-request': '1',
        'hub-device': account.device,
        'hub-signature': signature,
        // To be somewhere keeps no session awake: what is written there does.
        'hub-idle': '1',
      },
      body,
    });

  const stopNews = news.on((message) => {
    if (message.t === 'missed') news.tell({ t: 'who-is-here' });
    if (message.t === 'stream') {
      // Another line, or none: what the one before told holds no longer, and the Hub may have forgotten this tab.
      words += 1;
      here.set([]);
      said = undefined;
      if (message.isOpen) look();
    }
    if (message.t === 'here') {
      const word = (words += 1);
      void openedNews(account, message.here).then((list) => {
        if (!isStopped && word === words && list !== undefined) here.set(list.filter((one) => one.doc === doc));
      });
    }
  });
  // A tab that was opened later has not heard what the stream told before.
  news.tell({ t: 'who-is-here' });

  return {
    here,
    at(section) {
      wanted = section;
      if (section === undefined) leave();
      else look();
    },
    stop() {
      isStopped = true;
      wanted = undefined;
      leave();
      stopNews();
    },
  };
}

/** No connection is the ordinary end of it; a bug goes on being thrown. */
function isNoLine(error: unknown): void {
  if (!(error instanceof TypeError) && !(error instanceof Error && error.name === 'AbortError')) throw error;
}
