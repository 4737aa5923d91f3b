/** Dark or light: as the system says, until somebody chooses. */
import { useSyncExternalStore } from 'react';

/** What somebody may choose. */
export type Choice = 'system' | 'dark' | 'light';

const KEY = 'leo.theme';
const light = window.matchMedia('(prefers-color-scheme: light)');
const listeners = new Set<() => void>();

/** What was chosen. */
export function choice(): Choice {
  const kept = localStorage.getItem(KEY);
  return kept === 'dark' || kept === 'light' ? kept : 'system';
}

/** What is shown. */
export function theme(): 'dark' | 'light' {
  const chosen = choice();
  return chosen === 'system' ? (light.matches ? 'light' : 'dark') : chosen;
}

/** Chooses, for this browser. */
export function choose(chosen: Choice): void {
  if (chosen === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, chosen);
  apply();
}

function apply(): void {
  document.documentElement.dataset['theme'] = theme();
  for (const listener of [...listeners]) listener();
}

/** Begins to follow the system and the other tabs; before the first drawing, so that nothing flashes. */
export function startTheme(): void {
  light.addEventListener('change', apply);
  window.addEventListener('storage', (event) => {
    if (event.key === KEY) apply();
  });
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What is shown, and what was chosen. */
export function useTheme(): { theme: 'dark' | 'light'; choice: Choice } {
  return {
    theme: useSyncExternalStore(subscribe, theme),
    choice: useSyncExternalStore(subscribe, choice),
  };
}
