/** What happens when the server does not know any more who is there, or knows somebody else. */
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { onSignedOut } from '../api/client';
import { me } from '../api/queries';
import { onOtherTab } from '../auth/account';
import { dropToken } from '../auth/token';
import { queryClient } from '../query';
import { closeAll } from '../session/live/open';

/** Leads to signing in, and back to the same place afterwards. */
export function useSignedOut(): void {
  const router = useRouter();
  useEffect(
    () =>
      onSignedOut((error) => {
        // A password that is asked for again was wrong; who asks is still known.
        if (error.code === 'bad_credentials') return;
        dropToken();
        queryClient.setQueryData(me.queryKey, null);
        void router.invalidate();
      }),
    [router],
  );
  useEffect(
    () =>
      onOtherTab(() => {
        const before = queryClient.getQueryData(me.queryKey)?.userId;
        queryClient.fetchQuery({ ...me, staleTime: 0 }).then(
          (who) => {
            if (who?.userId === before) return;
            closeAll();
            queryClient.clear();
            queryClient.setQueryData(me.queryKey, who);
            void router.invalidate();
          },
          () => {
            // The next request tells.
          },
        );
      }),
    [router],
  );
}
