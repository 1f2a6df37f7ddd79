import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import StatusLine, { type Saving } from './StatusLine.svelte';

test('only what is saved has a tick', async () => {
  const at = Date.UTC(2026, 10, 22, 9);
  const states: readonly [saving: Saving, words: string, hasTick: boolean][] = [
    [{ is: 'hub', at }, 'Saved to the Hub', true],
    [{ is: 'device', at }, 'Saved on this device', true],
    [{ is: 'saving', at }, 'Saving …', false],
  ];
  const { container, rerender } = await render(StatusLine, { online: true, saving: { is: 'nothing' } });
  for (const [saving, words, hasTick] of states) {
    await rerender({ saving });
    const part = container.querySelector('[data-saving]');
    expect(part?.textContent).toContain(words);
    expect(part?.querySelector('path') !== null).toBe(hasTick);
  }
});
