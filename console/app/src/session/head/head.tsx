/** The head of a session: what it is called, where it stands, which job is shown. */
import { hasEnded, type Shown } from '../shown';
import { StatusBadge } from '../../ui/badge';
import { CancelButton } from './cancel';
import { JobSelect } from './jobs';
import { Menu } from './menu';
import { ConnectionPill } from './pill';
import { Title } from './title';
import css from './head.module.css';

export function Head({ title, shown }: { title: string; shown: Shown }) {
  const { job } = shown;
  return (
    <header className={css.head}>
      <div className={css.name}>
        <Title title={title} />
        {job !== undefined && <StatusBadge status={job.status} />}
      </div>
      <div className={css.tools}>
        <ConnectionPill />
        {job !== undefined && !hasEnded(job.status) && <CancelButton job={job} />}
        <JobSelect shown={shown} />
        <Menu title={title} />
      </div>
    </header>
  );
}
