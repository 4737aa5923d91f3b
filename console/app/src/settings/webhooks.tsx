/** Addresses that are told when jobs end, and asked to deploy. */
import { useQuery } from '@tanstack/react-query';
import { webhooks } from '../api/settings';
import { useDocument } from '../shell/document';
import { Empty, Problem, Waiting } from '../ui/notice';
import { Section } from '../ui/page';
import { NewWebhook } from './newwebhook';
import css from './settings.module.css';
import { WebhookItem } from './webhook';

export function WebhooksPage() {
  useDocument('Webhooks');
  const found = useQuery(webhooks);
  return (
    <Section
      title="Webhooks"
      lead="Leo posts to them, signed as standard webhooks are. What is not taken is tried again for a day."
    >
      <NewWebhook />
      {found.isError && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.data?.items.length === 0 && (
        <Empty title="No webhooks yet">
          <p>
            With one, another program learns that a job has ended without asking again and again.
          </p>
        </Empty>
      )}
      <ul className={css.list}>
        {found.data?.items.map((webhook) => (
          <WebhookItem key={webhook.id} webhook={webhook} />
        ))}
      </ul>
    </Section>
  );
}
