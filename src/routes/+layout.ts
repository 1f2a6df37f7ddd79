/** The app is drawn on the device alone: its words are sealed there and no server could draw them. Public pages say otherwise. */
export const ssr = false;
export const prerender = false;
