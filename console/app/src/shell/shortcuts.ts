/**
 * Keys that do something, and the list of them for `?`.
 *
 * A key does nothing while somebody types, holds a modifier or answers a dialog. Where several parts of a
 * page want the same key, the one shown last has it.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';

/** A key and what it does. */
export interface Shortcut {
  /** As `KeyboardEvent.key` names it. */
  key: string;
  /** For the list: `Next hit`. */
  label: string;
  run: () => void;
}

/** What belongs together in the list. */
export interface Group {
  name: string;
  shortcuts: readonly Shortcut[];
}

let groups: readonly Group[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Group[]): void {
  groups = next;
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the key is meant for what has the focus. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select, .xterm') !== null;
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
  const all = groups.flatMap((group) => group.shortcuts);
  const shortcut = all.findLast(({ key }) => key === event.key);
  if (shortcut === undefined) return;
  event.preventDefault();
  shortcut.run();
}

window.addEventListener('keydown', onKey);

/** These keys work for as long as the component is shown. */
export function useShortcuts(name: string, shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const keys = shortcuts.map(({ key, label }) => `${key}\n${label}`).join('\n\n');
  useEffect(() => {
    const stable = latest.current.map(({ key, label }) => ({
      key,
      label,
      run: () => latest.current.find((shortcut) => shortcut.key === key)?.run(),
    }));
    const group: Group = { name, shortcuts: stable };
    change([...groups, group]);
    return () => change(groups.filter((other) => other !== group));
  }, [name, keys]);
}

/** All keys that work at present. */
export function useShortcutGroups(): readonly Group[] {
  return useSyncExternalStore(subscribe, () => groups);
}
