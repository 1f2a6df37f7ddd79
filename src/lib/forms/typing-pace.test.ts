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

  test('in a browser the first key is saved behind the frame that shows it, and by the pace where none is drawn', async () => {
    const frames: (() => void)[] = [];
    vi.stubGlobal('requestAnimationFrame', (draw: () => void) => frames.push(draw));
    try {
      const [save, told] = [vi.fn(async () => undefined), vi.fn()];
      const pace = typingPace(save, told);
      pace.typed();
      expect([save.mock.calls.length, told.mock.calls.length, pace.isWaiting]).toEqual([0, 1, true]);
      frames.shift()?.();
      await vi.advanceTimersByTimeAsync(0);
      expect([save.mock.calls.length, pace.isWaiting]).toEqual([1, false]);
      await vi.advanceTimersByTimeAsync(paceMs);
      // Another tab is in front: no frame comes.
      pace.typed();
      await vi.advanceTimersByTimeAsync(paceMs);
      expect(save).toHaveBeenCalledTimes(2);
      // Left before the frame: saved once.
      await vi.advanceTimersByTimeAsync(paceMs);
      pace.typed();
      await pace.flush();
      for (const draw of frames) draw();
      await vi.advanceTimersByTimeAsync(0);
      expect(save).toHaveBeenCalledTimes(3);
    } finally {
      vi.unstubAllGlobals();
    }
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
    expect(told).toHaveBeenCalledTimes(1);
    pace.typed();
    pace.typed();
    expect(told).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(paceMs);
    expect(pace.isWaiting).toBe(false);
  });

  test('nothing is saved when nothing was typed', async () => {
    const save = vi.fn(async () => undefined);
    await typingPace(save).flush();
    expect(save).not.toHaveBeenCalled();
  });
});
