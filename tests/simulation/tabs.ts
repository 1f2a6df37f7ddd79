/** The tabs of one simulated browser: one of them leads, all of them hear each other, and one that dies says nothing. */
import type { TabMessage, Tabs } from '#lib/device/ports.ts';

interface Waiting {
  readonly tab: TabPorts;
  readonly stepDown: AbortController;
  readonly lead: (lost: AbortSignal) => void;
}

export class BrowserTabs {
  readonly #open = new Set<TabPorts>();
  /** First in line leads. */
  readonly #lines = new Map<string, Waiting[]>();

  open(): TabPorts {
    const tab = new TabPorts(this);
    this.#open.add(tab);
    return tab;
  }

  /** As the browser sees it: its locks are free at once, and it hears nothing more. */
  kill(tab: TabPorts): void {
    this.#open.delete(tab);
    for (const [name, line] of this.#lines) {
      const leader = line[0];
      const left = line.filter((one) => one.tab !== tab);
      this.#lines.set(name, left);
      if (leader?.tab === tab) this.#promote(name);
    }
  }

  enter(name: string, waiting: Waiting): void {
    const line = this.#lines.get(name) ?? [];
    this.#lines.set(name, [...line, waiting]);
    if (line.length === 0) this.#promote(name);
  }
  leave(name: string, waiting: Waiting): void {
    const line = this.#lines.get(name) ?? [];
    this.#lines.set(
      name,
      line.filter((one) => one !== waiting),
    );
    waiting.stepDown.abort();
    if (line[0] === waiting) this.#promote(name);
  }

  isFollower(tab: TabPorts): boolean {
    return [...this.#lines.values()].some((line) => line[0]?.tab !== tab && line.some((one) => one.tab === tab));
  }

  tell(from: TabPorts, message: TabMessage): void {
    const said = JSON.stringify(message);
    for (const tab of this.#open)
      if (tab !== from)
        setImmediate(() => {
          if (this.#open.has(tab)) tab.hear(JSON.parse(said) as TabMessage);
        });
  }

  #promote(name: string): void {
    const next = this.#lines.get(name)?.[0];
    if (next === undefined) return;
    setImmediate(() => {
      if (this.#lines.get(name)?.[0] === next && !next.stepDown.signal.aborted) next.lead(next.stepDown.signal);
    });
  }
}

export class TabPorts implements Tabs {
  readonly #browser: BrowserTabs;
  readonly #listeners = new Set<(message: TabMessage) => void>();
  constructor(browser: BrowserTabs) {
    this.#browser = browser;
  }

  get isFollower(): boolean {
    return this.#browser.isFollower(this);
  }

  elect(name: string, lead: (lost: AbortSignal) => void): () => void {
    const waiting: Waiting = { tab: this, stepDown: new AbortController(), lead };
    this.#browser.enter(name, waiting);
    return () => this.#browser.leave(name, waiting);
  }
  tell(message: TabMessage): void {
    this.#browser.tell(this, message);
  }
  listen(listener: (message: TabMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  hear(message: TabMessage): void {
    for (const listener of [...this.#listeners]) listener(message);
  }
}
