// The page, kept for when there is no network.

import { signal } from '@preact/signals';

/** Whether everything is kept. */
export const offline = signal(false);

export async function keepForOffline(): Promise<void> {
  // Secure pages only: https, or this machine itself. Without it the page works, with a network.
  if (!('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register(new URL('service-worker.js', document.baseURI));
    await navigator.serviceWorker.ready;
    offline.value = true;
  } catch {
    // Private windows and full disks: nothing is lost but the offline page.
  }
}
