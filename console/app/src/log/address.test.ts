import { describe, expect, it } from 'vitest';
import { hashOf, rangeOf } from './address';
import { sinceStart, timeOf } from './view/times';

describe('lines in an address', () => {
  it('are one or several', () => {
    expect(rangeOf('#L120')).toEqual({ from: 120, to: 120 });
    expect(rangeOf('L120-L140')).toEqual({ from: 120, to: 140 });
    expect(rangeOf('#L140-120')).toEqual({ from: 120, to: 140 });
    for (const no of ['', '#L', '#L0', '#L1-', '#x', '#L1-L2-L3', '#L12345678901']) {
      expect(rangeOf(no)).toBeUndefined();
    }
  });

  it('come back as they were', () => {
    for (const hash of ['L1', 'L120-L140'])
      expect(hashOf(rangeOf(hash) ?? { from: 0, to: 0 })).toBe(hash);
  });
});

describe('a time', () => {
  it('counts from the start', () => {
    expect(sinceStart(7_250)).toBe('+7.250');
    expect(sinceStart(67_250)).toBe('+1:07.250');
    expect(sinceStart(7_267_250)).toBe('+2:01:07.250');
    expect(sinceStart(-20)).toBe('-0.020');
    expect(timeOf(Number.NaN, 'absolute', 0)).toBe('');
    expect(timeOf(5, 'relative', undefined)).toBe('');
  });
});
