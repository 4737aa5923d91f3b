import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** The server that `npm run dev` passes requests on to. */
const SERVER = process.env['LEO_URL'] ?? 'http://127.0.0.1:5013';

/** Requests keep their address, and say that they come from the server's own pages. */
const toServer = { target: SERVER, changeOrigin: true, headers: { origin: SERVER }, ws: true };

export default defineConfig({
  plugins: [react()],
  // The server puts a fresh nonce here, see `api/src/console`.
  html: { cspNonce: '__LEO_NONCE__' },
  build: {
    target: 'es2022',
    // What is inlined would need `data:` in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  // Workers load parts of themselves when they need them.
  worker: { format: 'es' },
  server: {
    proxy: { '/api': toServer, '/ws': toServer, '/health': toServer },
  },
  test: { environment: 'jsdom' },
});
