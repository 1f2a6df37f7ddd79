import { expect, test } from 'vitest';
import { warnOnLeaving } from './leave-warning.ts';

test('leaving is asked about exactly while words would be lost by it', () => {
  const hub = { isLoose: false, hasLooseWords: () => hub.isLoose };
  const stop = warnOnLeaving(hub);
  const isAsked = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }));
  expect(isAsked()).toBe(false);
  hub.isLoose = true;
  expect(isAsked()).toBe(true);
  hub.isLoose = false;
  expect(isAsked()).toBe(false);
  hub.isLoose = true;
  stop();
  expect(isAsked()).toBe(false);
});
