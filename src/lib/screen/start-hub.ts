/** Where the screens get their hub from: the device store of this browser, loaded apart from the first paint. */
import type { Hub } from '#lib/device/hub.ts';

export const startHub = (): Promise<Hub> => import('#lib/device/browser.ts').then((module) => module.openHub());
