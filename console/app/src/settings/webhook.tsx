/** One webhook: how it is, and what can be done to it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take, type Schemas } from '../api/client';
import { deliveries, webhooks } from '../api/settings';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { ConfirmButton } from '../ui/confirm';
import { Problem } from '../ui/notice';
import { Ago } from '../ui/time';
import { Deliveries } from './deliveries';
import { SecretOnce } from './newwebhook';
import css from './settings.module.css';

type Webhook = Schemas['Webhook'];

export function WebhookItem({ webhook }: { webhook: Webhook }) {
  const [log, showLog] = useState(false);
  const [secret, setSecret] = useState<string>();
  return (
    <li className={css.item}>
      <div>
        <div className={css.row}>
          <span className={css.named}>{webhook.url}</span>
          <State of={webhook} />
        </div>
        {webhook.description != null && <p>{webhook.description}</p>}
        <p className={css.soft}>
          {webhook.events.join(', ')} · added <Ago at={webhook.createdAt} />
        </p>
        {webhook.disabledReason != null && (
          <p className={css.wrong}>Leo has disabled it: {webhook.disabledReason}</p>
        )}
      </div>
      <Acts webhook={webhook} log={log} showLog={showLog} setSecret={setSecret} />
      {secret !== undefined && (
        <div className={css.tries}>
          <SecretOnce secret={secret} onDone={() => setSecret(undefined)} />
        </div>
      )}
      {log && <Deliveries webhook={webhook} />}
    </li>
  );
}

function State({ of: { enabled, failingSince } }: { of: Webhook }) {
  if (!enabled) return <Badge>disabled</Badge>;
  if (failingSince != null) {
    return (
      <Badge tone="failed">
        failing since&nbsp;
        <Ago at={failingSince} />
      </Badge>
    );
  }
  return <Badge tone="done">enabled</Badge>;
}

function Acts({
  webhook: { id, enabled, url },
  log,
  showLog,
  setSecret,
}: {
  webhook: Webhook;
  log: boolean;
  showLog: (log: boolean) => void;
  setSecret: (secret: string) => void;
}) {
  const cache = useQueryClient();
  const params = { path: { id } };
  const changed = () => cache.invalidateQueries(webhooks);
  const turning = useMutation({
    mutationFn: () => api.PATCH('/api/webhooks/{id}', { params, body: { enabled: !enabled } }),
    onSuccess: changed,
  });
  const testing = useMutation({
    mutationFn: () => api.POST('/api/webhooks/{id}/test', { params }),
    onSuccess: async () => {
      showLog(true);
      await cache.invalidateQueries(deliveries(id));
    },
  });
  const failed = turning.error ?? testing.error;
  return (
    <div className={css.stack}>
      <div className={css.row}>
        <Button small aria-expanded={log} onClick={() => showLog(!log)}>
          Log
        </Button>
        <Button small busy={testing.isPending} disabled={!enabled} onClick={() => testing.mutate()}>
          Test
        </Button>
        <Button small busy={turning.isPending} onClick={() => turning.mutate()}>
          {enabled ? 'Disable' : 'Enable'}
        </Button>
        <ConfirmButton
          label="New secret"
          look={{ small: true }}
          title="Make another secret?"
          verb="Make it"
          danger={false}
          act={async () => {
            const made = await take(api.POST('/api/webhooks/{id}/secret', { params }));
            setSecret(made.secret);
          }}
        >
          Deliveries are signed with the old and the new one for a day. Then the old one is no good.
        </ConfirmButton>
        <ConfirmButton
          label="Delete"
          look={{ small: true, kind: 'danger' }}
          title="Delete this webhook?"
          verb="Delete it"
          act={async () => {
            await api.DELETE('/api/webhooks/{id}', { params });
            await changed();
          }}
        >
          {url} is told nothing more, not even what is on its way, and its log goes.
        </ConfirmButton>
      </div>
      {failed !== null && <Problem error={failed} />}
    </div>
  );
}
