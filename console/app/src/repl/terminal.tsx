/**
 * The terminal: xterm.js with Leo's prompt line. A chunk of its own, loaded when it is opened first.
 *
 * Those who listen are led to the log, which says the same as text that can be read and searched.
 */
import { FitAddon } from '@xterm/addon-fit';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal as Xterm } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { me } from '../api/queries';
import { useTaken } from '../session/composer/submit';
import { useQuietSession } from '../session/live/open';
import type { LiveSession } from '../session/live/session';
import { useTheme } from '../theme/theme';
import { actionsOf } from './actions';
import { Feed } from './feed';
import { History } from './history';
import { BRACKETS_ON } from './keys';
import { Line } from './line';
import { font, look } from './look';
import { withNonce } from './nonce';
import { Prompt } from './prompt';
import { paint } from './say';
import { Screen } from './screen';
import { UNICODE } from './width';
import css from './repl.module.css';

/** Lines that one can scroll back to. */
const SCROLLBACK = 3_000;
const LABEL =
  'Terminal. Type help for its commands. What it shows stands in the log view too, where it can be read and searched.';

export function Terminal() {
  const session = useQuietSession();
  const user = useQuery(me).data?.userId ?? '';
  const taken = useTaken(session.id);
  const latestTaken = useRef(taken);
  latestTaken.current = taken;
  const place = useRef<HTMLDivElement>(null);
  const xterm = useRef<Xterm>(undefined);
  const { theme } = useTheme();
  useEffect(() => {
    if (place.current === null) return;
    const opened = openTerminal(place.current);
    xterm.current = opened.xterm;
    const ended = runIn(opened, session, user, (job) => latestTaken.current(job));
    return () => {
      ended();
      opened.xterm.dispose();
      xterm.current = undefined;
    };
  }, [session, user]);
  useEffect(() => {
    if (xterm.current !== undefined) xterm.current.options.theme = look();
  }, [theme]);
  return <div ref={place} className={css.terminal} />;
}

interface Opened {
  xterm: Xterm;
  fit: FitAddon;
  place: HTMLElement;
}

function openTerminal(place: HTMLElement): Opened {
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const xterm = new Xterm({
    allowProposedApi: true,
    cursorBlink: !still,
    cursorStyle: 'bar',
    fontFamily: font(),
    fontSize: 13,
    lineHeight: 1.25,
    macOptionIsMeta: true,
    scrollback: SCROLLBACK,
    theme: look(),
  });
  const fit = new FitAddon();
  xterm.loadAddon(fit);
  xterm.loadAddon(
    new WebLinksAddon((_, address) => window.open(address, '_blank', 'noopener,noreferrer')),
  );
  xterm.unicode.register(UNICODE);
  xterm.unicode.activeVersion = UNICODE.version;
  withNonce(() => xterm.open(place));
  xterm.textarea?.setAttribute('aria-label', LABEL);
  fit.fit();
  return { xterm, fit, place };
}

/** Connects the terminal with the session, until the returned function is called. */
function runIn(
  { xterm, fit, place }: Opened,
  session: LiveSession,
  user: string,
  taken: Parameters<typeof actionsOf>[1],
): () => void {
  const line = new Line();
  const screen = new Screen(xterm, line);
  const actions = actionsOf(session, taken, () => screen.clear());
  const prompt = new Prompt(line, screen, new History(user), actions);
  xterm.attachCustomKeyEventHandler((event) => isForTerminal(event, xterm, line));
  xterm.onData((data) => prompt.take(data));
  xterm.write(BRACKETS_ON);
  screen.print(paint('soft', 'Leo. help lists the commands, run <prompt> builds something.'));
  const feed = new Feed(session, screen);
  const resized = new ResizeObserver(() => screen.around(() => fit.fit()));
  resized.observe(place);
  return () => {
    resized.disconnect();
    feed.close();
    screen.close();
  };
}

/** Which keys the browser keeps: those that copy, paste, scroll, and leave the terminal. */
function isForTerminal(event: KeyboardEvent, xterm: Xterm, line: Line): boolean {
  if (event.key === 'Tab') return !event.shiftKey && line.text !== '';
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === 'c' && (event.shiftKey || xterm.hasSelection())) {
    return false;
  }
  if (control && event.key.toLowerCase() === 'v') return false;
  if (event.key === 'PageUp' || event.key === 'PageDown') {
    if (event.type === 'keydown') xterm.scrollPages(event.key === 'PageUp' ? -1 : 1);
    return false;
  }
  return true;
}
