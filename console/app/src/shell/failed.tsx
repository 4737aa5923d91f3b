/** A page that could not be shown. */
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { ApiError } from '../api/client';
import { Problem } from '../ui/notice';
import css from './failed.module.css';
import { NotFound } from './notfound';

export function Failed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className={css.failed}>
      <Problem error={error} retry={again} />
    </div>
  );
}
