/** A page that could not be shown. */
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Problem } from '../ui/notice';

export function Failed({ error, reset }: ErrorComponentProps) {
  return <Problem error={error} retry={reset} />;
}
