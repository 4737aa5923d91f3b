import { act, renderHook } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { useOnce } from './once';

it('does once what is asked for twice', async () => {
  let finish = (): void => undefined;
  const ask = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
  const done = vi.fn();
  const { result } = renderHook(() => useOnce(ask, done));
  act(() => {
    result.current.run();
    result.current.run();
  });
  expect(result.current.busy).toBe(true);
  await act(async () => finish());
  expect(ask).toHaveBeenCalledTimes(1);
  expect(done).toHaveBeenCalledTimes(1);
  expect(result.current.busy).toBe(false);
});

it('keeps the key of what failed, and has another one for what comes after a success', async () => {
  const keys: string[] = [];
  const ask = vi.fn((key: string) => {
    keys.push(key);
    return keys.length === 1 ? Promise.reject(new Error('no')) : Promise.resolve();
  });
  const { result } = renderHook(() => useOnce(ask));
  await act(async () => result.current.run());
  expect(result.current.error).toEqual(new Error('no'));
  await act(async () => result.current.run());
  expect(result.current.error).toBeUndefined();
  await act(async () => result.current.run());
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[1]);
});
