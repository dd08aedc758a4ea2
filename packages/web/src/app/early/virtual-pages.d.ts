/** Made while the application is built, from the files of routes (vite.config.ts). */
declare module 'virtual:pages' {
  /** Paths as the router writes them, and what loads their page. */
  export const pages: readonly { path: string; load: () => Promise<unknown> }[];
}
