/** What stands above a file. */
import type { ReactNode } from 'react';
import { Badge } from '../../ui/badge';
import { LinkButton } from '../../ui/button';
import { bytes } from '../../ui/bytes';
import { CopyButton } from '../../ui/copy';
import type { Entry } from '../entries';
import css from './file.module.css';
import { urlOf } from './pieces';

/** The file's name and what stands beside it. */
export function Head({ entry, children }: { entry: Entry; children?: ReactNode }) {
  const { path, kept, state, mark } = entry;
  const download = kept === undefined ? undefined : urlOf(kept);
  return (
    <header className={css.head}>
      <h2 className={css.path}>{path}</h2>
      <span className={css.facts}>
        {state === 'writing' && <Badge tone="running">being written</Badge>}
        {state === 'partial' && <Badge tone="failed">partial</Badge>}
        {mark !== undefined && <Badge tone="info">{mark}</Badge>}
        <span>{bytes(entry.size)}</span>
        {kept?.file.executable === true && <span>executable</span>}
      </span>
      <span className={css.tools}>
        {children}
        <CopyButton text={path} label="Copy path" kind="quiet" />
        {download !== undefined && (
          <LinkButton href={download} download="" small kind="quiet">
            Download file
          </LinkButton>
        )}
      </span>
    </header>
  );
}
