/** What stands around every page. */
import { Outlet } from '@tanstack/react-router';

export function Frame() {
  return (
    <main>
      <Outlet />
    </main>
  );
}
