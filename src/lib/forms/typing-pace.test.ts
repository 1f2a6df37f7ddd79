import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { paceMs, typingPace } from './typing-pace.ts';

describe('the pace of saving while somebody types', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('the first key is saved at once', () => {
    const save = vi.fn(async () => undefined);
    typingPace(save).typed();
    expect(save).toHaveBeenCalledTimes(1);
  });

  test('someone who types without any pause is saved every 300 ms', async () => {
    const save = vi.fn(async () => undefined);
    const pace = typingPace(save);
    for (let ms = 0; ms < 3000; ms += 50) {
      pace.typed();
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(save.mock.calls.length).toBeGreaterThanOrEqual(3000 / paceMs);
    expect(save.mock.calls.length).toBeLessThanOrEqual(3000 / paceMs + 1);
  });

  test('leaving the field saves what waits and resolves when it is saved', async () => {
    let isSaved = false;
    const pace = typingPace(async () => {
      await new Promise((go) => setTimeout(go, 20));
      isSaved = true;
    });
    pace.typed();
    pace.typed();
    isSaved = false;
    const flushed = pace.flush();
    await vi.advanceTimersByTimeAsync(25);
    await flushed;
    expect(isSaved).toBe(true);
    expect(pace.isWaiting).toBe(false);
  });

  test('words that wait for their turn are told of, so that nothing is called saved meanwhile', async () => {
    const told = vi.fn();
    const pace = typingPace(async () => undefined, told);
    pace.typed();
    expect(told).not.toHaveBeenCalled();
    pace.typed();
    pace.typed();
    expect(told).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(paceMs);
    expect(pace.isWaiting).toBe(false);
  });

  test('nothing is saved when nothing was typed', async () => {
    const save = vi.fn(async () => undefined);
    await typingPace(save).flush();
    expect(save).not.toHaveBeenCalled();
  });
});
