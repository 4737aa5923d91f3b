/** An address that leads nowhere. */
import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/notice';

export function NotFound() {
  return (
    <Empty title="There is nothing here">
      <p>The address leads nowhere, or what it led to is gone or somebody else's.</p>
      <Link to="/">Your sessions</Link>
    </Empty>
  );
}
