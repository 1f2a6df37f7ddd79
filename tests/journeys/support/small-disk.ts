/**
 * A device whose disk can be full at one moment and have room at the next. The browser asks how much room there is only
 * now and then and relies on the answer meanwhile, so the room is small from the beginning, and filling it ends with a
 * write that is larger than what the browser still believes in: then it knows, and refuses the next word.
 */
import { expect, type Page } from '@playwright/test';

const roomBytes = 64 * 1024 * 1024;

export interface SmallDisk {
  fill(): Promise<void>;
  free(): Promise<void>;
}

/** Before the page is at that address for the first time. */
export async function smallDisk(page: Page, origin: string): Promise<SmallDisk> {
  const session = await page.context().newCDPSession(page);
  const give = async (quotaSize: number) => {
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  };
  await give(roomBytes);
  return {
    async fill() {
      await give(1);
      expect(await page.evaluate(writeMuch, roomBytes)).toBe('QuotaExceededError');
    },
    free: () => give(roomBytes),
  };
}

function writeMuch(bytes: number): Promise<string> {
  // What chance made cannot be compressed.
  const much = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(much.subarray(at, at + 65_536));
  return new Promise((tell) => {
    const opening = indexedDB.open('large', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('bytes');
    opening.onerror = () => tell(opening.error?.name ?? 'not opened');
    opening.onsuccess = () => {
      const writing = opening.result.transaction('bytes', 'readwrite');
      writing.objectStore('bytes').put(much, 1);
      writing.oncomplete = () => tell('written');
      writing.onabort = () => {
        tell(writing.error?.name ?? 'aborted');
        opening.result.close();
      };
    };
  });
}
