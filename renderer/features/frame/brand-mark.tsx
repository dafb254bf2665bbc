import type { ReactNode } from 'react';

/** Estrato's own mark: four beds, one on the other. */
export function BrandMark({ size = 30 }: { readonly size?: number }): ReactNode {
  return (
    <svg aria-hidden width={size} height={size} viewBox="4 4 24 24">
      <path d="M6 22.500h20v3.200a1.300 1.300 0 0 1-1.300 1.300H7.300A1.300 1.300 0 0 1 6 25.700z" fill="#d98a55" />
      <path d="M6 17.500c3.300-1.400 6.600-1.400 10 0s6.700 1.400 10 0v3.500H6z" fill="#4ea694" />
      <path
        d="M6 12.500c3.300-1.400 6.600-1.400 10 0s6.700 1.400 10 0v3.500c-3.300 1.400-6.600 1.400-10 0s-6.700-1.400-10 0z"
        fill="#6f8fe0"
      />
      <path
        d="M6 8.500A2.500 2.500 0 0 1 8.500 6h15A2.500 2.500 0 0 1 26 8.500V11c-3.300 1.400-6.600 1.400-10 0s-6.700-1.400-10 0z"
        fill="currentColor"
      />
    </svg>
  );
}
