/** The one hub of this page, and its updates, handed down from the layout that started them. */
import { createContext } from 'svelte';
import type { Hub } from '#lib/device/hub.ts';
import type { Update } from './update.ts';

export const [getHub, setHub] = createContext<Hub>();
export const [getUpdate, setUpdate] = createContext<Update>();
