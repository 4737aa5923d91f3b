import { Outlet, useParams } from '@tanstack/react-router';
import { Waiting } from '../ui/notice';
import { SessionContext, useFollowed } from './live/open';

export function SessionPage() {
  const { sessionId } = useParams({ from: '/inside/sessions/$sessionId' });
  const session = useFollowed(sessionId);
  if (session === undefined) return <Waiting />;
  return (
    <SessionContext value={session}>
      <Outlet />
    </SessionContext>
  );
}
