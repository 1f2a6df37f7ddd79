/**
 * What every journey stands on: a server of its own and as many devices as it opens. Both are ended here, also after a
 * failure, because a server left behind on its port would give the next run yesterday's app. A fault that no code caught,
 * in a page or in the server, fails the journey even if every word arrived.
 */
import { test as base, type TestInfo } from '@playwright/test';
import { openDevice, type Device, type DeviceOptions } from './device.ts';
import { readDatabase } from './database.ts';
import { startServer, type HubServer } from './hub-server.ts';
import { startProxy, type Proxy } from './proxy.ts';

export { expect } from '@playwright/test';

interface Fixtures {
  /** Where the server's sources and the app's build lie, if not here. */
  tree: string | undefined;
  /** What the server is told beside its port and folder. */
  environment: Record<string, string>;
  /** One server over SQLite also in a run over PostgreSQL: the story is about the file. */
  isAboutTheFile: boolean;
  hub: HubServer;
  openDevice: (options?: DeviceOptions) => Promise<Device>;
  /** A line to the server that can be cut. */
  fragileLine: Proxy;
}

export const test = base.extend<Fixtures>({
  tree: async ({}, use) => use(undefined),
  environment: async ({}, use) => use({}),
  isAboutTheFile: [false, { option: true }],
  hub: async ({ tree, environment, isAboutTheFile }, use) => {
    const server = await startServer(tree, environment, isAboutTheFile);
    await use(server);
    await server.stop();
    // What an honest device wrote is never refused: such words would stand on one device only.
    const refused = readDatabase(server.folder, (database) => database.refused());
    await server.dispose();
    base.expect(server.bugs).toEqual([]);
    if (!server.isRefusing) base.expect(refused).toEqual([]);
  },
  fragileLine: async ({ hub }, use) => {
    const proxy = await startProxy(hub.port);
    await use(proxy);
    await proxy.close();
  },
  openDevice: async ({}, use, info) => {
    const opened: Awaited<ReturnType<typeof openDevice>>[] = [];
    await use(async (options) => {
      const device = await openDevice(options);
      opened.push(device);
      return device;
    });
    if (info.status !== info.expectedStatus) await Promise.all(opened.map((device) => attachScreens(device, info)));
    for (const device of opened) await device.dispose();
    base.expect(opened.flatMap((device) => device.faults)).toEqual([]);
  },
});

/** What every device showed when it went wrong. */
async function attachScreens(device: Device, info: TestInfo): Promise<void> {
  if (!device.isOpen) return;
  for (const page of device.context.pages()) {
    const shown = await page.screenshot({ timeout: 5_000 });
    await info.attach(`screen of ${page.url()}`, { body: shown, contentType: 'image/png' });
  }
}
