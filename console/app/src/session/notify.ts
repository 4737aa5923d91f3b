/**
 * A message on the desktop when a job has ended while nobody looked.
 *
 * Only for those who have asked for it, only while the page is hidden, and only for jobs that this page
 * has seen waiting or running: what had ended before is no news.
 */
import { useEffect, useRef, useState } from 'react';
import { useQuietSession, useSettled } from './live/open';
import { hasEnded, useSessionJobs } from './shown';
import { wordOf } from './status';

const KEY = 'leo.notify';

/** Whether this browser can, and somebody wants it. */
export type Notices = 'off' | 'on' | 'denied' | 'impossible';

/** What holds at present. */
export function notices(): Notices {
  if (!('Notification' in window)) return 'impossible';
  if (Notification.permission === 'denied') return 'denied';
  const wanted = localStorage.getItem(KEY) === 'on';
  return wanted && Notification.permission === 'granted' ? 'on' : 'off';
}

/** What holds, and what turns it on or off; turning it on asks the browser, which asks the person. */
export function useNotices(): { state: Notices; toggle: () => void } {
  const [state, setState] = useState(notices);
  const toggle = () => {
    void change(state === 'on').then(() => setState(notices()));
  };
  return { state, toggle };
}

async function change(isOn: boolean): Promise<void> {
  if (isOn) return localStorage.removeItem(KEY);
  if ((await Notification.requestPermission()) === 'granted') localStorage.setItem(KEY, 'on');
}

/** Tells of the ends of the session's jobs. */
export function useCompletionNotice(title: string): void {
  const session = useQuietSession();
  const settled = useSettled(session);
  const jobs = useSessionJobs();
  const seen = useRef(new Set<string>());
  useEffect(() => {
    for (const { id, status } of jobs ?? []) {
      if (!hasEnded(status)) {
        if (settled) seen.current.add(id);
      } else if (seen.current.delete(id)) {
        tell(`${wordOf(status)} · ${title}`, id);
      }
    }
  });
}

function tell(text: string, tag: string): void {
  if (document.visibilityState !== 'hidden' || notices() !== 'on') return;
  try {
    // The tag lets several tabs of one session tell it once.
    const notice = new Notification(text, { tag, icon: '/favicon.svg' });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  } catch {
    // Some browsers let only service workers do this; the tab's title and icon tell it as well.
  }
}
