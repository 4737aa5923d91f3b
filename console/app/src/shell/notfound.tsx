/** An address that leads nowhere. */
import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/notice';
import { useDocument } from './document';

export function NotFound() {
  useDocument('Nothing here');
  return (
    <Empty page title="There is nothing here">
      <p>The address leads nowhere, or what it led to is gone or somebody else's.</p>
      <Link to="/">Your sessions</Link>
    </Empty>
  );
}
