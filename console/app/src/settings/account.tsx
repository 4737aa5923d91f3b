/** Who one is here, what one may, and how the console looks. */
import { useQuery } from '@tanstack/react-query';
import { me, methods } from '../api/queries';
import { quotas } from '../api/sessions';
import { isDeveloper, nameOf } from '../auth/account';
import { uses } from '../dashboard/near';
import { useNotices, type Notices } from '../session/notify';
import { useDocument } from '../shell/document';
import { SignOut } from '../shell/menu';
import { ThemeChoice } from '../theme/choice';
import { Check } from '../ui/field';
import { Problem, Waiting } from '../ui/notice';
import { Section } from '../ui/page';
import { ChangePassword } from './password';
import css from './settings.module.css';

export function AccountPage() {
  useDocument('Account');
  const who = useQuery(me).data ?? undefined;
  const ways = useQuery(methods).data;
  if (who === undefined || ways === undefined) return <Waiting />;
  const developer = isDeveloper(who, ways);
  return (
    <>
      <Section title="Account">
        <dl className={css.facts}>
          <dt>Signed in as</dt>
          <dd>{nameOf(who, ways)}</dd>
          <dt>Role</dt>
          <dd>{who.operator ? 'Operator' : 'User'}</dd>
          <dt>Id</dt>
          <dd>
            <code>{who.userId}</code>
          </dd>
        </dl>
        {developer ? (
          <p className={css.soft}>
            Only this machine can reach this server, so nobody needs to sign in.
          </p>
        ) : (
          <div className={css.row}>
            <SignOut kind="danger" />
          </div>
        )}
      </Section>
      <Usage />
      <Section title="Appearance">
        <ThemeChoice />
      </Section>
      <Notifications />
      {!developer && ways.password && who.email != null && <ChangePassword address={who.email} />}
    </>
  );
}

function Usage() {
  const known = useQuery(quotas);
  return (
    <Section title="Usage">
      {known.isError && <Problem error={known.error} retry={() => void known.refetch()} />}
      {known.isPending && <Waiting />}
      {known.data !== undefined && (
        <>
          {uses(known.data).map(({ label, used, limit, say }) => (
            <div className={css.use} key={label}>
              <div>
                <span>{label}</span>
                <span>{limit === undefined ? say(used) : `${say(used)} of ${say(limit)}`}</span>
              </div>
              {limit !== undefined && limit > 0 && (
                <meter value={used} max={limit} high={limit * 0.8} aria-label={label} />
              )}
            </div>
          ))}
          <p className={css.soft}>
            {known.data.usage.running} running and {known.data.usage.queued} waiting
            {known.data.limits.maxRunning != null &&
              `; up to ${known.data.limits.maxRunning} run at once`}
            .
          </p>
        </>
      )}
    </Section>
  );
}

const NOTICES: Readonly<Record<Notices, string>> = {
  on: 'Shown while this page is in the background.',
  off: 'Your browser asks you for permission.',
  denied: 'Your browser refuses them for this site; its settings for the site can change that.',
  impossible: 'This browser has none, or not for a page that came over plain http.',
};

function Notifications() {
  const { state, toggle } = useNotices();
  return (
    <Section title="Notifications">
      <Check
        label="Tell me on the desktop when a job has ended"
        hint={NOTICES[state]}
        checked={state === 'on'}
        disabled={state === 'denied' || state === 'impossible'}
        onChange={toggle}
      />
    </Section>
  );
}
