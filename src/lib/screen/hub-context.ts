/** The one hub of this page, handed down from the layout that started it. */
import { createContext } from 'svelte';
import type { Hub } from '#lib/device/hub.ts';

export const [getHub, setHub] = createContext<Hub>();
