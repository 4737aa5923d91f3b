/**
 * What is in a file that the server keeps: the first mebibyte of it, and then piece by piece.
 */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../../api/client';
import type { Kept } from '../entries';
import { nextFrom, rangeFrom, textOf, urlOf, type Piece } from './pieces';

async function fetchPiece(kept: Kept, from: number, signal: AbortSignal): Promise<Piece> {
  const range = rangeFrom(from, kept.file.size);
  // Of an empty file no range can be had.
  if (range === undefined) return { bytes: new Uint8Array(), from };
  const { data, response } = await api.GET('/api/jobs/{id}/files/{path}', {
    params: { path: { id: kept.jobId, path: kept.file.path }, header: { Range: range } },
    pathSerializer: () => urlOf(kept),
    parseAs: 'arrayBuffer',
    signal,
  });
  const bytes = new Uint8Array(data ?? new ArrayBuffer());
  // Something on the way may have asked for the whole file instead.
  return { bytes: response.status === 206 ? bytes : bytes.subarray(from), from };
}

/** The text of a file as far as it was asked for, and what asks for more. */
export function useContents(kept: Kept) {
  const query = useInfiniteQuery({
    // By what is in it: versions that share a file share this.
    queryKey: ['contents', kept.file.sha256, kept.file.size],
    queryFn: ({ pageParam, signal }) => fetchPiece(kept, pageParam, signal),
    initialPageParam: 0,
    getNextPageParam: (last) => nextFrom(last, kept.file.size),
    staleTime: Infinity,
  });
  const pieces = query.data?.pages;
  const text = useMemo(() => (pieces === undefined ? '' : textOf(pieces)), [pieces]);
  const loaded = pieces?.reduce((sum, { bytes }) => sum + bytes.length, 0) ?? 0;
  return { query, text, loaded };
}
