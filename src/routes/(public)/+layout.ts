/** Public pages are drawn when the app is built, so that they read without JavaScript and before any sign-in. */
export const ssr = true;
export const prerender = true;
