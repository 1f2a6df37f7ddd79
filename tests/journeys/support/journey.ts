/**
 * What every journey stands on: a server of its own and as many devices as it opens. Both are ended here, also after a
 * failure, because a server left behind on its port would give the next run yesterday's app. A fault that no code caught,
 * in a page or in the server, fails the journey even if every word arrived.
 */
import { test as base } from '@playwright/test';
import { openDevice, type Device, type DeviceOptions } from './device.ts';
import { startServer, type HubServer } from './hub-server.ts';
import { startProxy, type Proxy } from './proxy.ts';

export { expect } from '@playwright/test';

interface Fixtures {
  hub: HubServer;
  openDevice: (options?: DeviceOptions) => Promise<Device>;
  /** A line to the server that can be cut. */
  fragileLine: Proxy;
}

export const test = base.extend<Fixtures>({
  hub: async ({}, use) => {
    const server = await startServer();
    await use(server);
    await server.dispose();
    base.expect(server.bugs).toEqual([]);
  },
  fragileLine: async ({ hub }, use) => {
    const proxy = await startProxy(hub.port);
    await use(proxy);
    await proxy.close();
  },
  openDevice: async ({}, use) => {
    const opened: Awaited<ReturnType<typeof openDevice>>[] = [];
    await use(async (options) => {
      const device = await openDevice(options);
      opened.push(device);
      return device;
    });
    for (const device of opened) await device.dispose();
    base.expect(opened.flatMap((device) => device.faults)).toEqual([]);
  },
});
