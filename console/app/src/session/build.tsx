/**
 * The build: what was said, what is being done about it, and a terminal.
 *
 * Promises: nothing jumps while events come in; the place of the conversation and of the state stays the
 * same from the queue to the end. The whole output is the log's matter, the files are `files/`.
 */
import { Empty, Waiting } from '../ui/notice';
import { TerminalPanel } from '../repl/panel';
import { Composer } from './composer/composer';
import { Conversation } from './build/conversation';
import { Work } from './build/work';
import { useShown } from './shown';
import css from './build/build.module.css';

export function BuildView() {
  const shown = useShown();
  const { all, job, missing } = shown;
  return (
    <div className={css.build}>
      <section className={css.talk} aria-label="Conversation">
        <Conversation shown={shown} />
        <div className={css.ask}>
          <Composer />
        </div>
      </section>
      <section className={css.work} aria-label="Progress">
        <div className={css.state} tabIndex={0} role="region" aria-label="State of the job">
          {all === undefined && <Waiting />}
          {all?.length === 0 && <Nothing />}
          {missing && (
            <Empty title="This job is not in this session">
              <p>Choose another one above, or look at the latest.</p>
            </Empty>
          )}
          {job !== undefined && <Work key={job.id} job={job} />}
        </div>
        <TerminalPanel />
      </section>
    </div>
  );
}

function Nothing() {
  return (
    <Empty title="Nothing is built yet">
      <p>Say what you would like to have. A sentence is enough to begin with.</p>
    </Empty>
  );
}
